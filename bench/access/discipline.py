"""Long outages, by name, in which the telematics unit's discipline is measured.

They are no part of a campaign, which stays about a minute long.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.access.choosing.selection import Group, Selection
from bench.access.outage import Outage, Phase
from bench.access.scenario import Scenario
from bench.access.timeline import Timeline
from bench.car.model import CarModel
from bench.errors import ConfigError, UnknownName

BEGINS_S = 120.0  # connected for long enough that a lost channel is a new one
TAIL_S = 240.0
DRIVEN, PARKED = "stop", "unlock"  # the intents before which a car is in use, and parked
PATH, OWNER = "cloud_app", "phone_only"
WAVES, DOWN_S, LULL_S = 5, 720.0, 240.0
CUT, CUT_S = "broker_unreachable", 1.0  # every outage begins with the loss of the channel


@dataclass(frozen=True)
class LongOutage:
    """An outage that lasts.

    Attributes:
        fault: what is wrong, as users write it.
        driven: whether the car is in use: its unit then tries for as long as it lasts.
        push: how a unit has to be reached to meet it ("": it does not matter).
        hours: how long; 0: waves of 12 minutes with 4 between them, which show how the unit's
            waits grow again and again.
    """

    fault: str
    driven: bool
    hours: float = 0.0
    push: str = ""

    def __str__(self) -> str:
        use = "in use" if self.driven else "parked"
        how = f"for {self.hours:g} h" if self.hours else f"in {WAVES} waves"
        where = f" (push over {self.push})" if self.push else ""
        return f"{self.fault} {how}, the car {use}{where}"

    def outage(self, name: str) -> Outage:
        """Return it as a scenario has it."""
        onset = Phase("onset", CUT_S, tuple(dict.fromkeys((self.fault, CUT))))
        down = Phase("down", (self.hours * 3600 or DOWN_S) - CUT_S, (self.fault,))
        if self.hours:
            return Outage(name, (onset, down))
        lull = Phase("brown-out", LULL_S, ())
        return Outage(name, (*(onset, down, lull) * (WAVES - 1), onset, down))


SERVER_MOVED = "connack_refused:reason=server_moved,server=push-2.maker.example"
RETRY_AFTER = "http_status:retry_after_s="
LONG: dict[str, LongOutage] = {
    "driven_503": LongOutage("http_status", driven=True, push="websocket"),
    "driven_refuse": LongOutage("refuse", driven=True),
    "driven_nxdomain": LongOutage("nxdomain", driven=True),
    "driven_broker_unreachable": LongOutage("broker_unreachable", driven=True),
    "driven_connack_refused": LongOutage("connack_refused", driven=True, push="mqtt"),
    "driven_server_moved": LongOutage(SERVER_MOVED, driven=True, hours=1, push="mqtt"),
    "driven_retry_after": LongOutage(f"{RETRY_AFTER}300.0", driven=True, hours=1, push="websocket"),
    "driven_retry_after_date": LongOutage(
        f"{RETRY_AFTER}300.0,retry_after_as=date", driven=True, hours=1, push="websocket"
    ),
    "driven_absurd_retry_after": LongOutage(
        f"{RETRY_AFTER}86400.0", driven=True, hours=1.5, push="websocket"
    ),
    "parked_503": LongOutage("http_status", driven=False, hours=3, push="websocket"),
    "parked_refuse": LongOutage("refuse", driven=False, hours=3),
    "parked_nxdomain": LongOutage("nxdomain", driven=False, hours=3),
    "parked_broker_unreachable": LongOutage("broker_unreachable", driven=False, hours=3),
    "parked_connack_refused": LongOutage("connack_refused", driven=False, hours=3, push="mqtt"),
}


def named(names: Sequence[str], push: str) -> dict[str, LongOutage]:
    """Return the long outages of these names, without a name all that a unit can meet.

    Args:
        names: which.
        push: how the unit is reached ("websocket", "mqtt").

    Raises:
        UnknownName: there is no such outage.
        ConfigError: a unit that is reached like this does not meet it.
    """
    met = [name for name, each in LONG.items() if each.push in {"", push}]
    for name in names:
        if name not in LONG:
            raise UnknownName("long outage", name, list(LONG))
        if name not in met:
            others = [other for other in met if LONG[other].driven is LONG[name].driven]
            raise ConfigError(
                f"{name}: a telematics unit that is reached over {push} does not meet it: it is "
                f'for telematics.push = "{LONG[name].push}"; over {push}: {", ".join(others)}'
            )
    return {name: LONG[name] for name in (names or met)}


def discipline(
    model: CarModel, outages: dict[str, LongOutage], seed: int, defects: tuple[str, ...] = ()
) -> Selection:
    """Return a group for each use of the car: a baseline as long as its longest outage, and these.

    Args:
        model: the car.
        outages: which, by name.
        seed: of all randomness.
        defects: switched on beside those of the car.
    """
    groups: dict[bool, list[Outage]] = {}
    for name, each in outages.items():
        groups.setdefault(each.driven, []).append(each.outage(name))
    return Selection(
        tuple(
            Group(
                _baseline(model, driven, max(o.duration_s for o in listed), seed, defects),
                tuple(listed),
            )
            for driven, listed in groups.items()
        )
    )


def _baseline(
    model: CarModel, driven: bool, length_s: float, seed: int, defects: tuple[str, ...]
) -> Scenario:
    over_s = BEGINS_S + length_s
    timeline = Timeline(BEGINS_S, (), (), over_s + TAIL_S, BEGINS_S, over_s, 0.0)
    intent = DRIVEN if driven else PARKED
    return Scenario(
        model.name, OWNER, PATH, intent, None, timeline, seed=seed, defects=defects, measured=True
    )
