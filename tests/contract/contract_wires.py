"""What the contract must know of each model's wire, and cannot ask the model."""

from dataclasses import dataclass

TCP = "TCPIP0::192.0.2.1::{}::SOCKET"


@dataclass(frozen=True)
class Wire:
    """One model's wire.

    Attributes:
        resource: its VISA resource name in memory, with {} where a fresh number goes.
        stranger: what some other device answers to everything.
        garbage: noise that the driver takes for whole replies, and more.
        endless: a byte that ends no reply, however often it comes.
        half_sent: commands that an earlier program did not end.
        relays: three of a relay board's own channel numbers.
        lines: two of a meter's own channel numbers, or its only one.
        output, other: two of a supply's own output numbers (other None: it has one).
        most: what that output gives at most, in V and A.
    """

    resource: str = "ASRL{}::INSTR"
    stranger: bytes = b"Siglent Technologies,SPD3303X,SPD00001,1.01\n"
    garbage: bytes = b"\xff\x80ON\x00\nON\n"
    endless: bytes = b"\x00"
    half_sent: tuple[bytes, ...] = (b"*IDN?",)
    relays: tuple[int, int, int] = (1, 12, 3)
    lines: tuple[int, ...] = (1, 2)
    output: int = 1
    other: int | None = 2
    most: tuple[float, float] = (30.0, 3.0)


WIRES = {
    "numato_usb": Wire(
        stranger=b"ERROR 3: unknown command\r\n>",
        garbage=b"\xff\x80 on\x00>on>",
        half_sent=(b"re", b"relay on ", b"relay on 1", b"relay read 1", b"relay readall"),
        # 12 beside 1: the module takes "relay on 12" for relay 1
        relays=(1, 12, 3),
    ),
    "rigol_dp832": Wire(
        resource=TCP,
        half_sent=(b":OU", b":OUTP CH1,O", b":OUTP CH1,ON", b":OUTP? CH1", b"*IDN?"),
    ),
}
