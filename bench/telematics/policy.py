"""How a telematics unit behaves, as data: a defect is another value here."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from bench.capacity.retry_law import RetryLaw
from bench.network.retry_after import seconds_in
from bench.units import Count, Positive, Seconds, Share, Times

RETRY_AFTER_SPREAD = 0.15  # within the + 20 % that a discipline's limit allows


@dataclass(frozen=True)
class TelematicsPolicy:
    """`[telematics]` of a bench file and `[units.telematics]` of a car file.

    Values without a source are assumed.

    Attributes:
        unit: the bench's own, or a real one that is wired in (docs/real_telematics_unit.md).
        push: how the cloud reaches it; "mqtt" needs the extra `telematics`.
        mqtt_version: which MQTT it speaks.
        follows_server_reference: MQTT 5: goes where a broker sends it (use another server, server
            moved), once for each try and within connect_timeout_s; a server that does not let it
            in is forgotten.
        keeps_session: MQTT: what waits for it is to be kept while it is away.
        wake_s, attach_s: from a shoulder tap until the unit runs, and until it has an address.
        connect_timeout_s: patience for names, TCP, TLS and the channel's opening.
        heartbeat_s: keep-alive of the push channel.
        backoff_base_s, backoff_cap_s: the n-th retry waits up to base * growth^n, at most cap.
        backoff_jitter: share of that wait that is drawn at random (1: "full jitter").
        backoff_growth: by what the longest wait grows with each failure (2: doubling).
        jitter_steps: a defect: the draw has only so many values (0: any).
        obeys_retry_after: waits as long as the cloud asks for, and up to 15 % longer, at random.
        reads_retry_after_dates: understands one that is a date, too.
        retry_after_cap_s: a Retry-After beyond is taken for this one.
        stable_s: a channel that lived this long resets the back-off (aws-c-mqtt: 30 s).
        parked_online_s: how long a parked car stays connected after the last use.
        search_s: how long a parked car goes on trying before it sleeps.
        answer_timeout_s: patience for the car's answer to a command on CAN.
        check_expiry, check_signature, check_vehicle, check_order, deduplicate: refusals that a
            sound unit makes.
        store_reports: results are kept while the channel is down, and sent later.
        reports_results: says at all what became of a command.
        unlock_on_loss: a defect: takes the loss of the channel for an emergency.
        logs_cloud_loss: a defect: takes a cloud that does not answer for trouble in the car.
        blocks_start_after_s: a defect: has the immobiliser refuse every start after so long a
            silence of its cloud, until that is back (0: never).
        believes_clock: a defect: follows its calendar clock wherever that jumps.
        trusts_session: a defect: never listens again, even where the broker has forgotten it.
        wakes_car: a defect: wakes the car's buses whenever a try has failed.
        frames_on_loss: a defect: so many frames on CAN whenever a try has failed.
        restarts_after: a defect: restarts itself after so many failures in a row (0: never).
        log_bytes: a defect: sends so much of its log along with each try (over a WebSocket).
    """

    unit: Literal["mocked", "real"] = "mocked"
    push: Literal["websocket", "mqtt"] = "websocket"
    mqtt_version: Literal["3.1.1", "5.0"] = "5.0"
    follows_server_reference: bool = True
    keeps_session: bool = True
    wake_s: Seconds = 0.8
    attach_s: Seconds = 2.0
    connect_timeout_s: Positive = 10.0
    heartbeat_s: Positive = 60.0
    backoff_base_s: Positive = 2.0
    backoff_cap_s: Positive = 120.0
    backoff_jitter: Share = 1.0
    backoff_growth: Times = 2.0
    jitter_steps: Count = 0
    obeys_retry_after: bool = True
    reads_retry_after_dates: bool = True
    retry_after_cap_s: Positive = 3600.0
    stable_s: Seconds = 30.0
    parked_online_s: Seconds = 300.0
    search_s: Seconds = 600.0
    answer_timeout_s: Positive = 10.0
    check_expiry: bool = True
    check_signature: bool = True
    check_vehicle: bool = True
    check_order: bool = True
    deduplicate: bool = True
    store_reports: bool = True
    reports_results: bool = True
    unlock_on_loss: bool = False
    logs_cloud_loss: bool = False
    blocks_start_after_s: Seconds = 0.0
    believes_clock: bool = False
    trusts_session: bool = False
    wakes_car: bool = False
    frames_on_loss: Count = 0
    restarts_after: Count = 0
    log_bytes: Count = 0

    @property
    def law(self) -> RetryLaw:
        """How it tries again, but for what defects do to the draw."""
        return RetryLaw(
            min(self.backoff_base_s, self.backoff_cap_s), self.backoff_growth, self.backoff_cap_s,
            self.backoff_jitter, obeys_retry_after=self.obeys_retry_after,
        )  # fmt: skip

    def backoff_s(self, failures: int, rng: Random) -> float:
        """Return how long to wait after so many failures in a row.

        >>> TelematicsPolicy(backoff_jitter=0).backoff_s(3, Random(1))
        16.0
        """
        shortest_s, longest_s = self.law.bounds_s(failures)
        drawn = rng.random()
        if self.jitter_steps:
            drawn = int(drawn * self.jitter_steps) / self.jitter_steps
        return shortest_s + drawn * (longest_s - shortest_s)

    def told_s(self, retry_after: str | None, now: float, rng: Random) -> float | None:
        """Return how long to wait because the cloud says so; None: it does not, or nobody obeys.

        Args:
            retry_after: what it says, in seconds or as a date.
            now: the unit's calendar time, in POSIX seconds, by which a date counts.
            rng: draws how much later.

        >>> round(TelematicsPolicy().told_s("100", 0.0, Random(1)), 1)
        102.0
        >>> policy = TelematicsPolicy()
        >>> round(policy.told_s("86400", 0.0, Random(1)), 1), policy.told_s("soon", 0.0, Random(1))
        (3672.6, None)
        """
        asked_s = seconds_in(retry_after, now)
        dated = retry_after is not None and not retry_after.isdecimal()
        unread = not self.obeys_retry_after or (dated and not self.reads_retry_after_dates)
        if unread or asked_s is None or asked_s < 0:
            return None
        later = 1 + RETRY_AFTER_SPREAD * rng.random()  # or all cars come back in one second
        return min(asked_s, self.retry_after_cap_s) * later
