"""The cloud in a test's hands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.access.handles.attempt import Step
from bench.access.outage import Outage, play
from bench.config.spec import parts
from bench.faults.fault import Fault
from bench.faults.injector import Armed, parse_fault, spec_of
from bench.protocol.signing import public_bytes

if TYPE_CHECKING:
    from bench.access.handles.bench import Bench


def _chosen(fault: Fault | str) -> list[Fault]:
    if not isinstance(fault, str):
        return [fault]
    return [parse_fault(part, source="failing") for part in parts(fault)]


class CloudHandle:
    """The mock cloud, and everything that can go wrong with it."""

    def __init__(self, bench: "Bench") -> None:
        self._bench = bench
        self.armed: list[Armed] = []

    @property
    def armed_specs(self) -> list[str]:
        """The faults that were armed so far, as users write them."""
        return [spec_of(armed.fault) for armed in self.armed]

    @property
    def never_met(self) -> list[str]:
        """The faults that were armed and never met anything."""
        return [spec_of(armed.fault) for armed in self.armed if not armed.met]

    @contextmanager
    def failing(self, *faults: Fault | str, when: Step | None = None) -> Iterator[list[Armed]]:
        """Have faults in force inside the block.

        Entering returns when they are armed, or with `when` as soon as that is arranged: they are
        then armed inside the loop, at the very event, which no test thread could do without a
        race. Leaving returns when they are cleared. A fault that nobody has met by then is shown
        to the witness once; if that does not meet it either, the test is inconclusive.

        Args:
            *faults: fault objects, or what users write ("http_status:status=503",
                "http_status:share=0.5+latency").
            when: a step of a command in flight.
        """
        chosen = [each for fault in faults for each in _chosen(fault)]
        armed: list[Armed] = []
        self._bench.run(self._arrange(chosen, armed, when))
        try:
            yield armed
        finally:
            self._bench.run(self._clear(armed))

    async def _arrange(self, faults: list[Fault], armed: list[Armed], when: Step | None) -> None:
        def arm(cause: int | None) -> None:
            for fault in faults:
                each = self._bench.station.injector.arm(fault, cause)
                armed.append(each)
                self.armed.append(each)

        if when is None:
            arm(None)
        else:
            when.attempt._live.on_step(when.name, arm)  # noqa: SLF001 the handle's own other half

    async def _clear(self, armed: list[Armed]) -> None:
        if any(not each.met for each in armed):
            await self._bench.station.witness.probe()
        for each in armed:
            self._bench.station.injector.clear(each)

    def play(self, outage: Outage) -> None:
        """Play an outage from now to its end, with all its phases."""
        station = self._bench.station
        playing = play(outage, station.injector, self._bench.journal, self.armed)
        self._bench.run(playing, lasts_s=outage.duration_s)

    def begin(self, outage: Outage) -> None:
        """Begin to play an outage and return at once; time passes by `bench.wait`."""
        station = self._bench.station

        async def begin() -> None:
            coro = play(outage, station.injector, self._bench.journal, self.armed)
            station.time.spawn(coro, f"outage-{outage.name}")

        self._bench.run(begin())

    def revoke_key(self, credential: str) -> None:
        """Revoke a digital key in the cloud, and tell the car."""

        async def revoke() -> None:
            vin = self._bench.setup.model.file.vin
            self._bench.station.cloud.state.revocations.revoke(vin, credential)

        self._bench.run(revoke())

    def share_key(self, credential: str) -> None:
        """Make a digital key a shared one, whose right is short, in cloud and car."""

        async def share() -> None:
            station = self._bench.station
            public = public_bytes("credential", credential).hex()
            vin = self._bench.setup.model.file.vin
            right = station.cloud.state.keys.issue(vin, credential, public, shared=True)
            if right is not None:
                station.car.digital_key.learn(right.signed())

        self._bench.run(share())

    def command_states(self) -> list[str]:
        """Return the states of the owner's commands, in the order in which they came."""
        from bench.events import CommandState

        vin = self._bench.setup.model.file.vin
        return [
            entry.event.state
            for entry in self._bench.journal.entries
            if isinstance(entry.event, CommandState) and entry.event.vehicle == vin
        ]
