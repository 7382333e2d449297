"""Faults on a real-time bench, before it is opened: by what its file says."""

from bench.config.bench_file import StationFile
from bench.faults.fault import Fault
from bench.faults.injector import Injector, layer_of
from bench.instruments.pace import JumpingPace
from bench.station.fault_site import fault_site
from bench.station.instruments import Instruments
from bench.station.station import Station

OF_WIRING = frozenset({"can", "electrical"})  # layers: what they can do, a bench's wiring decides


class OnPaper(Injector):
    """Checks faults against a whole bench of which only the simulated part is open.

    What is real is known by its sections. Faults that act neither on wiring nor on what the file
    switches on are checked as the bench opens.

    Args:
        part: the bench's simulated part, opened on simulated time.
        file: the whole bench.
    """

    def __init__(self, part: Station, file: StationFile) -> None:
        board = Instruments(part.journal, part.wiring, JumpingPace())
        board.read(file)
        site = fault_site(part, file, board)
        super().__init__(site, part.journal, part.plan.seed)

    def check(self, fault: Fault) -> None:
        """Raise ConfigError for a fault that the bench's wiring or its file rules out."""
        if layer_of(fault) in OF_WIRING or fault.needs:
            super().check(fault)
