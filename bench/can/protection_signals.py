"""Whether the counter and CRC that a role file names are signals of their message, and where."""

from pathlib import Path
from typing import TYPE_CHECKING

from bench.can.role_file import ProtectionSection
from bench.errors import RoleError, nearest

if TYPE_CHECKING:
    from cantools.database.can import Message

# AUTOSAR's profiles say where they lie (first bit, bits), how large a data id is, and how many
PLACES = {
    "autosar_profile_2": {"crc": (0, 8), "counter": (8, 4)},
    "autosar_profile_5": {"crc": (0, 16), "counter": (16, 8)},
}
MOST_DATA_ID = {"autosar_profile_2": 0xFF, "autosar_profile_5": 0xFFFF, "secoc": 0xFFFF}
SEVERAL_DATA_IDS = {"autosar_profile_2"}
MOST_AUTHENTICATOR = 128  # bits of a CMAC


def check_protection(section: ProtectionSection, message: "Message", path: Path) -> None:
    """Raise RoleError for a signal that is not there or not as its scheme has it, or a data id."""
    where = f"{path}: protection.{message.name}"
    for key in ("counter", "crc"):
        name = getattr(section, key)
        if name is not None:
            _check_signal(f"{where}.{key}", name, message, section.scheme, key)
    ids = section.data_id if isinstance(section.data_id, list) else [section.data_id]
    most = MOST_DATA_ID.get(section.scheme)
    if most is not None and not all(0 <= each <= most for each in ids):
        raise RoleError(f"{where}.data_id: {section.scheme} has data ids of 0 to 0x{most:X}")
    if most is not None and section.scheme not in SEVERAL_DATA_IDS and ids is section.data_id:
        raise RoleError(f"{where}.data_id: {section.scheme} takes one number, and no list")


def _check_signal(where: str, name: str, message: "Message", scheme: str, key: str) -> None:
    known = {signal.name: signal for signal in message.signals}
    if name not in known:
        raise RoleError(f'{where}: {message.name} has no signal "{name}": {nearest(name, known)}')
    place = PLACES.get(scheme, {}).get(key)
    signal = known[name]
    if (scheme, key) == ("secoc", "crc") and signal.length > MOST_AUTHENTICATOR:
        raise RoleError(
            f"{where}: {name} has {signal.length} bits, and a CMAC {MOST_AUTHENTICATOR}"
        )
    if place is not None and signal.byte_order == "little_endian":
        first, bits = place
        if (signal.start, signal.length) != place:
            raise RoleError(
                f"{where}: {scheme} has it at bit {first}, {bits} bits long; {name} is at bit "
                f"{signal.start}, {signal.length} bits long"
            )
