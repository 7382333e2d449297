"""The campaign that a bench can do, as the command line and a project's tests run it."""

from dataclasses import replace

from bench.access.choosing.choice import USUAL, Choice
from bench.access.choosing.selection import Selection, campaign
from bench.access.choosing.setting import Setting
from bench.access.choosing.usual_faults import out_of_reach
from bench.access.choosing.within_reach import within_reach
from bench.access.pace import pace_of
from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.station.telematics import telematics_policy


def doable_campaign(
    file: StationFile, model: CarModel, choice: Choice = USUAL, *, seed: int
) -> Selection:
    """Return a campaign without what this bench cannot do, which it names with the reason.

    A path or a fault that somebody has asked for by name is not left out: that is for `look_ahead`
    to refuse.

    Raises:
        ConfigError: something in the files or among the names is wrong, or nothing is left.
    """
    unit = telematics_policy(file, model)
    unmet = {} if choice.faults else out_of_reach(file.content, unit.push)
    setting = Setting(
        push=unit.push,
        without=unmet,
        unit=unit if unit.unit == "mocked" else None,
        certificate_s=file.content.network.client_certificate_s,
    )
    selection = campaign(model, choice, seed=seed, pace=pace_of(file), setting=setting)
    selection = replace(selection, unmet=unmet | dict(selection.unmet))
    return within_reach(file, model, selection, choice.paths)
