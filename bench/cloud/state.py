"""What the cloud knows, in one place that handlers and faults are given."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.clock.timebase import Timebase
from bench.clock.unit_clock import UnitClock
from bench.cloud.accounts import Accounts
from bench.cloud.capacity import Capacity
from bench.cloud.commands import Commands
from bench.cloud.keys import Keys
from bench.cloud.mqtt_rule import MqttRule
from bench.cloud.notice import Notice
from bench.cloud.policy import CloudPolicy
from bench.cloud.push import Push
from bench.cloud.revocations import Revocations
from bench.cloud.vehicles import Vehicles
from bench.injection import Rules
from bench.journal import Journal
from bench.network.carrier import Carrier
from bench.seeds import stream

if TYPE_CHECKING:
    from bench.cloud.broker import Broker

OPERATIONAL = "All systems operational"


@dataclass
class CloudState:
    """The services of one cloud.

    Attributes:
        clock: what it dates things by.
        capacity: what its endpoints can take, and who else loads them.
        mqtt: disturbances of the broker.
        broker: where vehicles connect by MQTT (None: they do not).
        status_text: what the public status page says while nothing is announced.
        notice: what is announced (None: nothing).
    """

    time: Timebase
    journal: Journal
    carrier: Carrier
    accounts: Accounts
    vehicles: Vehicles
    push: Push
    commands: Commands
    keys: Keys
    revocations: Revocations
    clock: UnitClock
    capacity: Capacity
    mqtt: Rules[MqttRule] = field(default_factory=Rules)
    broker: "Broker | None" = None
    status_text: str = OPERATIONAL
    notice: Notice | None = None

    def noticed(self) -> dict[str, Any]:
        """Return what an answer says of what is announced; nothing where nothing is."""
        return {"notice": self.notice.described(self.now())} if self.notice else {}

    def now(self) -> float:
        """Return the calendar time in POSIX seconds."""
        return self.clock.now()


def make_state(time: Timebase, journal: Journal, seed: int, policy: CloudPolicy) -> CloudState:
    """Return a cloud's services, with nothing in them."""
    clock = UnitClock(time)
    push, carrier = Push(journal), Carrier(journal)
    # a real unit outlives this cloud: the next one's ids must not be duplicates to it
    ids = stream(seed, "cloud", "commands", time.wall().isoformat())
    commands = Commands(push, carrier, journal, clock, ids, policy)
    accounts = Accounts(clock.now, stream(seed, "cloud", "accounts"), policy)
    keys = Keys(clock.now, policy)
    return CloudState(
        time,
        journal,
        carrier,
        accounts,
        Vehicles(),
        push,
        commands,
        keys,
        Revocations(time, journal, keys, push, carrier),
        clock,
        Capacity(time, journal, seed),
    )
