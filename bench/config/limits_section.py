"""`[limits]` of a bench file: what a telematics unit may cost in an outage."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, model_validator

from bench.config.validation import Section
from bench.errors import nearest

ASSUMED = "assumed"
RPM = (
    "GSMA TS.34 Radio Policy Manager, N1 = 1 modem reset in T1 = 60 min, "
    "as in u-blox UBX-20050829 §7.2.4"
)
AWS = 'AWS Architecture Blog, "Exponential Backoff And Jitter"'


@dataclass(frozen=True)
class Bound:
    """A measure's limit.

    Attributes:
        bound: "at most" or "at least".
        unit: of measure and limit ("" for a ratio).
        means: what is measured.
    """

    value: float
    bound: Literal["at most", "at least"]
    unit: str
    source: str
    means: str


BOUNDS: dict[str, Bound] = {
    "growth_ratio": Bound(
        1.5, "at least", "", f"{ASSUMED}; {AWS} doubles",
        "by what the longest wait grows from one failure to the next",
    ),
    "longest_wait": Bound(
        600.0, "at most", "s", f"{ASSUMED}: a car is back within ten minutes of its cloud",
        "the longest wait before a try that no Retry-After asked for",
    ),
    "jitter_share": Bound(
        0.5, "at least", "", f'{AWS}: "equal jitter" is the least of its laws',
        "the share of a wait that is drawn at random",
    ),
    "jitter_evenness": Bound(
        0.001, "at least", "p", f"{ASSUMED}: Kolmogorov-Smirnov against uniform, from 30 waits on",
        "how likely draws are that are no more even than these, if they are uniform",
    ),
    "retry_after_least": Bound(
        1.0, "at least", "", "RFC 9110 §10.2.3: how long to wait before a follow-up request",
        "the shortest wait after a Retry-After, by what it asked for",
    ),
    "retry_after_most": Bound(
        1.2, "at most", "", f"{ASSUMED}: no more than 20 % late, or the server plans in vain",
        "the longest wait after a Retry-After, by what it asked for",
    ),
    "absurd_retry_after": Bound(
        4320.0, "at most", "s", f"{ASSUMED}: an hour and 20 %; a slip of the cloud silences no car",
        "the longest wait after a Retry-After of more than this by retry_after_most",
    ),
    "server_reference": Bound(
        60.0, "at most", "s",
        f"{ASSUMED}: one wait and one try; MQTT 5 §4.11 says should, and permits to ignore it",
        "from being sent to another server until that has let the unit in",
    ),
    "attempts": Bound(
        120.0, "at most", "1/h",
        f"{ASSUMED}: twice the 60 an hour at which a Radio Policy Manager ignores PDP requests "
        "(GSMA TS.34, F1); the operator's profile counts",
        "tries for the push channel in the busiest hour",
    ),
    "data": Bound(
        500.0, "at most", "kB/h", f"{ASSUMED}: 12 MB a day of a small IoT tariff",
        "bytes up and down with TLS, without TCP and IP headers",
    ),
    "wake_ups": Bound(
        1.0, "at most", "1/h", f"{ASSUMED}: a cloud that is away is no reason to wake a car",
        "how often a bus of the parked car wakes, beyond the same time without an outage",
    ),
    "charge": Bound(
        20.0, "at most", "mAh/h", f"{ASSUMED}: as much again as a car that sleeps",
        "charge from the supplies, beyond the same time without an outage",
    ),
    "days_to_no_start": Bound(
        14.0, "at least", "d", f"{ASSUMED}: a holiday of two weeks",
        "until [battery] no longer starts the parked car, if the outage went on like this",
    ),
    "bus_load": Bound(
        0.3, "at most", "%", f"{ASSUMED}: cycle times are planned for the load without an outage",
        "of the busiest minute of any bus, beyond the same minute without an outage",
    ),
    "resets": Bound(
        1.0, "at most", "1/h", RPM,
        "how often the parked car draws less than asleep, or its unit counts a start: it restarts",
    ),
}  # fmt: skip


class OwnLimit(Section):
    """A limit in the bench file, and who says so."""

    value: float = Field(ge=0.0)
    source: str = "bench file"


class LimitsSection(Section):
    """`[limits]`.

    Attributes:
        telematics_discipline: per measure a number, or `{ value = …, source = "…" }`.
    """

    telematics_discipline: dict[str, OwnLimit] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _bare_numbers(cls, data: Any) -> Any:
        for name in data if isinstance(data, dict) else ():
            if name not in cls.model_fields:
                raise ValueError(
                    f"{name}: unknown key: {nearest(name, cls.model_fields)} (the limits of a path "
                    "stand in the car file)"
                )
        given = data.get("telematics_discipline", {}) if isinstance(data, dict) else None
        if not isinstance(given, dict):
            return data
        for name in given:
            if name not in BOUNDS:
                raise ValueError(f'telematics_discipline: no measure "{name}": '
                                 f"{nearest(name, BOUNDS)}")  # fmt: skip
        whole = {n: {"value": v} if isinstance(v, int | float) else v for n, v in given.items()}
        return data | {"telematics_discipline": whole}
