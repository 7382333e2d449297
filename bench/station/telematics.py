"""The telematics unit that a bench file and a car file describe."""

from datetime import UTC, datetime
from importlib.util import find_spec

from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.config.validation import check_typed
from bench.errors import ConfigError, MissingExtra
from bench.events.telematics import TCU
from bench.station.emergency_call import require_isolation
from bench.station.exposure import exposures
from bench.telematics.policy import TelematicsPolicy

MOCKED = "mocked"


def telematics_policy(file: StationFile, model: CarModel) -> TelematicsPolicy:
    """Return how the telematics unit behaves: as the car file says, then as the bench file does.

    Raises:
        ConfigError: a value is wrong, or a real unit is asked for that cannot be reached, or that
            nobody has kept from calling the emergency services.
        MissingExtra: MQTT or the DNS needs an extra that is not installed.
    """
    of_car = model.file.units.get("telematics", {})
    if of_car.get("unit", MOCKED) != MOCKED:
        raise ConfigError(
            f"{model.path}: units.telematics.unit: only a bench file says what stands on the "
            f'bench: write [telematics] unit = "real" in {file.path}'
        )
    data = {**of_car, **file.content.telematics}
    policy = check_typed(TelematicsPolicy, data, source=str(file.path), prefix="telematics")
    if policy.push == "mqtt" and find_spec("zmqtt") is None:
        raise MissingExtra(f'{file.path}: telematics.push: "mqtt"', "telematics")
    if file.content.network.dns_port is not None and find_spec("dnslib") is None:
        raise MissingExtra(f"{file.path}: network.dns_port", "telematics")
    exposed = exposures(file, policy.push)
    if policy.unit == "real":
        # the calendar of the world outside, whatever time the bench keeps
        require_isolation(file, datetime.now(UTC).date())
        if TCU not in exposed:
            raise ConfigError(
                f'{file.path}: telematics.unit = "real": network.unsafe_listen names no interface '
                "for tcu: the unit could not reach the mock cloud"
            )
        if not file.content.network.mutual_tls and file.content.network.tcu_token is None:
            raise ConfigError(
                f'{file.path}: telematics.unit = "real": network.tcu_token is missing: without a '
                "certificate (mutual_tls) the unit is let in by what it shows there"
            )
    return policy
