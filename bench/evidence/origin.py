"""Where a run comes from: the station, the car and the versions that `run.json` holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.config.bench_file import BenchFile, StationFile
from bench.config.validation import check
from bench.errors import ConfigError
from bench.evidence.run_facts import versions
from bench.evidence.run_folder import RUN
from bench.evidence.stored_run import read_run
from bench.file_name import FileName


@dataclass(frozen=True)
class Origin:
    """What a run was made with.

    Attributes:
        station: its bench file as it was, whatever that file says today.
        car: a shipped car's name, or a car file.
        differing: per library (and Python, and the bench) its version then and now, where they
            are not the same.
    """

    station: StationFile
    car: str
    differing: dict[str, tuple[str, str]]


def origin_of(run: FileName) -> Origin:
    """Return what a run was made with.

    Raises:
        ConfigError: `run.json` is not there, cannot be read, or holds a configuration that this
            version does not know.
    """
    run = Path(run)
    info, source = read_run(run), f"{run / RUN}"
    configuration, car = info.get("configuration"), info.get("car_file") or info.get("car")
    if not isinstance(configuration, dict) or not isinstance(car, str):
        raise ConfigError(
            f"{source}: does not say with which configuration and car the run was made"
        )
    content = check(BenchFile, configuration, source=source, prefix="configuration")
    file = Path(str(info.get("configuration_file", run / RUN)))
    return Origin(StationFile(file, content), car, _differing(info.get("versions")))


def _differing(then: Any) -> dict[str, tuple[str, str]]:
    then = then if isinstance(then, dict) else {}
    now = versions()
    names = dict.fromkeys([*then, *now])
    pairs = {name: (str(then.get(name, "none")), now.get(name, "none")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
