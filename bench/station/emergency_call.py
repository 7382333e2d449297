"""No real telematics unit without somebody's word that it cannot call the emergency services."""

from datetime import date, timedelta

from bench.config.bench_file import StationFile
from bench.errors import ConfigError

MOST_AGE = timedelta(days=180)  # assumed: benches are rebuilt, enclosures opened, SIMs swapped
GUIDE = "docs/real_telematics_unit.md, section eCall"


def require_isolation(file: StationFile, today: date) -> None:
    """Refuse a bench whose unit might call 112.

    Raises:
        ConfigError: the bench file confirms nothing, or its confirmation is not from the last
            half year.
    """
    section = file.content.emergency_call
    if section is None:
        raise ConfigError(
            f'{file.path}: telematics.unit = "real": the file has no [emergency_call]: a real unit '
            f"can call the emergency services. See {GUIDE}"
        )
    age = today - section.confirmed_on
    if age < timedelta(0):
        raise ConfigError(
            f"{file.path}: emergency_call.confirmed_on: {section.confirmed_on} is still to come"
        )
    if age > MOST_AGE:
        raise ConfigError(
            f"{file.path}: emergency_call.confirmed_on: {section.confirmed_on} is more than "
            f"{MOST_AGE.days} days ago: check it again. See {GUIDE}"
        )
