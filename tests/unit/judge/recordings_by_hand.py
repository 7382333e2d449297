"""Recordings that are written by hand, and what an oracle says of them."""

from bench import events as e
from bench.journal import Journal
from bench.judge.asking import ask
from bench.judge.verdict import Case, Judgement
from bench.recording import Header, Recording

S = 1_000_000_000


class Hand:
    """Writes a recording by hand, at times in seconds."""

    def __init__(self, **scenario):
        self.now = 0.0
        self.journal = Journal(lambda: round(self.now * S))
        self.scenario = {
            "id": "x", "owner": "phone_only", "path": "ble_key", "intent": "unlock",
            "needs_cloud": False, "give_up_s": 8.0, "outage": None, "helps": True, **scenario,
        }  # fmt: skip
        self.limits = {"opens": {"value": 1.5, "source": "test"}}

    def at(self, time_s: float, event: e.Event, cause: int | None = None) -> int:
        self.now = time_s
        return self.journal.write(event, cause)

    def checked(self) -> "Hand":
        self.at(0, e.StateChecked("door_lock_state", "locked", "locked", verified=True))
        return self

    def attempt(self, at_s, name="act-1", path="ble_key", owner="phone_only", entitled=True,
                credential="", intent="unlock"):  # fmt: skip
        began = e.IntentBegan(name, owner, intent, path, entitled, credential)
        seq = self.at(at_s, began)
        self.at(at_s, e.ActSensed(name, "handle"), seq)
        return seq

    def pulse(self, at_s, cause, direction="unlock", lines=("driver", "passenger")):
        for line in lines:
            self.at(at_s, e.Edge(f"lock_motor_{line}", direction), cause)

    def end(self, stamp: str = "simulated") -> Recording:
        self.at(self.now, e.End(len(self.journal.entries), 0))
        header = Header(self.scenario, self.limits, ("ble_key",), {}, {}, 1, stamp)
        return Recording(header, self.journal.entries)


def verdict_of(oracle: str, recording: Recording, baseline: Recording | None = None) -> Judgement:
    return ask(oracle, Case(recording, baseline))


def opened_after(latency_s: float, **scenario) -> Recording:
    hand = Hand(**scenario).checked()
    hand.pulse(10 + latency_s, hand.attempt(10))
    hand.at(12, e.AttemptSettled("act-1", "acted"))
    return hand.end()


def not_opened(**scenario) -> Recording:
    hand = Hand(**scenario).checked()
    hand.attempt(10)
    hand.at(18, e.AttemptSettled("act-1", "gave up"))
    return hand.end()


def in_outage(hand: Hand, met_s: float | None = 11, opened: bool = True) -> Hand:
    hand.scenario["outage"] = "x"
    hand.at(5, e.FaultArmed("x", "http", "x"))
    seq = hand.attempt(10)
    if opened:
        hand.pulse(10.1, seq)
    if met_s is not None:
        hand.at(met_s, e.FaultMet("x", "witness", "GET /"))
    hand.at(18, e.AttemptSettled("act-1", "acted"))
    return hand
