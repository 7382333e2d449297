"""Discipline of the telematics unit."""

from bench.events import FaultMet
from bench.events.telematics import TCU
from bench.judge.discipline.measures import MEASURES, Found
from bench.judge.discipline.outage import LIMIT, Outage, outage_of
from bench.judge.interfaces import interface_problem
from bench.judge.oracle import Oracle
from bench.judge.sound_baseline import unsound
from bench.judge.verdict import Case, Judgement, Measurement, Word
from bench.judge.worst import BAD

NAME = "telematics_discipline"


class TelematicsDiscipline(Oracle):
    """In an outage, the telematics unit spares the cloud, the network, the buses and the battery.

    Each measure has a limit with its source in the recording's header. What there is too little to
    measure from is inconclusive. Only what is seen of a real unit, too, is measured: its link, its
    frames, the supplies' own readings.
    """

    def judge(self, case: Case) -> Judgement:
        """Measure everything that this outage asks of the unit."""
        limits = case.recording.header.limits
        if not case.in_outage or not any(name.startswith(LIMIT) for name in limits):
            return Judgement(NAME, "not_asked", "it is not measured in this scenario")
        outage = outage_of(case)
        problem = self._problem(case, outage)
        if problem is not None or outage is None:
            return Judgement(NAME, "inconclusive", problem or "no outage")
        measured = tuple(
            _against(name, limits[f"{LIMIT}{name}"], found)
            for name, measure in MEASURES.items()
            if (found := measure(outage)) is not None
        )
        return Judgement(NAME, _worst(measured), _reason(measured), measured)

    def _problem(self, case: Case, outage: Outage | None) -> str | None:
        if not case.recording.complete:
            return "the recording has no end: the run was cut off"
        if outage is None:
            return "no fault was armed and cleared"
        met = (v.party for _, v in case.recording.of(FaultMet))
        if not outage.window.tries and not any(p.partition("/")[0] == TCU for p in met):
            return "the unit never met the fault"
        if case.baseline is not None and (problem := unsound(case.baseline)):
            return problem
        return interface_problem(case.recording)


def _against(name: str, limit: dict[str, object], found: Found) -> Measurement:
    """Compare: what is nearer to the limit than its error is inconclusive."""
    most, bound = float(str(limit["value"])), str(limit["bound"])
    value = found.value
    verdict: Word = "inconclusive"
    if value is not None:
        low = value if found.low is None else found.low
        high = value if found.high is None else found.high
        good, bad = (high <= most, low > most) if bound == "at most" else (low >= most, high < most)
        verdict = "pass" if good else "fail" if bad else "inconclusive"
    return Measurement(
        name, verdict, None if value is None else round(value, 4), most, bound,
        str(limit["unit"]), str(limit["source"]), found.note,
    )  # fmt: skip


def _worst(measured: tuple[Measurement, ...]) -> Word:
    words = {each.verdict for each in measured}
    return "fail" if "fail" in words else "inconclusive" if "inconclusive" in words else "pass"


def _reason(measured: tuple[Measurement, ...]) -> str:
    """Return what went wrong, or how many measures there are."""
    for word in BAD:
        said = [_told(each) for each in measured if each.verdict == word]
        if said:
            return "; ".join(said)
    return f"{len(measured)} measures within their limits"


def _told(each: Measurement) -> str:
    unit = f" {each.unit}" if each.unit else ""
    if each.value is None:
        return f"{each.name}: {each.note}"
    return f"{each.name} {each.value:g}{unit} ({each.bound} {each.limit:g}{unit}; {each.note})"
