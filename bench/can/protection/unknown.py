"""A protection that is known to be there, and no more."""


class Unknown:
    """A counter or CRC whose rule nobody knows: it is left at zero, and the bench says so.

    A receiver that checks it will reject such a message from the restbus.
    """

    def __init__(self, **_parameters: object) -> None:
        pass

    def table(self, payload: bytes) -> list[bytes]:
        """Return the payload as it is."""
        return [payload]
