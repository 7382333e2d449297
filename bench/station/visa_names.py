"""Whether a VISA back end and a resource name are such, before anything is opened."""

import re

from bench.errors import ConfigError, nearest
from bench.station.models import TWIN_BACKENDS, Section, is_device

# pyvisa-py, a maker's VISA library, and the bench's own twins
BACKENDS = ("@py", "@ivi", *TWIN_BACKENDS)
# what people write who do not know VISA's names, and what it is there
PORT = re.compile(r"(/dev/\S+|COM\d+)")
HOST = re.compile(r"([\w.-]+):(\d+)")


def check_visa(where: str, section: Section) -> None:
    """Raise ConfigError for a back end that there is not, or a resource name that is none.

    A back end may have a file before the "@": a library of one's own.
    """
    at = section.backend.rfind("@")
    if at >= 0 and section.backend[at:] not in BACKENDS:
        hint = nearest(section.backend, BACKENDS)
        raise ConfigError(f'{where}.backend: no VISA back end "{section.backend}": {hint}')
    if is_device(section) and not _is_resource(section.resource):
        raise ConfigError(
            f'{where}.resource: "{section.resource}" is no VISA resource name: '
            f"{_meant(section.resource)}"
        )


def _is_resource(name: str) -> bool:
    from pyvisa import rname

    try:
        rname.to_canonical_name(name)
    except rname.InvalidResourceName:
        return False
    return True


def _meant(name: str) -> str:
    if port := PORT.fullmatch(name):
        return f'did you mean "ASRL{port[1]}::INSTR"?'
    if host := HOST.fullmatch(name):
        return f'did you mean "TCPIP0::{host[1]}::{host[2]}::SOCKET"?'
    return 'it is like "ASRL/dev/ttyUSB0::INSTR" or "TCPIP0::192.168.1.50::5555::SOCKET"'
