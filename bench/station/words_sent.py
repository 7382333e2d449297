"""Whether role files have the words in which a simulated car says who opened or started it."""

from collections.abc import Mapping

from bench.can.role_bus import check_choices
from bench.can.roles import RoleMap
from bench.car.model import CarModel

SOURCE = "source"
ALWAYS = ("none", "interior", "auto_relock")
# by which path, in which word
OPENED_BY = {
    **dict.fromkeys(("ble_key", "uwb_key", "nfc_phone", "nfc_card"), "digital_key"),
    "peps_fob": "passive_entry", "rke_fob": "remote_key", "keypad": "keypad",
    "mechanical_key": "cylinder", "cloud_app": "telematics", "voice": "voice",
}  # fmt: skip
STARTED_BY = {
    **{path: path for path in ("ble_key", "uwb_key", "nfc_phone", "nfc_card", "peps_fob")},
    "flat_fob": "transponder",
}


def check_words(model: CarModel, role_maps: Mapping[str, RoleMap]) -> None:
    """Raise RoleError for a word that is to be sent and that a field does not have."""
    paths = model.file.paths
    wanted = {
        "door_lock_state": (*ALWAYS, *(OPENED_BY[each] for each in paths if each in OPENED_BY)),
        "start_request": tuple(STARTED_BY[each] for each in paths if each in STARTED_BY),
    }
    for roles in role_maps.values():
        for name, words in wanted.items():
            role = roles.roles.get(name)
            if role is not None and SOURCE in role.fields:
                check_choices(role, role.fields[SOURCE], words)
