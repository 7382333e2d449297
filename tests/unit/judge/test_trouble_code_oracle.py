"""The oracle of trouble codes, on small recordings made by hand."""

import pytest

from bench.events import (
    BenchFault,
    CodesRead,
    DiagnosisFailed,
    End,
    Event,
    FaultArmed,
    StateChecked,
)
from bench.journal import Entry
from bench.judge.asking import ask
from bench.judge.verdict import Case
from bench.recording import Header, Recording

LOST = "U1A10-87"


def recording(*events: Event, outage: str | None = "down") -> Recording:
    header = Header({"outage": outage}, {}, (), {}, {}, 1, "simulated")
    checked = StateChecked("door_lock_state", "locked", "locked", verified=True)
    listed = [checked, *events, End(len(events) + 1, 0)]
    return Recording(header, [Entry(n, n, None, event) for n, event in enumerate(listed)])


def read(before: tuple[str, ...], after: tuple[str, ...], unit: str = "TCU") -> list[Event]:
    return [CodesRead(unit, "before", before), CodesRead(unit, "after", after)]


def asked(outage: list[Event], baseline: list[Event] | None = None):
    usual = None if baseline is None else recording(*baseline, outage=None)
    return ask("no_new_trouble_codes", Case(recording(*outage), usual))


def test_a_code_that_only_the_outage_sets_is_a_finding_that_names_unit_and_code():
    judgement = asked(read((), (LOST,)), read((), ()))
    assert judgement.verdict == "fail"
    assert judgement.reason == f"the outage alone has set a trouble code (TCU: {LOST})"


@pytest.mark.parametrize(
    ("outage", "baseline"),
    [
        (read((), ()), read((), ())),
        (read((LOST,), (LOST,)), read((), ())),  # it was there before
        (read((), (LOST,)), read((), (LOST,))),  # it comes without the outage, too
        (read((LOST,), ()), read((), ())),  # it has gone
    ],
)
def test_what_the_outage_did_not_set_is_not_held_against_it(outage, baseline):
    assert asked(outage, baseline).verdict == "pass"


def test_the_same_code_in_another_unit_is_another_finding():
    baseline = [*read((), ()), *read((), (LOST,), unit="GW")]
    assert asked([*read((), (LOST,)), *read((), (LOST,), unit="GW")], baseline).verdict == "fail"


def test_a_code_that_was_cleared_before_the_outage_counts_when_it_comes_back():
    cleared = [CodesRead("TCU", "before", (LOST,)), *read((), (LOST,))]
    assert asked(cleared, read((), ())).verdict == "fail"


def test_a_unit_that_did_not_answer_is_doubt_and_a_finding_outweighs_it():
    silent = DiagnosisFailed("GW", "after", "GW: ReadDTCInformation: no answer within 250 ms")
    assert asked([*read((), ()), silent], read((), ())).verdict == "inconclusive"
    assert asked([*read((), (LOST,)), silent], read((), ())).verdict == "fail"
    assert asked(read((), ())[:1], read((), ())).verdict == "inconclusive"


def test_a_baseline_that_was_not_read_before_excuses_no_code():
    judgement = asked(read((), (LOST,)), read((), (LOST,))[1:])
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == "not read both before and after in the baseline: TCU"


@pytest.mark.parametrize("moment", [0, 1], ids=["only before", "only after"])
def test_a_code_is_no_finding_where_it_is_not_known_what_the_baseline_sets(moment):
    judgement = asked(read((), (LOST,)), read((), ())[moment : moment + 1])
    assert judgement.verdict == "inconclusive"
    assert judgement.reason == "not read both before and after in the baseline: TCU"
    assert asked(read((), (LOST,)), read((), (), unit="GW")).verdict == "inconclusive"


def test_a_code_that_may_have_been_there_before_is_no_finding():
    failed = DiagnosisFailed("TCU", "before", "TCU: ReadDTCInformation: no answer within 250 ms")
    judgement = asked([failed, *read((), (LOST,))[1:]], read((), ()))
    assert judgement.verdict == "inconclusive"
    assert judgement.reason.startswith("not read before: TCU: ")


def test_a_baseline_in_which_the_bench_failed_excuses_no_code():
    judgement = asked(read((), (LOST,)), [*read((), (LOST,)), BenchFault("relay", "stuck")])
    assert judgement.verdict == "inconclusive"
    assert "the baseline cannot be compared with: the bench failed: relay" in judgement.reason


def test_without_a_baseline_nothing_can_be_said():
    assert asked(read((), ())).verdict == "inconclusive"


def test_a_baseline_itself_is_not_asked_and_who_answers_nothing_at_all_is_doubt():
    usual = recording(*read((), (LOST,)), outage=None)
    assert ask("no_new_trouble_codes", Case(usual)).verdict == "not_asked"
    assert asked([DiagnosisFailed("GW", "after", "no answer")], []).verdict == "inconclusive"


def test_it_is_not_asked_where_nothing_answers_or_where_the_car_itself_was_disturbed():
    assert asked([], []).verdict == "not_asked"
    for layer in ("can", "electrical"):
        disturbed = FaultArmed("x", layer, "x")
        assert asked([disturbed, *read((), (LOST,))], read((), ())).verdict == "not_asked"
    refuse = FaultArmed("refuse", "tcp", "refuse")
    assert asked([refuse, *read((), (LOST,))], read((), ())).verdict == "fail"
