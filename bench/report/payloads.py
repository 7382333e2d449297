"""What events say, once for all the recordings of a run that say the same.

The recordings of a campaign are much alike: 200,000 events of the default one hold 3,400 different
payloads. So each is read, put in words and kept once, and a recording is a list of numbers.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bench.events import KINDS, rebuild
from bench.evidence.recording_lines import parse
from bench.presentation.lanes import lane_of
from bench.presentation.whose import of_the_witness
from bench.presentation.words import say

# a cyclic segment's payloads that are shown: enough to see what counts up in them
TABLE_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Payload:
    """What one or many events say.

    Attributes:
        kind: of event.
        lane: where it is drawn.
        words: in a sentence.
        witness: whether it is the witness's traffic.
        fields: as recorded; a cyclic segment's exceptions only as counts.
    """

    kind: str
    lane: str
    words: str
    witness: bool
    fields: dict[str, Any]

    def row(self) -> list[Any]:
        """Return it as the page's script takes it."""
        return [self.kind, self.lane, self.words, int(self.witness), self.fields]


def read_payload(kind: str, text: str) -> Payload:
    """Return what an event says from the text of its fields."""
    try:
        fields = parse(f"{{{text}}}")
    except ValueError:
        return Payload(kind, "bench", f"{kind}: cannot be read", witness=False, fields={})
    lane, words = "bench", kind.replace("_", " ")
    if kind in KINDS:
        try:
            event = rebuild(kind, fields)
        except TypeError:  # other fields than this version's
            lane = KINDS[kind].lane
        else:
            lane, words = lane_of(event), say(event)
    shown = _thinned(fields) if kind == "cyclic_segment" else fields
    return Payload(kind, lane, words, of_the_witness(fields), shown)


def _thinned(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a cyclic segment with its exceptions counted: the recording holds each of them."""
    table, late = fields.get("table"), fields.get("late")
    shown = {k: v for k, v in fields.items() if k not in {"table", "late", "duration_ns"}}
    if isinstance(table, list):
        shown |= {"payloads": table[:TABLE_SHOWN], "payloads_in_all": len(table)}
    if isinstance(late, list):
        waits = [x[1] for x in late if isinstance(x, list) and len(x) == 2]
        worst = max((w for w in waits if isinstance(w, int)), default=0)
        shown |= {"frames_that_waited": len(late), "worst_wait_ns": worst}
    return shown


@dataclass
class Payloads:
    """Every payload of a run, numbered as they are met."""

    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _used: Counter[int] = field(default_factory=Counter)
    _read: dict[int, Payload] = field(default_factory=dict)

    def numbers(self, kinds: Iterable[str], fields: Iterable[str]) -> list[int]:
        """Return the number of each payload of a recording; a new one gets the next."""
        known = self._numbers
        keys = list(zip(kinds, fields, strict=True))
        numbers = list(map(known.get, keys))  # most are known, and this asks at the speed of C
        return [
            known.setdefault(key, len(known)) if number is None else number
            for key, number in zip(keys, numbers, strict=True)
        ]

    def count(self, numbers: Iterable[int]) -> None:
        """Take note that a recording holds these."""
        self._used.update(set(numbers))

    def read(self) -> list[Payload]:
        """Return all payloads, by number."""
        for (kind, text), number in self._numbers.items():
            if number not in self._read:
                self._read[number] = read_payload(kind, text)
        return [self._read[number] for number in range(len(self._numbers))]

    def shared(self) -> dict[int, int]:
        """Return the numbers that several recordings hold, with their places in the page."""
        often = sorted(number for number, used in self._used.items() if used > 1)
        return {number: place for place, number in enumerate(often)}
