"""When what happens in a scenario."""

from dataclasses import dataclass, replace

from bench.access.pace import Pace

# what a scenario waits for, and the least of it that still makes sense
SETTLE_S, SETTLE_LEAST_S = 20.0, 12.0  # the units sleep, the telematics unit is connected
BEFORE_ACT_S, BEFORE_ACT_LEAST_S = 25.0, 6.0  # from the outage on: the witness has met it
WITNESS_LEAD_S, WITNESS_LEAD_LEAST_S = 15.0, 6.0
# it meets the shortest phase (20 s, before an aftermath), and each try twice within a minute
WITNESS_S, WITNESS_LEAST_S = 24.0, 2.0
# seldom enough for an hour, and often enough: evidence wants a probe near each try (a minute)
REPLAY_WITNESS_S = 45.0
TAIL_S, TAIL_LEAST_S = 60.0, 5.0  # after the last act
# after an outage of hours: when the owner comes, how long it is watched, how often it is proven
LONG_ACT_S, LONG_REST_S, LONG_WITNESS_S = 600.0, 300.0, 1800.0
AS_IT_IS = Pace()


@dataclass(frozen=True)
class Timeline:
    """When things happen, in seconds of bench time.

    Attributes:
        outage_s: when the outage begins.
        acts_s: when the owner acts.
        controls_s: when the same is tried once more after the outage, as positive controls.
        end_s: when the recording ends.
        witness_from_s: when the witness begins: early enough to be seen working before the outage.
        witness_until_s: until when it goes on.
        witness_s: how often it probes.
    """

    outage_s: float
    acts_s: tuple[float, ...]
    controls_s: tuple[float, ...]
    end_s: float
    witness_from_s: float
    witness_until_s: float
    witness_s: float

    def idle(self) -> "Timeline":
        """Return its beginning, with nobody who acts."""
        return replace(self, acts_s=(), controls_s=(), end_s=self.outage_s)


def short_timeline(outage_s: float, pace: Pace = AS_IT_IS, give_up_s: float = 0.0) -> Timeline:
    """Return the timeline of a campaign's scenario: one act in an outage of this length.

    Args:
        outage_s: how long the outage is; long enough for an act that nothing answers.
        pace: what is shortened.
        give_up_s: when the owner stops waiting.
    """
    act_s = _settle_s(pace) + _before_act_s(pace)
    return _timeline(outage_s, (act_s,), (), pace, give_up_s, WITNESS_S)


def long_timeline(down_s: float, pace: Pace = AS_IT_IS, give_up_s: float = 0.0) -> Timeline:
    """Return the timeline of an outage of hours, with one act a while after its end.

    Args:
        down_s: how long the cloud is down.
        pace: what is shortened; not the outage.
        give_up_s: when the owner stops waiting.
    """
    act_s = _settle_s(pace) + down_s + LONG_ACT_S
    length_s = down_s + LONG_ACT_S + LONG_REST_S
    return _timeline(length_s, (act_s,), (), pace, give_up_s, LONG_WITNESS_S)


def least_outage_s(pace: Pace, give_up_s: float) -> float:
    """Return how long an outage must be for one act in it, until its owner gives up."""
    return _before_act_s(pace) + give_up_s + TAIL_LEAST_S


def _before_act_s(pace: Pace) -> float:
    return pace.shorter(BEFORE_ACT_S, BEFORE_ACT_LEAST_S)


def repeated_timeline(
    outage_s: float,
    every_s: float,
    most: int | None = None,
    pace: Pace = AS_IT_IS,
    give_up_s: float = 0.0,
    apart_s: float = 0.0,
) -> Timeline:
    """Return the timeline of a replay: an act every so often, all through the outage.

    Args:
        outage_s: how long the outage is, shortened already.
        every_s: how often an owner tries; the first time half a period after it has begun, the
            last time half a period after it has ended.
        most: how many tries there are at most (a car allows two remote starts in a row); the
            last of them is then the one after the end.
        pace: what is shortened.
        give_up_s: when the owner stops waiting: two tries are never closer.
        apart_s: how far apart tries have to be for the car's own protections not to speak.
    """
    every_s = max(pace.shorter(every_s, give_up_s + TAIL_LEAST_S), apart_s)
    count = max(1, int(outage_s // every_s))
    half_s = every_s / 2
    if most is not None and count >= most:
        count, every_s = most - 1, outage_s / (most - 1)
    settle_s = _settle_s(pace)
    acts = tuple(settle_s + half_s + every_s * n for n in range(count))
    first_after_s = settle_s + outage_s + half_s
    timeline = _timeline(outage_s, acts, (first_after_s,), pace, give_up_s, REPLAY_WITNESS_S)
    return timeline if most is None else replace(timeline, controls_s=(first_after_s,))


def _timeline(
    outage_s: float,
    acts_s: tuple[float, ...],
    earlier_s: tuple[float, ...],
    pace: Pace,
    give_up_s: float,
    witness_s: float,
) -> Timeline:
    """Return a timeline with a control when nothing may come of a command any more.

    Args:
        outage_s: how long the outage is, shortened already.
        acts_s: when the owner acts.
        earlier_s: controls before that one.
        pace: what is shortened.
        give_up_s: when the owner stops waiting.
        witness_s: how often the witness probes, where nothing is shortened.
    """
    settle_s = _settle_s(pace)
    over_s = settle_s + outage_s
    control_s = over_s + pace.watch_s
    lead_s = pace.shorter(WITNESS_LEAD_S, WITNESS_LEAD_LEAST_S)
    return Timeline(
        outage_s=settle_s,
        acts_s=acts_s,
        controls_s=(*earlier_s, control_s),
        end_s=control_s + pace.shorter(TAIL_S, give_up_s + TAIL_LEAST_S),
        witness_from_s=settle_s - lead_s,
        witness_until_s=over_s + lead_s,
        witness_s=pace.shorter(witness_s, WITNESS_LEAST_S),
    )


def _settle_s(pace: Pace) -> float:
    return pace.shorter(SETTLE_S, SETTLE_LEAST_S)
