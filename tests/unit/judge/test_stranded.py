"""Stranded minutes: while nothing that an owner carries helps."""

from dataclasses import replace

from recordings_by_hand import Hand, S
from verdicts import verdict

from bench.judge.cells import BASELINE, cells, column_of, failures
from bench.judge.judge import helpless
from bench.judge.stranded import stranded
from bench.judge.stranding_words import NONE_STRANDED, doubts, helped, lead, untried
from bench.judge.verdict import TEST, Case, Judgement, Verdict


def test_helpless_is_from_a_try_that_came_to_nothing_to_the_next_that_did_not():
    hand = Hand().checked()
    hand.attempt(60)
    hand.attempt(120, name="act-2")
    hand.pulse(180.1, hand.attempt(180, name="act-3"))
    assert helpless(Case(hand.end())) == ((60 * S, 180 * S),)


def told(owner, path, outage, *stretches, intent="unlock") -> Verdict:
    """Return a verdict on a path that did not help its owner for stretches of minutes."""
    helpless = tuple((a * 60 * S, b * 60 * S) for a, b in stretches)
    return verdict(path, outage, owner=owner, intent=intent, helpless=helpless)


def test_an_owner_is_stranded_while_nothing_that_is_carried_helps():
    found = stranded([
        told("a", "app", None), told("a", "ble", None),
        told("a", "app", "x", (0, 50)), told("a", "ble", "x", (20, 30)),
    ])  # fmt: skip
    assert found[0].minutes["locked_out"] == 10


def test_what_the_baseline_shows_already_does_not_count():
    found = stranded([told("a", "ble", None, (0, 50)), told("a", "ble", "x", (0, 60))])
    assert found[0].minutes["locked_out"] == 10


def test_what_was_not_asked_is_not_none_and_who_is_helpless_anyway_is_named():
    [found] = stranded([told("a", "ble", None, (0, 60)), told("a", "ble", "x", (0, 60))])
    assert found.minutes == {"locked_out": 0, "cannot_start": None, "cannot_secure": None}
    assert [str(minutes) for minutes in found.of.values()] == ["anyway", "not asked", "not asked"]
    assert (found.asked, found.anyway) == (("locked_out",), ("locked_out",))


def test_where_nobody_was_to_act_nobody_is_stranded():
    idle = replace(told("a", "app", "x"), outcome="not_tried")
    assert stranded([idle]) == []
    assert cells([idle]).paths == ()


def test_the_worst_outage_counts_and_what_would_have_helped_is_named():
    found = stranded([
        told("a", "ble", None), told("b", "blade", None),
        told("a", "ble", "x", (0, 5)), told("b", "blade", "x"),
        told("a", "ble", "y", (0, 9)), told("b", "blade", "y"),
    ])  # fmt: skip
    by_owner = {each.owner: each for each in found}
    assert by_owner["a"].minutes["locked_out"] == 9
    assert by_owner["a"].outage == "y"
    assert by_owner["a"].of["locked_out"].would_help == ("blade",)
    assert by_owner["b"].total == 0


def inconclusive(*arguments, **rest) -> Verdict:
    return replace(told(*arguments, **rest), verdict="inconclusive")


def test_minutes_of_outages_that_nobody_can_tell_of_are_not_known():
    [found] = stranded([told("a", "ble", None), inconclusive("a", "ble", "x", (0, 9))])
    assert found.minutes["locked_out"] is None
    assert str(found.of["locked_out"]) == "not known"
    assert found.doubtful == ("x",)
    assert lead([found], complete=True).startswith("It is not known whether an owner is stranded")


def test_nothing_is_known_of_outages_that_were_not_reached():
    [found] = stranded([told("a", "ble", None)])
    assert (found.of["locked_out"].known, found.is_known) == ("not_known", False)
    assert lead([found], complete=False).startswith("It is not known whether an owner is stranded")


def test_one_way_that_helped_is_enough_whatever_the_others_came_to():
    [found] = stranded([
        told("a", "app", None), told("a", "ble", None),
        inconclusive("a", "app", "x", (0, 9)), told("a", "ble", "x"),
    ])  # fmt: skip
    assert (found.minutes["locked_out"], found.is_known) == (0, True)
    assert lead([found], complete=True) == NONE_STRANDED


def test_a_way_of_which_nobody_can_tell_is_not_taken_for_one_that_helped():
    [found] = stranded([
        told("a", "app", None), told("a", "ble", None),
        inconclusive("a", "app", "x"), told("a", "ble", "x", (0, 9)),
    ])  # fmt: skip
    assert (found.minutes["locked_out"], found.is_known) == (None, False)


def test_a_baseline_of_which_nobody_can_tell_does_not_show_that_nothing_helps_anyway():
    [found] = stranded([
        inconclusive("a", "app", None, (0, 60)), told("a", "ble", None, (0, 60)),
        told("a", "app", "x", (0, 60)), told("a", "ble", "x", (0, 60)),
    ])  # fmt: skip
    assert (found.anyway, found.minutes["locked_out"]) == ((), None)


