"""What is judged of somebody's own test, beside what it asserts itself."""

from dataclasses import replace

from bench.judge.asking import ask, is_sighting, of_others
from bench.judge.judge import first_bad
from bench.judge.verdict import TEST, Case, Judgement, Verdict
from bench.recording import Recording

# what is judged of every test, whatever it asserts itself
ALWAYS = ("no_unauthorised_opening", "nothing_stale", "one_actuation", "honest_claims")
EVIDENCE = "evidence"
WELL = Judgement(TEST, "pass", "the test and every oracle passed")


def judgements_on(recording: Recording) -> list[Judgement]:
    """Return what every test is judged by; other distributions' oracles may have seen something."""
    sightings = filter(is_sighting, of_others())
    return [ask(name, Case(recording)) for name in (*ALWAYS, *sightings)]


def evidence_of(recording: Recording) -> Judgement:
    """Return whether a recording can carry a test's verdict."""
    # the outage of a test is its own affair: whether each fault was met, the test is asked
    scenario = {**recording.header.scenario, "outage": None}
    header = replace(recording.header, scenario=scenario)
    return ask(EVIDENCE, Case(replace(recording, header=header)))


def judge_again(recording: Recording, before: Verdict) -> Verdict:
    """Return a test's verdict by today's oracles.

    What the test asserted, and whether its faults were met, no recording says: that stays.
    """
    judgements = (*judgements_on(recording), evidence_of(recording))
    says = first_bad(judgements) or WELL
    if before.verdict != "pass" and before.oracle in {TEST, EVIDENCE}:
        says = Judgement(before.oracle, before.verdict, before.reason)
    return replace(
        before, verdict=says.verdict, oracle=says.oracle, reason=says.reason, judgements=judgements
    )
