"""A role: a function of the car, and the message and signals that carry it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bench.can.databases import is_fd, key_of
from bench.errors import RoleError, nearest

if TYPE_CHECKING:
    from cantools.database.can import Message

Raw = tuple[int, ...]


@dataclass(frozen=True)
class Role:
    """A function of the car, bound to a message of a database.

    Attributes:
        labels: per label the raw values that mean it, each a tuple with one item per signal.
        fields: further values that travel in the same message, by our name.
        field_words: what a field's values mean, by its signal, where the role file says so.
        where: the file and key that say so, for errors ("": none).
    """

    name: str
    message: "Message"
    signals: tuple[str, ...]
    labels: dict[str, tuple[Raw, ...]]
    fields: dict[str, str]
    mirror: str | None
    valid: dict[str, tuple[int, ...]]
    shape: str
    identifier_mask: int | None
    evidence: str
    where: str = ""
    field_words: dict[str, dict[int, str]] = field(default_factory=dict)

    @cached_property
    def key(self) -> int:
        """The identifier of its message, with bit 31 set for a 29-bit one."""
        return key_of(self.message)

    @property
    def fd(self) -> bool:
        """Whether its message needs CAN FD."""
        return is_fd(self.message)

    def labels_of(self, raw: Raw) -> tuple[str, ...]:
        """Return every label that `raw` means, the most specific first as the file has them."""
        return tuple(label for label, values in self.labels.items() if raw in values)

    def raw_for(self, label: str) -> Raw:
        """Return the raw value to send for a label; raises RoleError."""
        if label not in self.labels:
            where = self.where or f"role {self.name}"
            hint = nearest(label, self.labels)
            raise RoleError(f'{where}: has no "{label}", which is to be sent: {hint}')
        return self.labels[label][0]

    def read(self, signals: dict[str, Any]) -> Raw | None:
        """Return the raw value in a decoded message; None while it is marked invalid."""
        for signal, values in self.valid.items():
            if signals.get(signal) not in values:
                return None
        if any(signal not in signals for signal in self.signals):
            return None  # multiplexed out of this frame
        return tuple(int(signals[signal]) for signal in self.signals)

    def described(self) -> dict[str, Any]:
        """Return it as a recording's header holds it."""
        return {
            "message": self.message.name,
            "identifier": self.message.frame_id,
            "senders": list(self.message.senders),
            "receivers": sorted({r for signal in self.message.signals for r in signal.receivers}),
            "signals": list(self.signals),
            "labels": {label: [list(v) for v in values] for label, values in self.labels.items()},
            "evidence": self.evidence,
        }