def test_an_outage_in_which_not_every_usual_way_was_tried_was_not_asked():
    [found] = stranded([
        told("a", "app", None), told("a", "ble", None), told("a", "app", "x", (0, 9)),
        told("a", "app", "y", (0, 5)), told("a", "ble", "y", (0, 5)),
    ])  # fmt: skip
    assert (found.minutes["locked_out"], found.outage) == (5, "y")


def test_why_minutes_are_not_known_is_said_where_no_outage_was_tried_in_every_way():
    [found] = stranded([
        told("a", "app", None), told("a", "ble", None), told("a", "app", "x", (0, 9)),
        told("a", "ble", "y"),
    ])  # fmt: skip
    assert str(found.of["locked_out"]) == "not known"
    assert doubts(found) == ["not known: in no outage was every way tried"]


def test_what_did_not_help_others_or_only_elsewhere_would_not_have_helped():
    [a, *_] = stranded([
        told("a", "ble", None), told("a", "ble", "x", (0, 9)), told("a", "ble", "y"),
        told("b", "card", "x", (0, 2)), told("b", "card", "y"), inconclusive("b", "fob", "x"),
        told("b", "blade", "x"), told("b", "blade", "y", (0, 3)),
    ])  # fmt: skip
    assert a.of["locked_out"].would_help == ("blade",)


def test_an_outage_that_is_not_known_takes_nothing_from_one_that_is():
    [found] = stranded([
        told("a", "ble", None), inconclusive("a", "ble", "x", (0, 99)),
        told("a", "ble", "y", (0, 9)),
    ])  # fmt: skip
    assert (found.minutes["locked_out"], found.outage, found.doubtful) == (9, "y", ("x",))
    assert "Not all is known of a." in lead([found], complete=True)


def test_a_sound_recording_tells_of_help_though_its_verdict_is_doubtful():
    sound = (Judgement("evidence", "pass", ""), Judgement("opens_in_time", "inconclusive", ""))
    doubtful = replace(inconclusive("a", "ble", "x", (0, 9)), judgements=sound)
    [found] = stranded([told("a", "ble", None), doubtful])
    assert found.minutes["locked_out"] == 9


def test_minutes_are_at_most_so_many_where_not_all_that_is_carried_was_tried():
    ways = {"a": {"unlock": ["app", "ble"], "start": ["app"]}}
    [found] = stranded([told("a", "app", None), told("a", "app", "x", (0, 9))], ways)
    assert str(found.of["locked_out"]) == "at most 9"
    assert untried(found) == ["unlock not tried by ble"]
    [helped_] = stranded([told("a", "app", None), told("a", "app", "x")], ways)
    assert str(helped_.of["locked_out"]) == "0", "what helps is enough"


def test_what_would_have_helped_is_said_with_what_for():
    tried = [("a", "app", "unlock", (0, 9)), ("a", "app", "start", (0, 9)),
             ("b", "fob", "unlock", None), ("b", "flat_fob", "start", None)]  # fmt: skip
    [a, _] = stranded([
        told(owner, path, outage, *([stretch] if outage and stretch else []), intent=intent)
        for owner, path, intent, stretch in tried
        for outage in (None, "x")
    ])  # fmt: skip
    assert helped(a) == ["would have helped: fob (unlock), flat_fob (start)"]


def test_what_the_worst_outage_did_not_ask_is_told_of_another():
    [found] = stranded([
        told("a", "app", None), told("a", "app", None, intent="start"),
        told("a", "app", "x", (0, 9)), told("a", "app", "y", intent="start"),
    ])  # fmt: skip
    assert [str(minutes) for minutes in found.of.values()] == ["9", "0", "not asked"]


def test_of_several_others_the_longest_is_told():
    [found] = stranded([
        told("a", "app", None), told("a", "app", None, intent="start"),
        told("a", "app", "x", (0, 9)), *(told("a", "app", name, (0, minutes), intent="start")
                                         for name, minutes in (("y", 2), ("z", 5), ("v", 3))),
    ])  # fmt: skip
    assert [str(minutes) for minutes in found.of.values()] == ["9", "5", "not asked"]
    assert found.of["cannot_start"].outage == "z"


def test_a_column_of_a_campaign_is_its_outage_and_one_of_a_test_what_it_has_injected():
    met = {"http_status": 3, "thundering_herd": 9}
    asked = verdict("ble_key", "http_status@recovery", faults_met=met)
    own = verdict(TEST, None, faults_met=met)
    assert column_of(asked) == "http_status@recovery"
    assert column_of(own) == "http_status, thundering_herd"
    assert column_of(verdict(TEST, None)) == BASELINE


def test_one_failure_in_several_variants_and_phases_is_counted_once():
    outages = ("refuse", "http_status", "http_status@recovery", "http_status:retry_after_s=30.0")
    assert failures([told("a", "ble", outage) for outage in (None, *outages)]) == (
        "2 injected failures in 4 variants and phases"
    )
    assert failures([told("a", "ble", None), told("a", "ble", "x")]) == "1 injected failure"
