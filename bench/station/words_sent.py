"""Whether role files have the words in which a simulated car says who opened or started it."""

from collections.abc import Collection, Mapping

from bench.can.role_bus import check_choices
from bench.can.roles import RoleMap
from bench.car.gateway import BODY
from bench.car.model import CarModel

SOURCE = "source"
REMOTE = "remote_command"
ALWAYS = ("none", "interior", "auto_relock")
DIGITAL = ("ble_key", "uwb_key", "nfc_phone", "nfc_card")
# by which path, in which word
OPENED_BY = {
    **dict.fromkeys(DIGITAL, "digital_key"),
    "peps_fob": "passive_entry", "rke_fob": "remote_key", "keypad": "keypad",
    "mechanical_key": "cylinder", "cloud_app": "telematics", "voice": "voice",
}  # fmt: skip
STARTED_BY = {
    **{path: path for path in (*DIGITAL, "peps_fob")},
    "flat_fob": "transponder",
}
KEYS = {path: path for path in DIGITAL}
# by which unit each role is sent, and by which path in which word
SENT: dict[str, tuple[str, Mapping[str, str]]] = {
    "door_lock_state": ("bcm", OPENED_BY),
    "start_request": ("passive_entry", STARTED_BY),
    "passive_entry_request": ("passive_entry", {"peps_fob": "peps_fob"}),
    "digital_key_request": ("digital_key", KEYS),
    "digital_key_inside": ("digital_key", KEYS),
    REMOTE: ("gateway", {**dict.fromkeys(("cloud_app", "remote_start"), "telematics"),
                         "voice": "voice"}),
}  # fmt: skip


def check_words(
    model: CarModel, role_maps: Mapping[str, RoleMap], real: Collection[str] = ()
) -> None:
    """Raise RoleError for words that a simulated unit is to send and that a field does not have.

    Args:
        model: the car.
        role_maps: of each bus.
        real: the units that say what they like.
    """
    for bus, roles in role_maps.items():
        for name, (unit, words) in SENT.items():
            role = roles.roles.get(name)
            if role is None or SOURCE not in role.fields or unit in real:
                continue
            if name == REMOTE and bus not in BODY:
                continue  # there the telematics unit sends it, which says no source
            always = ALWAYS if name == "door_lock_state" else ()
            said = (words[path] for path in model.file.paths if path in words)
            check_choices(role, role.fields[SOURCE], (*always, *said))
