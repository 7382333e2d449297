"""How a station stands: what a person at the bench looks at."""

from collections import deque
from dataclasses import dataclass, field

from bench.recording import Header

KEPT = 200  # lines of the log; nobody reads further back in a terminal
SPOKEN = 4  # acts and claims that stand side by side


@dataclass
class Bus:
    """One CAN as the bench sees it: traffic, errors, and the worst error counters of its nodes."""

    awake: bool = False
    frames: int = 0
    errors: int = 0
    states: dict[str, tuple[str, int, int]] = field(default_factory=dict)


@dataclass
class Supply:
    """One supply: on, verified (None: it cannot tell), volts as it was told, in its limit.

    `read_volts` and `read_amperes` are what it has read back (None: not yet).
    """

    on: bool = False
    verified: bool | None = None
    volts: float | None = None
    read_volts: float | None = None
    read_amperes: float | None = None
    limited: str = ""


@dataclass
class StationState:
    """What is known so far.

    Attributes:
        header: of the recording (None: nothing has begun).
        t_ns: the time of the last entry.
        phase: of the outage.
        phase_ends_ns: when it is to end (None: nobody knows).
        faults: per armed fault how often it was met.
        lines: per sensed line its level.
        roles: per "bus.role" what it means.
        buses, relays, supplies: by name; a relay is closed, and verified or not.
        units: the state of each telematics unit but the witness's.
        cloud: what the witness, another owner behind the same cloud, was told last.
        answers: per party the last answer that it got from the cloud.
        acts, claims: the last things that the owner did, and was told.
        log: the last events worth a line.
        trouble: what the bench itself failed at.
    """

    header: Header | None = None
    t_ns: int = 0
    phase: str = "before"
    phase_ends_ns: int | None = None
    faults: dict[str, int] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    buses: dict[str, Bus] = field(default_factory=dict)
    relays: dict[str, tuple[bool, bool | None]] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    cloud: tuple[bool, str] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    acts: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=SPOKEN))
    claims: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=SPOKEN))
    log: deque[tuple[int, str, str]] = field(default_factory=lambda: deque(maxlen=KEPT))
    trouble: list[str] = field(default_factory=list)
    over: bool = False

    def bus(self, name: str) -> Bus:
        """Return a bus, made when it is first heard of."""
        return self.buses.setdefault(name, Bus())

    def supply(self, name: str) -> Supply:
        """Return a supply, made when it is first heard of."""
        return self.supplies.setdefault(name, Supply())
