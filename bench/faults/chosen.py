"""Which of a link's connections a fault meets."""

from weakref import WeakKeyDictionary

from bench.faults.sample import Sample
from bench.injection import Injection
from bench.network.connection import Connection


class Chosen:
    """Which connections a fault meets: drawn once for each.

    Args:
        sample: how many of them.
        injection: whose random stream decides.
    """

    def __init__(self, sample: Sample, injection: Injection) -> None:
        self._sample, self._injection = sample, injection
        self._count = 0
        self._drawn: WeakKeyDictionary[Connection, bool] = WeakKeyDictionary()

    def takes(self, connection: Connection) -> bool:
        """Whether a connection is one of them."""
        if connection not in self._drawn:
            taken = self._drawn[connection] = self._sample.takes(self._injection, self._count)
            self._count += taken
        return self._drawn[connection]
