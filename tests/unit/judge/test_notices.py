"""What an owner was told of a planned maintenance: recordings that were written by hand."""

import pytest
from recordings_by_hand import Hand, verdict_of

from bench import events as e

FROM_S, UNTIL_S = 20.0, 60.0


def stands(state: str) -> e.Maintenance:
    return e.Maintenance(state, FROM_S, UNTIL_S)


class Owner(Hand):
    """An owner who tries once by the app, and is told that it failed."""

    def __init__(self):
        super().__init__(path="cloud_app", needs_cloud=True, give_up_s=50.0)
        self.checked()

    def asks(self, at_s, status, path="/api/1/vehicles/V/command/door_unlock",
             announced=None, name="act-1"):  # fmt: skip
        """Ask the cloud for an attempt; `announced` comes after the cloud's answer has gone."""
        seq = self.attempt(at_s, name=name, path="cloud_app")
        sent = self.at(at_s, e.RequestSent("phone", f"{name}-1", "POST", path), seq)
        self.at(at_s, e.RequestServed("phone", "POST", path, status), sent)
        if announced is not None:
            self.at(at_s, announced)
            self.at(at_s, e.RequestServed("witness", "POST", path, status))
        got = e.ResponseReceived("phone", f"{name}-1", status, "")
        return self.at(at_s, got, sent)

    def told(self, text, cause, name="act-1"):
        self.at(self.now, e.Claim("phone_only", name, "failed", text), cause)

    def notice(self, state, cause, name="act-1"):
        text = "maintenance"
        shown = e.NoticeShown("phone_only", name, state, FROM_S, UNTIL_S, text)
        self.at(self.now, shown, cause)


def judged(hand: Hand) -> str:
    judgement = verdict_of("honest_claims", hand.end())
    return judgement.reason if judgement.verdict == "fail" else judgement.verdict


@pytest.mark.parametrize(
    ("state", "status", "said"),
    [
        ("planned", 200, "silence: a maintenance was announced, and the app did not say so"),
        ("planned", 503, "silence: a maintenance was announced, and the app did not say so"),
        ("under_way", 503, 'misleading: told "Try again", and not that it was a maintenance'),
        ("under_way", 409, "pass"),  # it was refused for another reason
        ("over", 503, "pass"),
    ],
)
def test_an_app_that_was_answered_in_a_maintenance_and_says_nothing_of_it(state, status, said):
    hand = Owner()
    hand.at(5, stands(state))
    hand.told("Try again", hand.asks(10, status))
    assert judged(hand) == said


def test_an_app_that_tells_of_a_maintenance_has_told_of_it():
    hand = Owner()
    hand.at(5, stands("under_way"))
    answer = hand.asks(10, 503)
    hand.told("Try again", answer)
    hand.notice("under_way", answer)
    assert judged(hand) == "pass"


def test_what_is_no_command_s_answer_carries_no_notice():
    hand = Owner()
    hand.at(5, stands("planned"))
    hand.told("Try again", hand.asks(10, 503, path="/api/1/vehicles/V/state"))
    assert judged(hand) == "pass"


def test_what_is_announced_after_the_cloud_has_answered_the_app_cannot_know():
    hand = Owner()
    hand.told("Try again", hand.asks(10, 503, announced=stands("planned")))
    assert judged(hand) == "pass"


def test_the_notice_of_one_try_is_none_of_the_next_one():
    hand = Owner()
    hand.at(5, stands("planned"))
    first = hand.asks(10, 503)
    hand.told("Try again", first)
    hand.notice("planned", first)
    hand.told("Try again", hand.asks(15, 503, name="act-2"), name="act-2")
    assert judged(hand).startswith("silence: ")


@pytest.mark.parametrize("before", [[], [stands("planned"), stands("over")]])
def test_a_notice_of_what_is_over_or_was_never_announced_so_is_stale(before):
    hand = Owner()
    for event in before:
        hand.at(5, event)
    answer = hand.asks(10, 503)
    hand.told("Try again", answer)
    hand.notice("planned", answer)
    hand.at(12, stands("planned"))
    assert judged(hand) == 'stale: told "maintenance" when the maintenance was over'
