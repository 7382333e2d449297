"""The LIN buses in a test's hands."""

from collections.abc import Iterator

from bench.access.handles.block import block
from bench.access.handles.by_name import ByName
from bench.access.handles.can import BusExpectations
from bench.access.handles.on_loop import on_loop
from bench.access.handles.world import World
from bench.can.frame import Frame
from bench.car.harness import STAND_IN
from bench.errors import ConfigError, NotObservable, NotOnBench, nearest
from bench.lin.port import LinPort
from bench.lin.publication import Publication


class LinBusHandle(BusExpectations):
    """One LIN bus: a message is a frame of the LDF file."""

    def __init__(self, bench: World, bus: str) -> None:
        lin = bench.station.lin
        self._stand_in: LinPort = lin.bench_port(bus, STAND_IN)
        super().__init__(bench, bus, lin.bench_port(bus), lin.buses[bus].roles)

    @block
    def answering(self, /, message: str, **values: float | str) -> Iterator[None]:
        """Answer a frame's headers in place of its publisher, inside the block.

        Args:
            message: the frame's name.
            **values: signals (physical values or labels); others have their initial value.

        Raises:
            ConfigError: no such frame, signal or value.
        """
        bench = self._bench
        frame = self._frame(message, values)
        bench.stimulate()
        answer: Publication = bench.run(on_loop(lambda: self._answer(frame)))
        try:
            yield
        finally:
            bench.run(on_loop(answer.stop))

    def _answer(self, frame: Frame) -> Publication:
        return self._stand_in.cyclic(frame, [frame.data], period_s=0.0, offset_s=0.0, cause=None)

    def _frame(self, name: str, values: dict[str, float | str]) -> Frame:
        message = self._view.roles.database.message(name)
        signals = {signal.name: signal for signal in message.signals}
        for signal in values:
            if signal not in signals:
                raise ConfigError(f'{name} has no signal "{signal}": {nearest(signal, signals)}')
        initial = {s.name: s.raw_to_scaled(s.raw_initial or 0) for s in signals.values()}
        try:
            return Frame(message.frame_id, bytes(message.encode(initial | values)))
        except (ValueError, KeyError, OverflowError) as error:
            raise ConfigError(f"lin.{self.name}: {name}: {error}") from None


class LinHandle(ByName[LinBusHandle]):
    """All LIN buses that the bench is wired to, by name: `lin.door`."""

    __slots__ = ("_known",)
    kind, none = "LIN buses", "no LIN bus"

    def __init__(self, bench: World) -> None:
        super().__init__({bus: LinBusHandle(bench, bus) for bus in bench.station.lin.taps})
        self._known = bench.station.lin.buses

    def _absent(self, name: str) -> Exception:
        if name in self._known:
            return NotObservable(
                f"lin.{name} is not observable here: the bench file has no [lin.{name}]"
            )
        return NotOnBench(f'{self.none} "{name}": {nearest(name, self._known)}')
