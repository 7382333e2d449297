"""Where a unit answers diagnosis, and what may be read there."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bench.can.frame import LARGEST_11_BIT
from bench.config.validation import Section

VIN, SOFTWARE, SERIAL, PART = 0xF190, 0xF189, 0xF18C, 0xF187  # ISO 14229-1, annex C
DataIdentifier = Annotated[int, Field(ge=0, le=0xFFFF)]
Count = Literal["repeated_operation", "remote_starts", "keypad_lockout"]


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
    identification: list[DataIdentifier] = Field(default_factory=lambda: [SOFTWARE])
    coding: list[DataIdentifier] = Field(default_factory=list)
    state: dict[Count, DataIdentifier] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_two_identifiers(self) -> "UnitAddress":
        if self.request == self.response:
            raise ValueError(f"response: 0x{self.response:X} is the request's, too")
        return self

    @property
    def extended(self) -> bool:
        """Whether its identifiers have 29 bits."""
        return max(self.request, self.response) > LARGEST_11_BIT
