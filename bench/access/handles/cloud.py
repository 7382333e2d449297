"""The cloud in a test's hands."""

import asyncio
from collections.abc import Iterator

from bench.access.handles.attempt import Step
from bench.access.handles.block import block
from bench.access.handles.failing import Failing
from bench.access.handles.on_loop import on_loop
from bench.access.handles.world import World
from bench.access.outage import Outage, play
from bench.config.spec import parts
from bench.errors import ConfigError, nearest
from bench.events import CommandState
from bench.faults.built import check_parameters
from bench.faults.fault import Fault
from bench.faults.injector import Armed, parse_fault, spec_of
from bench.protocol.signing import public_bytes
from bench.station.addresses import CARD_KEY, PHONE_KEY

# assumed: what a fault does to a command comes a while later, a repeat 8 s by default
WITNESS_S = 12.0
AGAIN_S = 4.0  # assumed: so soon the witness tries once more what nobody has met

KEYS = (PHONE_KEY, CARD_KEY)


def _chosen(fault: Fault | str) -> list[Fault]:
    if not isinstance(fault, str | Fault):
        raise ConfigError(f"failing: {fault!r} is no fault")
    if not isinstance(fault, str):
        check_parameters(fault, source="failing")
        return [fault]
    return [parse_fault(part, source="failing") for part in parts(fault)]


def _check_key(credential: str) -> None:
    """Raise ConfigError for a digital key that nobody has."""
    if credential not in KEYS:
        raise ConfigError(f'no digital key "{credential}": {nearest(credential, KEYS)}')


def _check_outage(outage: object) -> None:
    """Raise ConfigError for what is no outage."""
    if not isinstance(outage, Outage):
        raise ConfigError(
            f"{outage!r} is no outage: take the fixture outage, or `with cloud.failing(…)`"
        )


class CloudHandle:
    """The mock cloud, and everything that can go wrong with it.

    Attributes:
        armed: the faults that were armed so far.
        never_armed: those that were to be armed at a step that was not reached, and at which.
    """

    def __init__(self, bench: World) -> None:
        self._bench = bench
        self.armed = bench.armed
        self.never_armed: list[str] = []

    @property
    def armed_specs(self) -> list[str]:
        """The faults that were armed so far, as users write them."""
        return [spec_of(armed.fault) for armed in self.armed]

    @property
    def never_met(self) -> list[str]:
        """The faults that were armed and never met anything."""
        return [spec_of(armed.fault) for armed in self.armed if not armed.met]

    @property
    def unproven(self) -> str:
        """Why the test's faults prove nothing: never met, or not even armed ("": they do)."""
        why = []
        if self.never_met:
            why.append(f"never met, not even by the witness: {', '.join(self.never_met)}")
        if self.never_armed:
            why.append(f"never armed: {'; '.join(self.never_armed)}")
        return "; ".join(why)

    @block
    def failing(self, *faults: Fault | str, when: Step | None = None) -> Iterator[list[Armed]]:
        """Have faults in force inside the block.

        Entering returns when they are armed, or with `when` as soon as that is arranged: they are
        then armed inside the loop, at the very event, which no test thread could do without a
        race. Leaving returns when they are cleared. A fault that nobody has met by then is shown
        to the witness once; if that does not meet it either, within 12 s, the test is
        inconclusive. So it is if the step was not reached by then; the faults are not armed any
        more later on.

        Args:
            *faults: fault objects, or what users write ("http_status:status=503",
                "http_status:share=0.5+latency").
            when: a step of a command in flight.
        """
        chosen = [each for fault in faults for each in _chosen(fault)]
        if not chosen:
            raise ConfigError("failing: names no fault, so nothing would fail")
        if when is not None and not isinstance(when, Step):
            raise ConfigError(f'failing: when: {when!r} is no step: write attempt.at("{when}")')
        failing = Failing(self._bench.station.injector, chosen, when, self.armed)
        self._bench.run(failing.begin())
        try:
            yield failing.armed
        finally:
            self._bench.run(self._end(failing))

    async def _end(self, failing: Failing) -> None:
        failing.wait_no_longer()
        if failing.missed:
            self.never_armed.append(failing.missed)
        try:
            if failing.unmet:
                await self._bench.station.witness.probe()
                await failing.met_within(WITNESS_S, self._bench.journal)
        finally:
            failing.clear()

    def play(self, outage: Outage) -> None:
        """Play an outage from now to its end, with all its phases.

        The witness tries meanwhile what nobody has met yet; what even that does not meet makes the
        test inconclusive.
        """
        _check_outage(outage)
        self._bench.run(self._play(outage), lasts_s=outage.duration_s)

    def begin(self, outage: Outage) -> None:
        """Begin to play an outage and return at once; time passes by `bench.wait`."""
        _check_outage(outage)
        self._bench.run(on_loop(lambda: self._begin(outage)))

    def _begin(self, outage: Outage) -> None:
        self._bench.station.hands.act(self._play(outage), f"outage-{outage.name}")

    async def _play(self, outage: Outage) -> None:
        station = self._bench.station
        witness = station.hands.act(self._attest(), "witness")
        try:
            await play(outage, station.injector, self._bench.journal, self.armed)
        finally:
            witness.cancel()

    async def _attest(self) -> None:
        """Have the witness try as long as a fault is in force that nobody has met."""
        while True:
            if any(not each.met and not each.cleared for each in self.armed):
                await self._bench.station.witness.probe()
            await asyncio.sleep(AGAIN_S)

    def revoke_key(self, credential: str) -> None:
        """Revoke a digital key ("phone-1", "card-1") in the cloud, and tell the car."""
        _check_key(credential)
        vin, state = self._bench.setup.model.file.vin, self._bench.station.cloud.state
        self._bench.run(on_loop(lambda: state.revocations.revoke(vin, credential)))

    def share_key(self, credential: str) -> None:
        """Make a digital key a shared one, whose right is short, in cloud and car."""
        _check_key(credential)
        self._bench.run(on_loop(lambda: self._share(credential)))

    def _share(self, credential: str) -> None:
        station = self._bench.station
        public = public_bytes("credential", credential).hex()
        vin = self._bench.setup.model.file.vin
        right = station.cloud.state.keys.issue(vin, credential, public, shared=True)
        if right is not None:
            station.car.digital_key.learn(right.signed())

    def command_states(self) -> list[str]:
        """Return the states of the owner's commands, in the order in which they came."""
        vin = self._bench.setup.model.file.vin
        return [
            entry.event.state
            for entry in self._bench.journal.entries
            if isinstance(entry.event, CommandState) and entry.event.vehicle == vin
        ]

    def __repr__(self) -> str:
        now = ", ".join(spec_of(each.fault) for each in self.armed if not each.cleared)
        return f"<cloud failing by {now}>" if now else "<cloud>"
