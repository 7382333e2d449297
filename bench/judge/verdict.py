"""Verdicts, judgements, and the case that an oracle is given."""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

from bench.judge.ledger import Ledger, make_ledger
from bench.judge.repeat import Repeat
from bench.recording import Recording

TEST = "test"  # path and intent of what somebody's own test was about: none of the car's
Word = Literal["pass", "fail", "inconclusive", "not_fitted", "not_asked"]


@dataclass(frozen=True)
class Measurement:
    """One thing that an oracle has measured, against its limit.

    Attributes:
        name: of the measure.
        verdict: pass, fail, or inconclusive where there is too little to measure it from.
        value: None where it could not be measured.
        limit, bound: what it may be; "at most" or "at least".
        unit: of both.
        source: who says so.
        note: from what it was measured, or why it was not.
    """

    name: str
    verdict: Word
    value: float | None
    limit: float
    bound: str
    unit: str
    source: str
    note: str


@dataclass(frozen=True)
class Judgement:
    """What one oracle says.

    Attributes:
        oracle: its name.
        verdict: pass, fail, inconclusive, or not_asked where its question does not arise.
        reason: in a sentence.
        measurements: what it has measured.
    """

    oracle: str
    verdict: Word
    reason: str
    measurements: tuple[Measurement, ...] = ()


@dataclass(frozen=True)
class Case:
    """A recording to be judged, and the same scenario without the outage.

    Attributes:
        baseline: None for a baseline itself.
    """

    recording: Recording
    baseline: Recording | None = None

    @cached_property
    def ledger(self) -> Ledger:
        """What happened."""
        return make_ledger(self.recording)

    @cached_property
    def baseline_ledger(self) -> Ledger | None:
        """What happened without the outage."""
        return make_ledger(self.baseline) if self.baseline is not None else None

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario as the header holds it."""
        return self.recording.header.scenario

    @property
    def needs_cloud(self) -> bool:
        """Whether the path needs the cloud by its nature."""
        return bool(self.scenario["needs_cloud"])

    @property
    def in_outage(self) -> bool:
        """Whether this is an outage scenario (and no baseline)."""
        return self.scenario["outage"] is not None

    @property
    def asked(self) -> dict[str, Any] | None:
        """The phase that the try is to fall into, and its proof; None where none is asked about."""
        asked: dict[str, Any] | None = self.scenario.get("phase")
        return asked

    @property
    def limit_s(self) -> float | None:
        """How long the path may take, where the header sets a limit."""
        limit = self.recording.header.limits.get("opens")
        return float(limit["value"]) if limit else None


@dataclass(frozen=True)
class Verdict:
    """What came of one scenario.

    Attributes:
        phase: the campaign's phase that was asked about, else the one in which the first act fell.
        outcome: acted, refused, no_effect, late, twice, not_fitted, or not_tried where nobody
            tried anything.
        oracle: the one that decided.
        reason: in a sentence.
        measured_s, limit_s, baseline_s: from the sensed act to the sensed actuation.
        faults_met: per fault, how many operations met it.
        recording: its path in the run folder.
        helpless: stretches of time (from, to in ns) in which this path did not help its owner.
        repeat: what all repetitions came to, where there were several.
        requirements: ids of those that the test, or the outage, names.
    """

    scenario: str
    path: str
    intent: str
    outage: str | None
    phase: str | None
    owner: str
    verdict: Word
    outcome: str
    oracle: str
    reason: str
    measured_s: float | None = None
    limit_s: float | None = None
    baseline_s: float | None = None
    faults_met: dict[str, int] = field(default_factory=dict)
    judgements: tuple[Judgement, ...] = ()
    recording: str = ""
    helpless: tuple[tuple[int, int], ...] = ()
    repeat: Repeat | None = None
    requirements: tuple[str, ...] = ()

    @property
    def is_test(self) -> bool:
        """Whether it is of a test of somebody's own, which asks about no path and no outage."""
        return self.path == TEST

    @property
    def tells_of_its_path(self) -> bool:
        """Whether it says that a path helped its owner, or did not."""
        return not self.is_test and self.outcome != "not_tried"


def public(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict's fields as programs get them: some only where there is something."""
    fields = asdict(verdict)
    fields.pop("helpless")
    if not verdict.requirements:
        fields.pop("requirements")
    if verdict.repeat is None:
        fields.pop("repeat")
    for judgement in fields["judgements"]:
        if not judgement["measurements"]:
            judgement.pop("measurements")
    return fields
