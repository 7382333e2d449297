"""What a report says in few words: what changed, a cell of the matrix, a measure, the bench."""

from types import SimpleNamespace

import pytest
from verdicts import verdict

from bench.evidence.since import Since
from bench.judge.cells import Cells
from bench.judge.verdict import Judgement, Measurement
from bench.report.changes import MOST_LISTED, shown_changes
from bench.report.environment import HIDDEN, _codes, _flat, _jitter
from bench.report.matrix import MARKS, parts
from bench.report.measured import measured
from bench.report.moments import moment
from bench.report.payloads import Payload

BROKEN = ("broken", "s1", "it fails")
HEALED = ("healed", "s2", "it passes")


# ── what changed ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (None, "No earlier run was looked for"),
        (Since(), "There is no earlier run beside this one"),
        (Since("run-1", why_not=("another car",)), "Not compared with the run before it (run-1):"),
        (Since("run-1", same=3), "Nothing changed since run-1; 3 scenarios as before."),
        (Since("run-1", changed=(HEALED,), same=1),
         "Nothing got worse since run-1; 1 scenario as before."),
        (Since("run-1", changed=(BROKEN,), worse=True), "Worse than run-1; 0 scenarios as before."),
        (Since("run-1", slower=("ble_key takes longer",), worse=True), "Worse than run-1;"),
    ],
)  # fmt: skip
def test_the_first_line_says_whether_anything_got_worse(since, says):
    assert shown_changes(since).headline.startswith(says)


def test_what_got_worse_is_listed_first_and_what_is_too_much_is_counted():
    many = tuple(("doubtful", f"d{n}", "unsure") for n in range(MOST_LISTED + 3))
    shown = shown_changes(Since("run-1", changed=(HEALED, *many, BROKEN), worse=True))
    assert [(each.chip, each.label, each.count) for each in shown.groups] == [
        ("fail", "fails now", 1), ("inconclusive", "inconclusive now", MOST_LISTED + 3),
        ("pass", "failed, and passes now", 1),
    ]  # fmt: skip
    assert shown.groups[0].listed == (("s1", "it fails"),)
    assert len(shown.groups[1].listed) == MOST_LISTED


# ── the matrix ────────────────────────────────────────────────────────────────────────────


def cell(*verdicts):
    found = {("ble_key", "http_status"): list(verdicts)} if verdicts else {}
    (part,) = parts(Cells(("ble_key",), ("http_status",), found))
    ((_, (shown,)),) = part.rows
    return shown


PASS, FAIL = verdict(outage="http_status"), verdict(outage="http_status", word="fail")
HONEST = verdict("cloud_app", "http_status", outcome="no_effect")


@pytest.mark.parametrize(
    ("verdicts", "mark", "word", "says"),
    [
        ((), "", "none", "ble_key, http_status: not run"),
        ((PASS,), "O", "pass", "ble_key, http_status: opened or started, as it must (1 verdict)"),
        ((PASS, FAIL, PASS), "F", "fail", "ble_key, http_status: fail (1 of 3)"),
        ((HONEST,), "H", "honest",
         f"ble_key, http_status: {MARKS['H']} (1 verdict)"),
    ],
)  # fmt: skip
def test_a_cell_shows_the_worst_of_its_verdicts_and_how_many_they_are(verdicts, mark, word, says):
    shown = cell(*verdicts)
    assert (shown.mark, shown.word, shown.says, shown.unstable) == (mark, word, says, False)


@pytest.mark.parametrize("stable", [True, False])
def test_a_cell_says_when_repetitions_did_not_agree(stable):
    repeated = verdict(outage="http_status", repeat=SimpleNamespace(stable=stable))
    shown = cell(PASS, repeated)
    assert shown.unstable is not stable
    assert (", unstable" in shown.says) is not stable


# ── measures ──────────────────────────────────────────────────────────────────────────────


def judged(outage, *values):
    found = tuple(
        Measurement(name, word, value, 2.0, "at most", "s", "me", "")
        for name, word, value in values
    )
    return verdict(
        "cloud_app", outage, judgements=(Judgement("telematics_discipline", "pass", "", found),)
    )


def test_each_measure_has_its_value_and_its_verdict_in_each_outage():
    shown = measured([
        judged("a", ("first_try", "pass", 1.23456)), judged("b", ("cap", "fail", None)),
        judged("c", ("first_try", "fail", 3.0), ("cap", "pass", 2.0)), verdict(outage="d"),
    ])  # fmt: skip
    assert shown.outages == ("a", "b", "c")
    assert [(row.name, row.limit) for row in shown.rows] == [
        ("first try", "at most 2 s"), ("cap", "at most 2 s"),
    ]  # fmt: skip
    cells = [[each and (each.word, each.value) for each in row.cells] for row in shown.rows]
    assert cells == [
        [("pass", "1.235"), None, ("fail", "3")], [None, ("fail", "–"), ("pass", "2")],
    ]  # fmt: skip


# ── the bench ─────────────────────────────────────────────────────────────────────────────


def said(kind, **fields):
    return Payload(kind, "bench", "", False, fields)


def test_the_bench_s_jitter_is_the_worst_of_all_recordings():
    found = [said("jitter_measured", worst_ns=ns) for ns in (2_000_000, 7_500_000, 1_000_000)]
    assert _jitter([*found, said("edge", worst_ns=9_000_000_000)]) == "7.5 ms"
    assert _jitter([]) == ""


@pytest.mark.parametrize("key", ["network.tcu_token", "tcu_token", "a.Password", "x.y.my_secret"])
def test_what_is_secret_of_a_bench_file_is_not_shown(key):
    nested = value = {}
    *outer, last = key.split(".")
    for name in outer:
        value[name] = value = {}
    value[last] = "hush"
    assert list(_flat("", nested)) == [(key, HIDDEN)]


def test_what_is_no_secret_of_a_bench_file_is_shown_with_its_place():
    file = {"token": {"length": 3}, "can": {"body": {"channel": "vcan0", "fd": False}}, "x": None}
    assert list(_flat("", file)) == [
        ("token.length", "3"), ("can.body.channel", "vcan0"), ("can.body.fd", "False"),
    ]  # fmt: skip


def test_trouble_codes_before_and_after_are_told_apart_and_none_is_none():
    read = [said("codes_read", unit="BCM", moment="after", codes=["B1A20-00"]),
            said("codes_read", unit="BCM", moment="after", codes=["B1A20-00", "U0100-00"]),
            said("codes_read", unit="DKM", moment="before", codes=[])]  # fmt: skip
    assert _codes(read) == [
        ("BCM", "none", "B1A20-00, U0100-00"), ("DKM", "none", "none"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2026-01-02T09:40:00", "2026-01-02 09:40:00"),
     ("2026-01-02T09:40:00.5+00:00", "2026-01-02 09:40:00 UTC"),
     ("2026-01-02T09:40:00-03:30", "2026-01-02 09:40:00 -03:30"), ("soon", "soon")],
)  # fmt: skip
def test_a_moment_says_its_zone_where_it_has_one(text, shown):
    assert moment(text) == shown
