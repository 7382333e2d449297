"""The telematics unit that a bench file and a car file describe."""

from importlib.util import find_spec

from bench.car.model import CarModel
from bench.config.bench_file import StationFile
from bench.config.validation import check
from bench.errors import MissingExtra
from bench.telematics.policy import TelematicsPolicy


def telematics_policy(file: StationFile, model: CarModel) -> TelematicsPolicy:
    """Return how the telematics unit behaves: as the car file says, then as the bench file does.

    Raises:
        ConfigError: a value is wrong; MissingExtra: MQTT needs an extra that is not installed.
    """
    data = {**model.file.units.get("telematics", {}), **file.content.telematics}
    policy = check(TelematicsPolicy, data, source=str(file.path), prefix="telematics")
    if policy.push == "mqtt" and find_spec("zmqtt") is None:
        raise MissingExtra(f'{file.path}: telematics.push: "mqtt"', "telematics")
    return policy
