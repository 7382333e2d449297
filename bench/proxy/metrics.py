"""What Toxiproxy tells Prometheus of its proxies, in Prometheus' text format.

Names and labels are those of Toxiproxy's collectors/proxy.go. What that tells of its own Go runtime
is left out.
"""

from collections.abc import Iterable

from bench.proxy.proxy import Proxy

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
RECEIVED, SENT = "toxiproxy_proxy_received_bytes_total", "toxiproxy_proxy_sent_bytes_total"


def metrics(proxies: Iterable[Proxy]) -> str:
    """Return the bytes that each proxy has taken and passed on, by direction.

    A proxy that was moved begins anew: its addresses are labels.
    """
    received, sent = [], []
    for proxy in proxies:
        link = proxy.link
        for direction, taken, passed in (
            ("upstream", link.taken_up_bytes, link.up_bytes),
            ("downstream", link.taken_down_bytes, link.down_bytes),
        ):
            labels = _labels(proxy, direction)
            received.append(f"{RECEIVED}{{{labels}}} {taken}")
            sent.append(f"{SENT}{{{labels}}} {passed}")
    lines = [f"# TYPE {RECEIVED} counter", *received, f"# TYPE {SENT} counter", *sent]
    return "\n".join(lines) + "\n"


def _labels(proxy: Proxy, direction: str) -> str:
    told = {
        "direction": direction, "listener": proxy.listen, "proxy": proxy.name,
        "upstream": proxy.upstream,
    }  # fmt: skip
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in told.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
