"""The campaign that a bench can do, as the command line and a project's tests run it."""

from collections.abc import Sequence
from dataclasses import replace

from bench.access.pace import pace_of
from bench.access.selection import Selection, campaign
from bench.access.usual_faults import out_of_reach
from bench.access.within_reach import within_reach
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.station.telematics import telematics_policy


def doable_campaign(
    file: StationFile,
    model: CarModel,
    *,
    seed: int,
    only_paths: Sequence[str] = (),
    only_faults: Sequence[str] = (),
    only_owners: Sequence[str] = (),
    only_phases: Sequence[str] = (),
    full: bool = False,
) -> Selection:
    """Return a campaign without what this bench cannot do, which it names with the reason.

    What somebody has asked for by name is not left out: that is for `look_ahead` to refuse.

    Raises:
        ConfigError: something in the files or among the names is wrong, or nothing is left.
    """
    unit = telematics_policy(file, model)
    unmet = {} if only_faults else out_of_reach(file.content, unit.push)
    selection = campaign(
        model, seed=seed, only_faults=only_faults, only_phases=only_phases,
        only_paths=only_paths, only_owners=only_owners, full=full, pace=pace_of(file),
        push=unit.push, unseen=("delivered",) if unit.unit == "real" else (), without=unmet,
        unit=unit if unit.unit == "mocked" else None,
        certificate_s=file.content.network.client_certificate_s,
    )  # fmt: skip
    selection = replace(selection, unmet=unmet | dict(selection.unmet))
    return selection if only_paths else within_reach(file, model, selection)
