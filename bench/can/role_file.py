"""What a role file says, as it is written in TOML."""

from typing import Any, Literal

from pydantic import Field

from bench.can.frame import LARGEST_11_BIT, LARGEST_29_BIT, key
from bench.config.validation import Section
from bench.units import Positive

Labels = dict[str, int | list[int] | list[list[int]]]
Evidence = Literal["dbc-choices", "dbc-comment", "seen-on-car", "name-only", "own"]


class FieldSection(Section):
    """A field whose values the role file names: the database's words are not the bench's."""

    signal: str
    raw: dict[str, int]


class RoleSection(Section):
    """`[roles.<name>]` of a role file.

    `signal` is one name, or several whose values count together; `raw` gives, per label, the
    raw values that stand for it. Without `raw` the database's own value table serves.
    """

    message: str
    signal: str | list[str]
    raw: Labels | None = None
    fields: dict[str, str | FieldSection] = Field(default_factory=dict)
    mirror: str | None = None
    valid: dict[str, list[int]] = Field(default_factory=dict)
    shape: Literal["level", "pulse", "counter"] = "level"
    identifier_mask: int | None = None
    evidence: Evidence = "name-only"
    note: str = ""


class ProtectionSection(Section):
    """`[protection.<message>]`: how its counter and CRC are made, where that is known.

    `parameters` go to a scheme of your own as they are.
    """

    scheme: str
    counter: str | None = None
    crc: str | None = None
    data_id: int | list[int] = 0
    polynomial: int = 0x1D
    initial: int = 0xFF
    final_xor: int = 0xFF
    groups: list[list[str]] = Field(default_factory=list)
    key_file: str | None = None
    key_env: str | None = None
    freshness_bits: int = Field(default=64, ge=8, le=64)
    freshness_start: int = Field(default=0, ge=0)
    freshness_file: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    note: str = ""


class NetworkManagementSection(Section):
    """`[network_management]`: who keeps the bus awake, so that a restbus can let it sleep.

    `first` to `last` are the identifiers of the nodes' messages, `own` is the one that the restbus
    sends when it needs the bus; beyond 0x7FF they have 29 bits. The times are those of AUTOSAR's
    CanNm; OSEK has only the last.
    """

    kind: Literal["autosar", "osek"] = "autosar"
    first: int = Field(ge=0, le=LARGEST_29_BIT)
    last: int = Field(ge=0, le=LARGEST_29_BIT)
    own: int = Field(ge=0, le=LARGEST_29_BIT)
    message_s: Positive = 0.5
    timeout_s: Positive = 2.0
    wait_bus_sleep_s: Positive = 1.0

    @property
    def identities(self) -> range:
        """The nodes' messages, as DBC files write identifiers (see `bench.can.port.key`)."""
        extended = self.first > LARGEST_11_BIT
        return range(key(self.first, extended=extended), key(self.last, extended=extended) + 1)

    @property
    def own_identity(self) -> int:
        """The restbus's own message, written the same way."""
        return self.identities[self.own - self.first]


class RoleFile(Section):
    """A role file as a whole."""

    database: str | None = None
    strict: bool = True
    note: str = ""
    default_cycle_s: Positive = 0.1
    cycle_s: dict[str, Positive] = Field(default_factory=dict)
    roles: dict[str, RoleSection] = Field(default_factory=dict)
    protection: dict[str, ProtectionSection] = Field(default_factory=dict)
    network_management: NetworkManagementSection | None = None
