"""Planned maintenance: the owner is told before it, while it lasts, and no longer."""

from dataclasses import dataclass

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT
from bench.events import Claim, Maintenance, NoticeShown, RequestServed
from bench.judge.asking import ask
from bench.judge.verdict import Case
from bench.owner.notices import notice_in
from bench.recording import Recording

NOTICE_S, WINDOW_S = 60, 120
FAULT = f"planned_maintenance:notice_s={NOTICE_S},window_s={WINDOW_S}"


@dataclass(frozen=True)
class Told:
    """What became of three tries: while it is announced, while it lasts, when it is over."""

    recording: Recording
    acted: tuple[bool, ...]
    pages: tuple[str, ...]
    verdict: str
    reason: str


def lived_through(*defects: str, page: str = "cleared") -> Told:
    bench = Bench(make_setup(DEFAULT, defects=defects)).open()
    state = bench.station.cloud.state
    acted, pages = [], []
    with bench.cloud.failing(f"{FAULT},page={page}"):
        for pause_s in (5, NOTICE_S, WINDOW_S):
            bench.wait(pause_s)
            pages.append(next(iter(state.noticed().values()), {}).get("state", "nothing"))
            acted.append(bench.owner.unlock("cloud_app").acted)
            bench.wait(35)
        bench.wait(60)
    recording = bench.close()
    judgement = ask("honest_claims", Case(recording))
    return Told(recording, tuple(acted), tuple(pages), judgement.verdict, judgement.reason)


@pytest.fixture(scope="module")
def sound() -> Told:
    return lived_through()


def test_it_is_announced_takes_place_and_is_over(sound):
    events = [event for _, event in sound.recording.of(Maintenance)]
    assert [event.state for event in events] == ["planned", "under_way", "over"]
    assert all(event.until_s - event.from_s == pytest.approx(WINDOW_S) for event in events)
    assert sound.acted == (True, False, True)
    assert sound.pages == ("planned", "under_way", "nothing")


def test_a_sound_app_tells_before_and_while_it_lasts_and_no_longer(sound):
    shown = [(event.attempt, event.state) for _, event in sound.recording.of(NoticeShown)]
    assert shown == [("act-1", "planned"), ("act-2", "under_way")]
    assert sound.verdict == "pass", sound.reason


def test_what_is_refused_says_until_when_and_that_nothing_was_sent(sound):
    last = [e.text for _, e in sound.recording.of(Claim) if e.attempt == "act-2"][-1]
    assert "under maintenance until" in last
    assert "Nothing was sent" in last


@pytest.mark.parametrize(
    ("defect", "page", "says"),
    [
        ("keeps_notice_to_itself", "cleared", "silence: a maintenance was announced"),
        ("hides_maintenance", "cleared", "misleading: told"),
        ("shows_old_notice", "left", "stale: told"),
    ],
)
def test_an_app_that_tells_it_wrongly_fails(defect, page, says):
    told = lived_through(defect, page=page)
    assert told.verdict == "fail"
    assert told.reason.startswith(says)


def test_a_sound_app_is_not_misled_by_a_notice_that_nobody_has_taken_back():
    told = lived_through(page="left")
    assert told.pages[-1] == "under_way"
    assert told.verdict == "pass", told.reason


def served(bench: Bench) -> int:
    return sum(
        isinstance(e.event, RequestServed) and "/command/" in e.event.path
        for e in bench.journal.entries
    )


@pytest.mark.parametrize("announced", ["while the answer is under way", "before"])
def test_what_is_announced_while_an_answer_is_under_way_the_app_cannot_tell(announced):
    bench = Bench(make_setup(DEFAULT)).open()
    bench.wait(30)
    with bench.cloud.failing("latency:delay_s=1,jitter_s=0,side=phone"):
        before = served(bench)
        trying = bench.owner.begin("unlock", "cloud_app")
        while announced != "before" and served(bench) == before:
            bench.wait(0.05)
        with bench.cloud.failing("planned_maintenance:notice_s=600"):
            trying.result()
            bench.wait(60)
    recording = bench.close()
    shown = [event.state for _, event in recording.of(NoticeShown)]
    assert shown == (["planned"] if announced == "before" else [])
    assert ask("honest_claims", Case(recording)).verdict == "pass"


def test_another_time_than_was_announced_is_misleading(sound):
    entries = [
        entry._replace(event=NoticeShown("o", e.attempt, e.state, e.from_s, e.until_s + 60, e.text))
        if isinstance(e := entry.event, NoticeShown)
        else entry
        for entry in sound.recording.entries
    ]
    judgement = ask("honest_claims", Case(Recording(sound.recording.header, entries)))
    assert judgement.verdict == "fail"
    assert "another time was announced" in judgement.reason


@pytest.mark.parametrize(
    "said",
    [None, {}, {"notice": "soon"}, {"notice": {"state": "planned", "from": "x", "until": 1}}],
)
def test_a_notice_that_makes_no_sense_is_none(said):
    assert notice_in(said) is None
