"""How a phone app behaves, as data: a defect is another value here."""

from dataclasses import dataclass
from typing import Literal

from bench.units import Count, Positive, Seconds


@dataclass(frozen=True)
class AppPolicy:
    """What the app does with time-outs, retries and doubt.

    Values without a source are assumed.

    Attributes:
        connect_timeout_s, request_timeout_s: patience for a connection and for an exchange.
        retries, retry_wait_s: repetitions of a request without a usable answer. All of them carry
            the same idempotency key.
        poll_s: how often it asks for a command's state.
        results: whether it asks ("poll") or listens on a push channel ("push").
        give_up_s: when it stops showing a spinner (apps give up after 40 to 45 s; DESIGN
            reference).
        follow_up_s, follow_up_poll_s: how long and how often it asks on in the background, to
            correct what it has said.
        doubt: what it says when it cannot know: "unknown" is the honest word.
        accepted_is_success: a defect: takes the cloud's 202 for an executed command.
        announces: tells the owner of a maintenance that is planned.
        names_maintenance: says so when a maintenance is why a command was refused.
        drops_old_notices: shows no notice whose time has passed.
        dates_state: says since when the car is as it is shown.
        asks_before_key_s: a defect: asks the cloud, this long, before it answers the car's radio.
    """

    connect_timeout_s: Positive = 8.0
    request_timeout_s: Positive = 12.0
    retries: Count = 1
    retry_wait_s: Seconds = 1.0
    poll_s: Positive = 2.0
    results: Literal["poll", "push"] = "poll"
    give_up_s: Positive = 45.0
    follow_up_s: Seconds = 90.0
    follow_up_poll_s: Positive = 10.0
    doubt: Literal["unknown", "failed", "succeeded"] = "unknown"
    accepted_is_success: bool = False
    announces: bool = True
    names_maintenance: bool = True
    drops_old_notices: bool = True
    dates_state: bool = True
    asks_before_key_s: Seconds = 0.0
