"""The instruments of one station, under this process's hold on the bench."""

from contextlib import ExitStack, suppress

from bench.clock.real import RealTime
from bench.clock.timebase import Timebase
from bench.config.bench_file import StationFile
from bench.errors import GuardianLost, InstrumentFault
from bench.events import BenchFault
from bench.instruments.pace import JumpingPace, RealPace
from bench.journal import Journal
from bench.station.hold import Hold, holding
from bench.station.instruments import Instruments
from bench.wiring.nets import Wiring


def instruments_on(time: Timebase, journal: Journal, wiring: Wiring) -> Instruments:
    """Return instruments, none opened: simulated devices need no time, real ones do."""
    if time.simulated:
        return Instruments(journal, wiring, JumpingPace())
    return Instruments(journal, wiring, RealPace(), time.loop.call_soon_threadsafe)


class Guarded:
    """Opens instruments behind lock and guardian, and closes them safe.

    Args:
        file: the station.
        time: its time base.
        instruments: what is guarded; it is nothing more than them where all are simulated.
    """

    def __init__(self, file: StationFile, time: Timebase, instruments: Instruments) -> None:
        self._file, self._time, self._instruments = file, time, instruments
        self._stack = ExitStack()
        self.hold: Hold | None = None
        self._whole = False

    def open(self) -> None:
        """Open the instruments; raises StationBusy, and what opening them raises."""
        hold = self._stack.enter_context(holding(self._file))
        if hold is not None:
            hold.attach(self._time, self._on_lost)
            self._instruments.permit = hold.check
            self._instruments.patience = hold.allowing
        self.hold = hold
        self._instruments.open(self._file)
        self._whole = True

    def close(self) -> None:
        """Make everything safe and disconnect; raises InstrumentFault for what is not safe."""
        with self._stack:
            if self.hold is None:
                self._instruments.close()
                return
            safe = False
            try:
                self._instruments.close()
                safe = True
            finally:
                self.hold.detach(self._time, safe=safe, whole=self._whole)

    def _on_lost(self, error: GuardianLost) -> None:
        """Stop at once: while the run is alive it can make the bench safe itself."""
        self._instruments.journal.write(BenchFault("guardian", str(error)))
        with suppress(InstrumentFault):  # closing tries it again, and says what is not safe
            self._instruments.safe()
        if isinstance(self._time, RealTime):
            self._time.abort(error)
