"""How the mock cloud of a bench file behaves."""

from bench.cloud.policy import CloudPolicy
from bench.config.bench_file import StationFile
from bench.config.validation import check_typed


def cloud_policy(file: StationFile) -> CloudPolicy:
    """Return how the mock cloud behaves on this bench; raises ConfigError."""
    return check_typed(CloudPolicy, file.content.cloud, source=str(file.path), prefix="cloud")
