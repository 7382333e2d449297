"""What faults can disturb at a station."""

from bench.config.bench_file import StationFile
from bench.faults.electrics import Electrics
from bench.faults.fault import Site
from bench.station.instruments import Instruments
from bench.station.station import Station
from bench.station.telematics import telematics_policy
from bench.station.wire_ends import WireEnds


def fault_site(station: Station, file: StationFile, board: Instruments) -> Site:
    """Return what faults can disturb on the bench of a file, with its contacts and supplies."""
    sites = station.buses.sites(file, station.journal)
    for bus, can_site in sites.items():
        can_site.stood_in.update(station.real.stood_in(file, bus, can_site.roles))
    unit = telematics_policy(file, station.model).unit
    ends = WireEnds(station.real.units, telematics=unit == "real")
    return Site(
        station.network, station.cloud.front, station.cloud.state, sites, station.clocks,
        electrics=Electrics(board, station.wiring, station.journal, ends),
    )  # fmt: skip
