"""The telematics unit in a test's hands."""

from bench.access.handles.instruments import RelaysHandle
from bench.access.handles.on_loop import on_loop
from bench.access.handles.world import World


class TelematicsHandle:
    """The mocked telematics unit."""

    def __init__(self, bench: World, relays: RelaysHandle) -> None:
        self._bench, self._relays = bench, relays

    @property
    def state(self) -> str:
        """What it is: asleep, waking, attaching, connected, backing_off, unpowered."""
        return self._bench.station.telematics.state

    def power_off(self) -> None:
        """Cut its supply, by the relay that feeds it."""
        self._relays.telematics_supply.open()

    def power_on(self) -> None:
        """Feed it again."""
        self._relays.telematics_supply.close()

    def tap(self) -> None:
        """Send it a text message that wakes it."""
        vin, carrier = self._bench.setup.model.file.vin, self._bench.station.cloud.state.carrier
        self._bench.run(on_loop(lambda: carrier.tap(vin, None)))
