"""The buses in a test's hands."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from can import BusABC

from bench.access.handles.block import block
from bench.access.handles.by_hand import by_hand
from bench.access.handles.by_name import ByName
from bench.access.handles.durations import checked_amount, checked_s
from bench.access.handles.on_loop import on_loop
from bench.access.handles.world import World
from bench.can.conditions import Condition, RawCondition
from bench.can.expectations import BusView, Watchable, patience_s
from bench.can.port import Port
from bench.can.restbus import Line, raw_values
from bench.can.restbus_node import RestbusNode, WakeBy
from bench.can.roles import RoleMap
from bench.can.seen import Seen
from bench.can.transmitter import BURST, Transmitter
from bench.errors import ConfigError, nearest
from bench.station.stand_ins import stand_in, start_restbus
from bench.units import to_ns

WAKES = get_args(WakeBy)


class BusExpectations:
    """What a test can expect on one bus, CAN or LIN.

    Expectations look from the last stimulus of this test on (a relay, an owner's act as it is
    sensed, a supply, what a restbus is told), or from `since_s`, and `within_s` counts from there:
    what came meanwhile has come. `since_s=bench.now_s` looks from now on. All times are bench time.
    """

    def __init__(self, bench: World, bus: str, port: Port, roles: RoleMap) -> None:
        self._bench, self.name = bench, bus
        self._view = BusView(port, roles, bench.journal)

    def expect(
        self,
        message: str,
        *,
        within_s: float,
        since_s: float | None = None,
        where: Condition | None = None,
        **values: Any,
    ) -> Seen:
        """Wait for a message with these values; raises NeverReceived or WrongValue."""
        within_s = checked_s("within_s", within_s)
        return self._expect(message, within_s, self._since(since_s), where, **values)

    def _expect(
        self, message: str, within_s: float, since_ns: int, where: Condition | None, **values: Any
    ) -> Seen:
        """In simulated time the loop runs meanwhile; in real time this thread waits by itself."""
        time, view = self._bench.time, self._view
        if time.simulated or not isinstance(view.port, Watchable):
            return self._bench.run(
                view.expect(message, within_s=within_s, since_ns=since_ns, where=where, **values),
                lasts_s=within_s,
            )
        time.check()
        with self._bench.noting_failure():
            seen = view.expect_here(
                message, within_s=within_s, since_ns=since_ns, where=where, **values
            )
        time.check()
        return seen

    def expect_not(
        self,
        message: str,
        *,
        within_s: float,
        since_s: float | None = None,
        where: Condition | None = None,
        **values: Any,
    ) -> None:
        """Raise Unexpected when a message with these values comes within the time.

        A cyclic message of which nothing comes, on a bus that was awake, raises Inconclusive.
        """
        within_s, since_ns = checked_s("within_s", within_s), self._since(since_s)
        self._bench.run(
            self._view.expect_not(
                message, within_s=within_s, since_ns=since_ns, where=where, **values
            ),
            lasts_s=within_s,
        )

    def expect_cycle(
        self, message: str, *, period_s: float, tolerance: float = 0.1, count: int = 10
    ) -> list[float]:
        """Wait for `count` periods from now on; raises WrongCycle or NeverReceived.

        Args:
            message: its name.
            period_s: what each period must be.
            tolerance: how far one may stray, as a share of the period.
            count: how many periods.
        """
        if not checked_s("period_s", period_s) or count < 1:
            raise ConfigError(f"{message}: {count} periods of {period_s:g} s ask for nothing")
        checked_amount("tolerance", tolerance, "of a period")
        now_ns = self._bench.time.now_ns()
        return self._bench.run(
            self._view.expect_cycle(
                message, period_s=period_s, tolerance=tolerance, count=count, since_ns=now_ns
            ),
            lasts_s=patience_s(period_s, tolerance, count),
        )

    def expect_role(
        self, role: str, value: str, *, within_s: float, since_s: float | None = None
    ) -> Seen:
        """Wait for a role's value, whatever message and signal that is in this car.

        Raises:
            NotObservable: this car's databases do not carry the role.
        """
        bound = self._view.roles.role(role)
        if value not in bound.labels:
            raise ConfigError(f'role {role} has no "{value}": {nearest(value, bound.labels)}')

        raws = bound.labels[value]
        condition = RawCondition(f"{role} is {value}", lambda raw: bound.read(raw) in raws)
        within_s = checked_s("within_s", within_s)
        return self._expect(bound.message.name, within_s, self._since(since_s), condition)

    def _since(self, since_s: float | None) -> int:
        if since_s is None:
            return self._bench.stimulus_ns
        return to_ns(checked_s("since_s", since_s))

    def __repr__(self) -> str:
        return f"<bus {self.name}>"


class BusHandle(BusExpectations):
    """One CAN bus."""

    def __init__(self, bench: World, bus: str) -> None:
        buses = bench.station.buses
        super().__init__(bench, bus, buses.bench_port(bus), buses.role_maps[bus])
        self._restbuses: list[RestbusNode] = []
        self._sent: dict[str, Transmitter] = {}

    @block
    def restbus(
        self, *, senders: Sequence[str] = (), messages: Sequence[str] = ()
    ) -> Iterator["RestbusHandle"]:
        """Send the messages of units that are not there, inside the block.

        Where the role file knows the network management, they are sent while somebody needs the
        bus: who calls the handle's `wake` does.
        """
        station = self._bench.station
        self._bench.stimulate()
        node = self._bench.run(
            on_loop(lambda: start_restbus(station, self.name, senders, messages))
        )
        self._restbuses.append(node)
        try:
            yield RestbusHandle(self._bench, node)
        finally:
            self._bench.run(on_loop(node.stop))

    def send(self, message: str, /, **values: float | str) -> None:
        """Send a message once, in the name of a unit that is not there.

        Signals have physical values or labels; others have their initial value. Counter and CRC are
        as the role file says, and so is how often: a pulse goes three times in 60 ms, since a
        unit that checks counters obeys none that it hears for the first time. What a unit does
        because of it, the test has asked for.

        Raises:
            ConfigError: no such message, signal or value; or a unit that is there, or a restbus of
                this test, sends the message itself.
        """
        self._bench.stimulate()
        self._bench.run(on_loop(lambda: self._send(message, values)))

    def _send(self, name: str, values: dict[str, float | str]) -> None:
        if any(node.restbus.sending(name) for node in self._restbuses):
            raise ConfigError(f"can.{self.name}: a restbus sends {name}: change it by its set()")
        if name not in self._sent:
            self._sent[name] = stand_in(self._bench.station, self.name, name)
        raw = raw_values(self._view.roles.database.message(name), values)
        roles = self._view.roles.roles.values()
        pulse = any(role.message.name == name and role.shape == "pulse" for role in roles)
        self._sent[name].burst(raw, by_hand(self._bench, name), BURST if pulse else 1)

    def python_can(self) -> BusABC:
        """Return a stranger's node on the bus: what opens by it fails the test.

        It is python-can's own kind of bus, and closed as the test ends. What a test sends in the
        name of a unit that is not there, it sends by `send` or `restbus`, and has asked for itself.
        In real time the bus's interface is opened once more, where its driver allows that.
        """
        return self._bench.station.buses.python_can(self.name)


class RestbusHandle:
    """A restbus in a test's hands."""

    __slots__ = ("_bench", "_node")

    def __init__(self, bench: World, node: RestbusNode) -> None:
        self._bench, self._node = bench, node

    def describe(self) -> list[Line]:
        """Return each message, with its cycle time and protection and where they are from."""
        return self._node.restbus.describe()

    def set(self, message: str, **values: float | str) -> None:
        """Change signals of a message while it is being sent (physical values or labels).

        What a unit does because of it, the test has asked for.
        """
        self._bench.stimulate()
        self._bench.run(on_loop(lambda: self._set(message, values)))

    def _set(self, message: str, values: dict[str, float | str]) -> None:
        self._check_sends()
        cause = by_hand(self._bench, message)
        self._node.restbus.set(message, cause, **values)

    def wake(self, by: WakeBy = "nm") -> None:
        """Wake the bus: "nm" keeps it awake until `release`, "pattern" wakes it once."""
        if by not in WAKES:
            raise ConfigError(f'by: no "{by}": {nearest(by, WAKES)}')
        self._check_sends()
        self._bench.stimulate()
        self._bench.run(self._node.wake(by=by))

    def _check_sends(self) -> None:
        if self._node.stopped:
            raise ConfigError("this restbus sends no more: it does inside its `with` block only")

    def release(self) -> None:
        """Need the bus no more."""
        self._bench.run(on_loop(self._node.release))

    def __repr__(self) -> str:
        return f"<restbus {', '.join(line.message for line in self.describe())}>"


class CanHandle(ByName[BusHandle]):
    """All buses of the station, by name: `can.body`, `can.telematics`."""

    __slots__ = ()
    kind, none = "buses", "no bus"

    def __init__(self, bench: World) -> None:
        super().__init__({bus: BusHandle(bench, bus) for bus in bench.station.buses.observed()})
