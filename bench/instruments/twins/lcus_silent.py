"""The twin of an LCUS relay board that answers nothing."""

from bench.instruments.twins.lcus import Lcus


class LcusSilent(Lcus):
    """Obeys frames and does not know the query."""

    def status(self) -> bytes:
        """Say nothing."""
        return b""
