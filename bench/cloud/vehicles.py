"""Vehicles as the cloud knows them: whose they are, and what they reported last."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

MOST_REPORTS = 1000  # of each vehicle that are kept: hours of a car that is awake
Report = tuple[float, dict[str, Any]]


@dataclass
class Vehicle:
    """One vehicle.

    Attributes:
        vin: which.
        account: whose.
        token: what its telematics unit shows to be let in.
        epoch, counter: order of its commands.
        state: what it reported last; `state_at` is when (POSIX seconds, None: never).
    """

    vin: str
    account: str
    token: str
    epoch: str
    counter: int = 0
    state: dict[str, Any] = field(default_factory=dict)
    state_at: float | None = None
    _reports: deque[Report] = field(default_factory=lambda: deque(maxlen=MOST_REPORTS))

    def report(self, state: dict[str, Any], at: float) -> None:
        """Take what it reports, and keep it for a copy of these books that is behind."""
        self.state, self.state_at = state, at
        self._reports.append((at, state))

    def fall_back(self, at: float) -> None:
        """Know no more than was known at a time (POSIX seconds), or at the first report."""
        known = [report for report in self._reports if report[0] <= at]
        known = known or list(self._reports)[:1]
        if known:
            self.state_at, self.state = known[-1]


class Vehicles:
    """All vehicles."""

    def __init__(self) -> None:
        self._by_vin: dict[str, Vehicle] = {}

    def add(self, vehicle: Vehicle) -> None:
        """Register a vehicle."""
        self._by_vin[vehicle.vin] = vehicle

    def get(self, vin: str) -> Vehicle | None:
        """Return a vehicle by its number."""
        return self._by_vin.get(vin)

    def vins(self) -> list[str]:
        """Return the numbers of all vehicles."""
        return list(self._by_vin)

    def of(self, account: str) -> list[Vehicle]:
        """Return the vehicles of an account."""
        return [vehicle for vehicle in self._by_vin.values() if vehicle.account == account]

    def by_token(self, token: str) -> Vehicle | None:
        """Return the vehicle that shows this token."""
        return next((v for v in self._by_vin.values() if v.token == token), None)

    def authenticate(self, vin: str, token: str, certified: str) -> str | None:
        """Return the vehicle that a client of the push channel is, or None.

        A certificate of the maker's for a vehicle is as good as its token, which then need not be
        shown; but a token that is shown has to be that vehicle's.
        """
        vehicle = self._by_vin.get(certified or vin)
        if vehicle is None or (vin and vin != vehicle.vin):
            return None
        if certified and not token:
            return vehicle.vin
        return vehicle.vin if token == vehicle.token else None
