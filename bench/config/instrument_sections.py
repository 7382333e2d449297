"""`[relays]`, `[supplies]` and `[meters]` of a bench file: which instruments are where."""

from pydantic import Field

from bench.config.contact import Channel
from bench.config.validation import Section

MOST_V = 60.0


class RelaysSection(Section):
    """`[relays.<board>]`: per channel what its contact does to the car's wires."""

    model: str
    resource: str = ""
    backend: str = "@py"
    channels: dict[str, Channel]
    nets: dict[str, str] = Field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, int]:
        """Per function the board's own number."""
        return {function: contact.channel for function, contact in self.channels.items()}

    @property
    def stirs(self) -> bool:
        """Whether a contact of it moves, for the car, when the board is made safe."""
        return any(contact.stirs for contact in self.channels.values())


class SupplySection(Section):
    """`[supplies.<name>]`: one output of a supply.

    `ovp_v` and `ocp` have the supply switch itself off, and stay off: above that voltage, and as
    soon as its current limit is reached. They are set before the output goes on.

    `motors_stall_a` is what the lock motors on it draw together when they stall (data sheet, or
    measured): a current limit below that is refused.

    `step_s` is how long the output takes to reach a new voltage, measured at its terminals: a dip
    with shorter steps is refused. A simulated supply needs no time.

    `current_error_ma` is how far off its current reading may be (data sheet): charge and resets are
    judged with it.

    Voltages above 60 V are not for a bench that people touch (ISO 6469-3, voltage class B).
    """

    model: str
    resource: str = ""
    backend: str = "@py"
    channel: int = Field(default=1, ge=1)
    net: str | None = None
    voltage_v: float = Field(default=13.5, ge=0.0, le=MOST_V)
    current_limit_a: float = Field(default=30.0, gt=0.0, le=1000.0)
    ovp_v: float | None = Field(default=None, gt=0.0, le=MOST_V)
    ocp: bool = False
    motors_stall_a: float | None = Field(default=None, gt=0.0)
    step_s: float | None = Field(default=None, ge=0.0)
    current_error_ma: float = Field(default=0.0, ge=0.0)

    @property
    def protections(self) -> str:
        """What it switches itself off for, in words ("": nothing by command)."""
        over_a = f"ocp: at {self.current_limit_a:g} A" if self.ocp else ""
        over_v = f"ovp_v: above {self.ovp_v:g} V" if self.ovp_v is not None else ""
        return ", ".join(filter(None, (over_a, over_v)))


class MeterSection(Section):
    """`[meters.<name>]`: a multimeter, or a board's inputs.

    A lock motor takes two inputs: the one in `channels` is high while it unlocks, the one in
    `reverse` while it locks. `inverted` names the lines that are wired the other way round.
    """

    model: str
    resource: str = ""
    backend: str = "@py"
    channels: dict[str, int]
    nets: dict[str, str] = Field(default_factory=dict)
    reverse: dict[str, int] = Field(default_factory=dict)
    inverted: list[str] = Field(default_factory=list)
