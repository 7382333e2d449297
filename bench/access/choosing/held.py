"""The contacts of a bench that an outage's faults hold."""

from bench.access.outage import Outage
from bench.config.bench_file import StationFile
from bench.faults.electrics import Electrics
from bench.faults.injector import parse_fault
from bench.faults.on_wires import Holds
from bench.instruments.pace import JumpingPace
from bench.journal import Journal
from bench.station.instruments import Instruments
from bench.wiring.nets import Wiring


def held_contacts(file: StationFile, outage: Outage | None) -> list[str]:
    """Return each contact that a fault of an outage moves; raises ConfigError: the bench has none.

    Nothing is opened: what the bench file says of its contacts is enough.
    """
    phases = outage.phases if outage is not None else ()
    specs = dict.fromkeys(spec for phase in phases for spec in phase.faults)
    faults = [parse_fault(spec, source="outage") for spec in specs]
    held = [fault for fault in faults if isinstance(fault, Holds)]
    if not held:
        return []
    board = Instruments(Journal(lambda: 0), Wiring(), JumpingPace())
    board.read(file)
    electrics = Electrics(board, board.wiring, board.journal)
    return [fault.hold(electrics).function for fault in held]
