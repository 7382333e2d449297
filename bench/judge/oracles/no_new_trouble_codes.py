"""No new trouble codes."""

from bench.events import CodesRead, DiagnosisFailed
from bench.judge.of_the_car import of_the_car
from bench.judge.oracle import Oracle
from bench.judge.sound_baseline import unsound
from bench.judge.verdict import Case, Judgement
from bench.recording import Recording

NAME = "no_new_trouble_codes"


class NoNewTroubleCodes(Oracle):
    """An outage of the cloud leaves no trouble code behind that its baseline does not leave, too.

    Nothing in the car is broken while its cloud is down. A code that only the outage sets sends
    healthy units to the workshop, from every car of the fleet at once.
    """

    def judge(self, case: Case) -> Judgement:
        """Compare what was stored after the outage and not before, with the baseline's."""
        if not case.in_outage:
            return Judgement(NAME, "not_asked", "there is no outage")
        if of_the_car(case.recording):
            return Judgement(NAME, "not_asked", "trouble in the car itself may leave a code")
        if not any(case.recording.of(CodesRead)) and not any(case.recording.of(DiagnosisFailed)):
            return Judgement(NAME, "not_asked", "no unit answers diagnosis here")
        if case.baseline is None:
            return Judgement(NAME, "inconclusive", "there is no baseline to compare with")
        if problem := unsound(case.baseline):
            return Judgement(NAME, "inconclusive", problem)
        compared = _read_twice(case.recording) & _read_twice(case.baseline)
        new = _new(case.recording) - _new(case.baseline)
        if new := {(unit, code) for unit, code in new if unit in compared}:
            named = ", ".join(f"{unit}: {code}" for unit, code in sorted(new))
            return Judgement(NAME, "fail", f"the outage alone has set a trouble code ({named})")
        if unread := _unread(case.recording, case.baseline):
            return Judgement(NAME, "inconclusive", unread)
        units = len(_read(case.recording, "after"))
        return Judgement(NAME, "pass", f"{units} units were asked: no code that the baseline lacks")


def _unread(recording: Recording, baseline: Recording) -> str | None:
    """Return which codes of units that answer were not read, or None."""
    for _, failed in recording.of(DiagnosisFailed):
        return f"not read {failed.moment}: {failed.reason}"
    answering = {event.unit for each in (recording, baseline) for _, event in each.of(CodesRead)}
    for where, each in (("", recording), (" in the baseline", baseline)):
        if silent := answering - _read_twice(each):
            return f"not read both before and after{where}: {', '.join(sorted(silent))}"
    return None


def _read_twice(recording: Recording) -> set[str]:
    """Return the units whose codes were read before and after: of no other one is anything new."""
    return _read(recording, "before") & _read(recording, "after")


def _read(recording: Recording, moment: str) -> set[str]:
    """Return the units whose codes were read at a moment."""
    return {event.unit for _, event in recording.of(CodesRead) if event.moment == moment}


def _new(recording: Recording) -> set[tuple[str, str]]:
    """Return (unit, code) for what was stored after and not before; the last reading counts."""
    last: dict[tuple[str, str], tuple[str, ...]] = {}
    for _, event in recording.of(CodesRead):
        last[event.moment, event.unit] = event.codes
    return {
        (unit, code)
        for (moment, unit), codes in last.items()
        if moment == "after"
        for code in codes
        if code not in last.get(("before", unit), ())
    }
