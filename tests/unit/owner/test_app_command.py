"""What a sound app tells its owner of a command, whatever the cloud says or does not say."""

import json
from types import SimpleNamespace

import pytest

from bench.events import Claim, NoticeShown
from bench.journal import Journal
from bench.network.http_client import ExchangeError, Reply
from bench.owner.app_command import AppCommand
from bench.owner.app_policy import AppPolicy

CREATED = {"command_id": "c1", "state": "created"}
DOUBT = "We do not know yet whether your car did it. Please check your car"
OFFLINE = "No connection to the service. Nothing was sent to your car"
DOWN = "The service is unavailable. Nothing was sent to your car"
OUT = "Please log in again. Nothing was sent to your car"
EXPIRED = "Your car could not be reached. The command has expired"


def reply(status, document=None, kind="application/json"):
    return Reply(status, kind, json.dumps(document or {}).encode(), None, 1)


def lost(*, sent):
    return ExchangeError("TimeoutError", "nothing came", sent=sent, seq=1)


class Session:
    """A session whose exchanges end as a test says: first those of sending, then those of asking."""

    identity = SimpleNamespace(owner="o", account="ann", vin="VIN")

    def __init__(self, sending, asking=()):
        self.sending, self.asking, self.asked = list(sending), list(asking), []

    async def call(self, method, path, _cause, body=None):
        self.asked.append((method, path, body))
        mine = self.sending if method == "POST" else self.asking
        found = mine.pop(0) if len(mine) > 1 else mine[0]
        if isinstance(found, ExchangeError):
            raise found
        return found


@pytest.fixture
def play(time):
    """Runs a command; returns what the owner was told, and what the cloud was asked."""

    def run(sending, asking=(), **policy):
        journal, session = Journal(time.now_ns), Session(sending, asking or [reply(200, CREATED)])

        async def act():
            command = AppCommand("act-1", session, AppPolicy(**policy), time, journal)
            began_s = time.loop.time()
            await command.run("door_unlock", 0)
            events = [(e.t_ns / 1e9 - began_s, e.event) for e in journal.entries]
            return [(round(at_s, 1), e.state, e.text) for at_s, e in events if isinstance(e, Claim)]

        journal.write(NoticeShown("o", "before", "planned", 0.0, 0.0, ""))
        told = time.run(act())
        assert told[0] == (0.0, "working", "Sending …")
        session.notices = [e.event for e in journal.entries[1:] if isinstance(e.event, NoticeShown)]
        return told[1:], session

    return run


@pytest.mark.parametrize(
    ("answers", "state", "text"),
    [
        ([lost(sent=False)], "failed", OFFLINE),
        ([lost(sent=True)], "unknown", DOUBT),
        ([lost(sent=True), lost(sent=False)], "unknown", DOUBT),
        ([lost(sent=True), reply(503)], "unknown", DOUBT),
        ([lost(sent=True), reply(401)], "unknown", DOUBT),
        ([lost(sent=False), reply(503)], "failed", DOWN),
        ([reply(503)], "failed", DOWN), ([reply(429)], "failed", DOWN),
        ([reply(307)], "failed", DOWN), ([reply(404)], "failed", DOWN),
        ([reply(401)], "failed", OUT), ([reply(403)], "failed", OUT),
        ([reply(500)], "unknown", DOUBT), ([reply(502)], "unknown", DOUBT),
        ([reply(504)], "unknown", DOUBT), ([reply(408)], "unknown", DOUBT),
        ([reply(200)], "unknown", DOUBT), ([reply(202, {"ok": True})], "unknown", DOUBT),
        ([reply(200, CREATED, "text/html")], "unknown", DOUBT),
    ],
)  # fmt: skip
def test_what_was_not_accepted_has_failed_only_where_nothing_can_have_been_sent(
    play, answers, state, text
):
    told, session = play(answers)
    assert [each[1:] for each in told] == [(state, text)]
    assert {method for method, _, _ in session.asked} == {"POST"}


def test_each_try_of_a_command_is_the_same_command(play):
    _, session = play([lost(sent=False)])
    assert len(session.asked) == AppPolicy().retries + 1 > 1
    assert len({json.dumps(body) for _, _, body in session.asked}) == 1
    assert session.asked[0][1:] == (
        "/api/1/vehicles/VIN/command/door_unlock", {"idempotency_key": "ann-act-1"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "claim", "text"),
    [("succeeded", "succeeded", "Done"), ("failed", "failed", "That did not work"),
     ("rejected", "failed", "That did not work"), ("timed_out", "failed", EXPIRED),
     ("unknown", "unknown", DOUBT)],
)  # fmt: skip
def test_a_result_is_told_as_it_is(play, state, claim, text):
    asking = [reply(200, CREATED), reply(503), lost(sent=True), reply(200, {"state": state})]
    told, session = play([reply(202, CREATED)], asking)
    assert [each[1:] for each in told] == [(claim, text)]
    assert {path for _, path, _ in session.asked[1:]} == {"/api/1/commands/c1"}


@pytest.mark.parametrize("answer", [reply(200, CREATED), reply(503), lost(sent=True)])
def test_an_owner_is_not_kept_waiting_and_hears_nothing_that_nobody_knows(play, answer):
    told, _ = play([reply(202, CREATED)], [answer])
    assert [each[1:] for each in told] == [("unknown", DOUBT)]
    assert AppPolicy().give_up_s - AppPolicy().poll_s <= told[0][0] <= AppPolicy().give_up_s


@pytest.mark.parametrize("late", ["succeeded", "failed"])
def test_unknown_is_corrected_when_the_result_is_known_after_all(play, late):
    policy = AppPolicy()
    polls = int(policy.give_up_s / policy.poll_s)
    asking = [reply(200, CREATED)] * (polls + 2) + [reply(200, {"state": late})]
    told, _ = play([reply(202, CREATED)], asking)
    assert [state for _, state, _ in told] == ["unknown", late]


@pytest.mark.parametrize(
    ("from_s", "until_s", "state", "shown"),
    [(60, 120, "planned", True), (-60, 120, "under_way", True), (-120, -60, "planned", False)],
)
def test_what_is_announced_is_shown_while_it_counts(time, play, from_s, until_s, state, shown):
    now = time.wall().timestamp()
    notice = {"state": state, "from": now + from_s, "until": now + until_s}
    told, session = play([reply(503, {"notice": notice})])
    assert [(each.state, each.until_s) for each in session.notices] == (
        [(state, now + until_s)] if shown else []
    )
    assert (told[0][2] == DOWN) is not shown
