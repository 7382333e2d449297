"""The car in a test's hands: what it is said to have, and what it says."""

from bench.access.handles.question import Question
from bench.access.handles.world import World
from bench.can.role_bus import RoleValue
from bench.errors import NotObservable, nearest
from bench.events.doors import DOORS


class CarHandle:
    """The car under test, seen from outside."""

    def __init__(self, bench: World) -> None:
        self._bench = bench

    @property
    def name(self) -> str:
        """Which car."""
        return self._bench.setup.model.name

    @property
    def paths(self) -> list[str]:
        """The paths that it has."""
        return list(self._bench.setup.model.file.paths)

    def state(self, role: str) -> str | None:
        """Return a role's last value on any bus; None where nobody has reported it yet.

        Raises:
            NotObservable: no database of this station carries the role.
        """
        value = self._last(role)
        return value.label if value is not None else None

    def _last(self, role: str) -> RoleValue | None:
        station = self._bench.station
        for bus, tap in station.taps.items():
            if role in station.buses.role_maps[bus].roles:
                return tap.values.get(role)
        return self._on_lin(role)

    def _on_lin(self, role: str) -> RoleValue | None:
        lin = self._bench.station.lin
        for bus, tap in lin.taps.items():
            if role in lin.buses[bus].roles.roles:
                return tap.values.get(role)
        where = lin.absent().get(role)
        hint = f": {nearest(role, self._roles())}"
        why = f": it is on lin.{where}, and the bench file has no [lin.{where}]" if where else hint
        raise NotObservable(f"{role} is not observable here{why}")

    def _roles(self) -> set[str]:
        """Return every role that is observable here."""
        station = self._bench.station
        can = {role for bus in station.taps for role in station.buses.role_maps[bus].roles}
        return can | {
            role for bus in station.lin.taps for role in station.lin.buses[bus].roles.roles
        }

    @property
    def locked(self) -> bool:
        """Whether the doors are locked, as the buses told last: some time after they have moved.

        Raises:
            NotObservable: nobody has told yet, so neither answer would be true.
        """
        doors = self._last(DOORS)
        if doors is None:
            raise NotObservable(f"nobody has reported {DOORS} yet")
        return doors.means("locked")  # a car may have a finer word for it before

    @Question
    def awake(self, bus: str) -> bool:
        """Whether there is traffic on a bus; raises NotObservable for one that is not here."""
        taps = self._bench.station.taps
        if bus not in taps:
            raise NotObservable(f'no bus "{bus}": {nearest(bus, taps)}')
        return self._bench.station.taps[bus].awake

    def __repr__(self) -> str:
        return f"<car {self.name}>"
