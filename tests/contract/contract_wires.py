"""What the contract must know of each model's wire, and cannot ask the model."""

from dataclasses import dataclass, replace

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
        relays: three of a relay board's own channel numbers, or the two that it has.
        lines: two of a meter's own channel numbers, or its only one.
        output, other: two of a supply's own output numbers (other None: it has one).
        most: what that output gives at most, in V and A.
        ovp, ocp: it can be told to protect from too much voltage, from too much current.
    """

    resource: str = "ASRL{}::INSTR"
    stranger: bytes = b"Siglent Technologies,SPD3303X,SPD00001,1.01\n"
    garbage: bytes = b"\xff\x80ON\x00\nON\n"
    endless: bytes = b"\x00"
    half_sent: tuple[bytes, ...] = (b"*IDN?",)
    relays: tuple[int, ...] = (1, 12, 3)
    lines: tuple[int, ...] = (1, 2)
    output: int = 1
    other: int | None = 2
    most: tuple[float, float] = (30.0, 3.0)
    ovp: bool = True
    ocp: bool = True


WIRES = {
    "numato_usb": Wire(
        stranger=b"ERROR 3: unknown command\r\n>",
        garbage=b"\xff\x80 on\x00>on>",
        half_sent=(b"re", b"relay on ", b"relay on 1", b"relay read 1", b"relay readall"),
        # 12 beside 1: the module takes "relay on 12" for relay 1
        relays=(1, 12, 3),
    ),
    "lcus": Wire(
        stranger=b"relay board 4711\r\n",
        garbage=b"\xff\x80CH1: ON\r\n" * 9,
        half_sent=(b"\xa0", b"\xa0\x01", b"\xa0\x01\x01"),
        relays=(1, 8, 3),
    ),
    "lcus_silent": Wire(relays=(1, 8, 3)),
    "kmtronic_usb8": Wire(
        stranger=b"\x15\x00\x00\x00\x00\x00\x00\x00",
        garbage=b"\xff\x80\x01\x00\x01\x00\x01\x00\x01",
        endless=b"\x80",
        half_sent=(b"\xff", b"\xff\x01"),
        relays=(1, 8, 3),
    ),
    "kmtronic_usb4": Wire(
        stranger=bytes(8),  # as one with eight channels answers
        garbage=b"\xff\x80\x01\x00\x01\x00\x01\x00\x01",
        endless=b"\x80",
        half_sent=(b"\xff", b"\xff\x01"),
        relays=(1, 4, 3),
    ),
    "kmtronic_usb2": Wire(
        stranger=b"\x15\x00\x00",
        garbage=b"\xff\x80\x01\x00\x01",
        endless=b"\x80",
        half_sent=(b"\xff", b"\xff\x01"),
        relays=(1, 2),
    ),
    "denkovi_usb16": Wire(
        stranger=b"\x00\x00\x00",
        garbage=b"\xff\x80\x01\x00\x01",
        half_sent=(b"0", b"01", b"01+", b"01+/", b"ask", b"on"),
        relays=(1, 16, 3),
    ),
    "devantech_usb_rly16": Wire(
        stranger=b"\x08\x01\x00",
        garbage=b"\xff\x80\x01\x00\x01",
        half_sent=(b"\x5c", b"\x00"),
        relays=(1, 8, 3),
    ),
    "devantech_usb_rly08": Wire(
        stranger=b"\x09\x01\x00",
        garbage=b"\xff\x80\x01\x00\x01",
        half_sent=(b"\x5c",),
        relays=(1, 8, 3),
    ),
    "devantech_usb_rly16l": Wire(
        stranger=b"\x09\x01\x00",
        garbage=b"\xff\x80\x01\x00\x01",
        half_sent=(b"\x5c",),
        relays=(1, 8, 3),
    ),
    "devantech_eth008": Wire(
        resource=TCP,
        stranger=b"\x15\x01\x05",
        garbage=b"\xff\x80\x01\x00\x01",
        endless=b"\x80",
        half_sent=(b"\x20", b"\x20\x01"),
        relays=(1, 8, 3),
    ),
    "devantech_eth8020": Wire(
        resource=TCP,
        stranger=b"\x13\x01\x05",
        garbage=b"\xff\x80\x01\x00\x01",
        endless=b"\x80",
        half_sent=(b"\x20", b"\x20\x01"),
        relays=(1, 20, 3),
    ),
    "waveshare_modbus_relay": Wire(
        stranger=bytes.fromhex("01 83 02 c0 f1"),  # an exception: no such register
        garbage=b"\xff\x80\x01\x00\x01\x00\x01\x00\x01",
        endless=b"\x01",
        half_sent=(b"\x01", b"\x01\x05\x00", bytes.fromhex("01 05 00 00 ff 00 8c")),
        relays=(1, 8, 3),
    ),
    "keysight_34970a": Wire(
        resource=TCP,
        half_sent=(b"ROUT:CL", b"ROUT:CLOS (@101)", b"ROUT:CLOS? (@101)", b"*IDN?"),
        relays=(101, 112, 203),
    ),
    "keysight_34980a": Wire(
        resource=TCP,
        half_sent=(b"ROUT:CL", b"ROUT:CLOS (@1001)", b"ROUT:CLOS? (@1001)", b"*IDN?"),
        relays=(1001, 1032, 2003),
    ),
    "rigol_dp832": Wire(
        resource=TCP,
        half_sent=(b":OU", b":OUTP CH1,O", b":OUTP CH1,ON", b":OUTP? CH1", b"*IDN?"),
    ),
    "siglent_spd3303x": Wire(
        resource=TCP,
        stranger=b"RIGOL TECHNOLOGIES,DP832,DP8TWIN00001,00.01.14\n",
        half_sent=(b"OUT", b"OUTP CH1,ON", b"SYST:STAT?", b"*IDN?"),
        most=(32.0, 3.2),
        ovp=False,
        ocp=False,
    ),
    "keysight_e36312a": Wire(
        resource=TCP,
        half_sent=(b"OUT", b"OUTP 1,(@2)", b"OUTP? (@2)", b"*IDN?"),
        output=2,
        other=3,
        most=(25.0, 1.0),
    ),
    "rohde_schwarz_hmp4040": Wire(
        resource=TCP,
        half_sent=(b"INST", b"INST:NSEL 1;:OUTP:SEL 1;:OUTP:GEN 1", b"OUTP:GEN?", b"*IDN?"),
        most=(32.0, 10.0),
    ),
    "korad_ka3005p": Wire(
        stranger=b"TTi PL303",
        garbage=b"\xff\x80ON\x00\xff\xff",
        half_sent=(b"O", b"OU", b"*ID", b"VSET1:1"),
        other=None,
        most=(30.0, 5.0),
        ovp=False,
    ),
    "tdk_lambda_genesys": Wire(
        stranger=b"TTi PL303\r",
        garbage=b"\xff\x80ON\x00\rON\r",
        half_sent=(b"OU", b"OUT 1", b"OUT?", b"IDN?", b"ADR 6"),
        other=None,
        most=(20.0, 38.0),
    ),
    "keysight_34461a": Wire(resource=TCP, half_sent=(b"RE", b"READ?", b"*IDN?"), lines=(1,)),
    "siglent_sdm3055": Wire(
        resource=TCP,
        stranger=b"RIGOL TECHNOLOGIES,DP832,DP8TWIN00001,00.01.14\n",
        half_sent=(b"RE", b"READ?", b"*IDN?"),
        lines=(1,),
    ),
}
WIRES["numato_usb_inputs"] = replace(
    WIRES["numato_usb"], half_sent=(b"re", b"gpio read ", b"gpio read 1", b"ver")
)
WIRES["waveshare_modbus_inputs"] = WIRES["waveshare_modbus_relay"]
