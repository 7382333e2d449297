"""What faults of certificates have in common."""

from bench.faults.fault import Site
from bench.injection import Injection, Undo


def present(
    site: Site, injection: Injection, *, service: str, kind: str, cut: bool = False
) -> Undo:
    """Present a bad certificate in every handshake of a service; open connections live on.

    Args:
        site: where.
        injection: counts the handshakes.
        service: "api", "push" or "any".
        kind: "expired", "not_yet_valid", "untrusted" or "wrong_host".
        cut: whether open connections are closed first.
    """

    def choose(host: str) -> str | None:
        if service not in {"any", host.partition(".")[0]}:
            return None
        injection.met("client", f"handshake with {host}")
        return kind

    if cut:
        for link in site.network.select(service):
            for connection in list(link.connections.values()):
                connection.reset("both")
    return site.network.certificates.rules.add(choose)
