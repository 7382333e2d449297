"""Modbus RTU frames: the few that a relay board or an input module needs.

From the Modbus application protocol V1.1b3 and the serial line guide V1.02: address, function,
data, CRC-16 (polynomial 0xA001, low byte first); an exception answers with the function's high
bit set. Frames are told apart by silence, 3.5 characters: 4 ms at 9600 bit/s.
"""

READ_COILS, READ_INPUTS, READ_REGISTERS, WRITE_COIL = 1, 2, 3, 5
SILENCE_S = 0.004
EXCEPTIONS = {1: "illegal function", 2: "illegal data address", 3: "illegal data value",
              4: "device failure", 6: "device busy"}  # fmt: skip


def crc(data: bytes) -> bytes:
    """Return the check bytes of a frame.

    >>> crc(bytes.fromhex("01 05 00 00 FF 00")).hex(" ")
    '8c 3a'
    """
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


def framed(data: bytes) -> bytes:
    """Return a frame: the data and its check bytes."""
    return data + crc(data)


def request(address: int, function: int, place: int, value: int) -> bytes:
    """Return a request: of `value` things from `place` on, or to write `value` there.

    >>> request(1, READ_COILS, 0, 8).hex(" ")
    '01 01 00 00 00 08 3d cc'
    """
    return framed(bytes((address, function)) + place.to_bytes(2, "big") + value.to_bytes(2, "big"))


def whole(reply: bytes) -> bool:
    """Return whether a reply has come to its end."""
    if len(reply) < 5:
        return False
    if reply[1] & 0x80:
        return True
    return len(reply) >= (8 if reply[1] == WRITE_COIL else 5 + reply[2])


def payload(reply: bytes, address: int, function: int) -> bytes | str:
    """Return a reply's data, or in words what is wrong with it."""
    if crc(reply[:-2]) != reply[-2:]:
        return "a frame with a wrong CRC"
    if reply[0] != address or reply[1] & 0x7F != function:
        return "the answer to another request"
    if reply[1] & 0x80:
        return f"an exception: {EXCEPTIONS.get(reply[2], f'number {reply[2]}')}"
    return reply[2:-2] if function == WRITE_COIL else reply[3:-2]
