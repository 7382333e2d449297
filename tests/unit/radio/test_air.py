"""The air: who hears whom, and what is lost."""

import pytest

from bench.events import Telegram, TelegramLost
from bench.radio.air import TRAITS, Air, Answer, Place


@pytest.fixture
def air(journal):
    return Air(journal)


async def say(air, channel="ble", sender="phone", receiver="car", **kwargs):
    wanted = {"what": "hello", "cause": None, **kwargs}
    return await air.send(channel, sender, receiver, b"payload", **wanted)


def listen(air, channel, receiver="car", answer=b"yes"):
    """Let somebody hear a channel; return what was heard."""
    heard = []

    async def handler(telegram):
        heard.append(telegram)
        return None if answer is None else Answer(answer, telegram.seq)

    air.receive(channel, receiver, handler)
    return heard


def lost(journal):
    return [entry.event.reason for entry in journal.entries if type(entry.event) is TelegramLost]


def test_a_telegram_is_heard_answered_and_written_down_both_ways(time, air, journal):
    air.places["phone"] = Place(2.0, inside=False)
    heard = listen(air, "ble")
    answer = time.run(say(air, cause=None))
    (telegram,) = heard
    assert (telegram.sender, telegram.payload, telegram.distance_m) == ("phone", b"payload", 2.0)
    there, back = journal.entries
    assert there.event == Telegram("ble", "phone", "car", "hello", 7)
    assert back.event == Telegram("ble", "car", "phone", "answer to hello", 3)
    assert telegram.seq == there.seq
    assert back.cause == there.seq
    assert answer == Answer(b"yes", back.seq)
    assert (there.t_ns, back.t_ns) == (30_000_000, 60_000_000)


def test_a_telegram_without_an_answer_takes_its_time_once(time, air):
    air.places["phone"] = Place(1.0)
    listen(air, "uhf", answer=None)
    assert time.run(say(air, "uhf")) is None
    assert time.now_ns() == 108_000_000


def test_the_airtime_may_be_given(time, air):
    air.places["phone"] = Place(1.0)
    listen(air, "ble")
    time.run(say(air, airtime_s=1.5))
    assert time.now_ns() == 3_000_000_000


@pytest.mark.parametrize("channel", TRAITS)
def test_each_channel_reaches_as_far_as_it_does_and_no_further(time, air, journal, channel):
    heard = listen(air, channel)
    reach_m = TRAITS[channel].reach_m
    air.places["phone"] = Place(reach_m)
    assert time.run(say(air, channel)) is not None
    air.places["phone"] = Place(reach_m * 1.01)
    assert time.run(say(air, channel)) is None
    assert len(heard) == 1
    assert lost(journal) == [f"out of reach at {reach_m * 1.01:g} m"]


@pytest.mark.parametrize(("channel", "far_inside"), [("ble", True), ("lf", True), ("nfc", False)])
def test_inside_a_radio_is_heard_and_what_must_touch_is_not(time, air, channel, far_inside):
    # inside counts whatever the distance says; a card must lie on its reader there, too
    air.places["phone"] = Place(40.0, inside=True)
    heard = listen(air, channel)
    time.run(say(air, channel))
    assert bool(heard) is far_inside
    assert all(telegram.inside for telegram in heard)


def test_the_place_of_the_party_counts_whichever_way_it_goes(time, air):
    air.places["fob"] = Place(1.0)
    heard = listen(air, "lf", "fob")
    assert time.run(say(air, "lf", "car", "fob")) is not None
    assert heard[0].distance_m == 1.0
    air.places["fob"] = Place(5.0)
    assert time.run(say(air, "lf", "car", "fob")) is None


def test_where_somebody_is_counts_when_the_telegram_arrives(time, air):
    air.places["phone"] = Place(100.0)
    listen(air, "ble")
    time.loop.call_later(0.01, lambda: setattr(air.places["phone"], "distance_m", 1.0))
    assert time.run(say(air)) is not None


def test_who_has_no_place_is_far_away(time, air, journal):
    listen(air, "ble")
    assert time.run(say(air)) is None
    assert lost(journal) == ["out of reach at 50 m"]


def test_who_does_not_listen_hears_nothing(time, air, journal):
    air.places["phone"] = Place(0.01)
    heard = listen(air, "ble")
    assert time.run(say(air, "uwb")) is None
    assert lost(journal) == ["nobody listens on this channel"]
    assert heard == []


def test_a_disturbance_loses_telegrams_until_it_ends_and_says_why(time, air, journal):
    air.places["phone"] = Place(1.0)
    listen(air, "ble")
    listen(air, "uhf")
    asked = []

    def jammed(channel, sender):
        asked.append((channel, sender))
        return "jammed" if channel == "ble" else None

    end = air.rules.add(jammed)
    assert time.run(say(air)) is None
    assert time.run(say(air, "uhf")) is not None
    end()
    assert time.run(say(air)) is not None
    assert lost(journal) == ["jammed"]
    assert asked == [("ble", "phone"), ("uhf", "phone")]


def test_a_lost_telegram_keeps_its_cause(time, air, journal):
    cause = journal.write(TelegramLost("ble", "x", "y", "z"))
    time.run(say(air, cause=cause))
    assert journal.entries[-1].cause == cause


def test_an_eavesdropper_hears_what_is_sent_also_where_it_is_lost(time, air):
    recorded = []
    end = air.eavesdroppers.add(lambda *heard: recorded.append(heard))
    time.run(say(air, "uhf"))
    end()
    time.run(say(air, "uhf"))
    assert recorded == [("uhf", "phone", b"payload")]
