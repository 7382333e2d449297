"""Another MQTT broker, to which the one that a fault acts on sends its clients."""

from bench.faults.fault import Site
from bench.network.mqtt_redirection import first_server
from bench.network.network import DOMAIN

BROKER = f"push.{DOMAIN}"


class OtherServer:
    """A further name of the broker, over the same links: who calls it is let in.

    There is none where the reference names the broker itself, or nobody of the maker's.

    Args:
        site: where.
        reference: the server reference, as clients are given it ("": none).
    """

    def __init__(self, site: Site, reference: str) -> None:
        self._names = site.network.names
        name = first_server(reference).lower()
        there = name.endswith(f".{DOMAIN}") and name not in {n for _, n in self._names.table}
        self._name = name if there else ""
        if there:
            self._names.aliases[name] = BROKER

    def is_called(self, host: str) -> bool:
        """Whether a client that has called `host` is there."""
        return bool(self._name) and host.lower() == self._name

    def close(self) -> None:
        """Let nobody find it any more."""
        self._names.aliases.pop(self._name, None)
