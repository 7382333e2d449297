"""Where a unit answers diagnosis, and what may be read there."""

from pydantic import Field

from bench.can.frame import LARGEST_11_BIT
from bench.config.validation import Section

VIN, SOFTWARE, SERIAL, PART = 0xF190, 0xF189, 0xF18C, 0xF187  # ISO 14229-1, annex C


class UnitAddress(Section):
    """`[diagnosis.<unit>]` of a car file.

    Attributes:
        bus: on which it answers.
        request, response: identifiers (normal addressing; above 0x7FF they have 29 bits).
        fd: whether it speaks CAN FD.
        identification: data identifiers that say which unit this is (the software version).
        coding: data identifiers of its variant coding.
        state: per item of the starting state the data identifier that tells it.
    """

    bus: str
    request: int = Field(ge=0, lt=1 << 29)
    response: int = Field(ge=0, lt=1 << 29)
    fd: bool = False
    identification: list[int] = Field(default_factory=lambda: [SOFTWARE])
    coding: list[int] = Field(default_factory=list)
    state: dict[str, int] = Field(default_factory=dict)

    @property
    def extended(self) -> bool:
        """Whether its identifiers have 29 bits."""
        return max(self.request, self.response) > LARGEST_11_BIT
