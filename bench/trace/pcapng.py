"""Writing pcapng: the four blocks that a capture with TLS secrets needs.

By hand, since no well-kept library writes the last of them: neither python-pcapng (its last release
is of 2022) nor dpkt knows Decryption Secrets Blocks. Layout: draft-ietf-opsawg-pcapng.
"""

import struct
from typing import IO

ETHERNET = 1  # LINKTYPE_ETHERNET
_SECTION, _INTERFACE, _SECRETS, _PACKET = 0x0A0D0D0A, 1, 0x0A, 6
_BYTE_ORDER = 0x1A2B3C4D
_UNKNOWN_LENGTH = -1
_TLS_KEY_LOG = 0x544C534B
_USER_APPLICATION, _NAME, _DESCRIPTION, _RESOLUTION = 4, 2, 3, 9
_NANOSECONDS = b"\x09"


class PcapngWriter:
    """Writes a capture, block by block; time stamps are nanoseconds since 1970.

    Args:
        file: unbuffered, or flushed by who opened it.
        application: who has made it.

    Raises (also each method): OSError.
    """

    def __init__(self, file: IO[bytes], application: str) -> None:
        self._file = file
        self._interfaces = 0
        head = struct.pack("<IHHq", _BYTE_ORDER, 1, 0, _UNKNOWN_LENGTH)
        self._block(_SECTION, head + _options({_USER_APPLICATION: application.encode()}))

    def interface(self, name: str, description: str) -> int:
        """Declare an interface and return its number."""
        options = {
            _NAME: name.encode(), _DESCRIPTION: description.encode(), _RESOLUTION: _NANOSECONDS
        }  # fmt: skip
        self._block(_INTERFACE, struct.pack("<HHI", ETHERNET, 0, 0) + _options(options))
        self._interfaces += 1
        return self._interfaces - 1

    def packet(self, interface: int, t_ns: int, frame: bytes) -> None:
        """Write a frame."""
        head = struct.pack(
            "<IIIII", interface, t_ns >> 32, t_ns & 0xFFFFFFFF, len(frame), len(frame)
        )
        self._block(_PACKET, head + _padded(frame))

    def tls_secrets(self, keylog: bytes) -> None:
        """Write TLS secrets, before the first frame that needs them."""
        self._block(_SECRETS, struct.pack("<II", _TLS_KEY_LOG, len(keylog)) + _padded(keylog))

    def _block(self, kind: int, body: bytes) -> None:
        length = struct.pack("<I", len(body) + 12)
        self._file.write(struct.pack("<I", kind) + length + body + length)


def _options(options: dict[int, bytes]) -> bytes:
    parts = [
        struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options.items()
    ]
    return b"".join(parts) + struct.pack("<HH", 0, 0)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
