"""Reading a report as a browser would, as far as that goes without one."""

import base64
import json
import re
import zlib
from html.parser import HTMLParser
from typing import Any

SMUGGLED = (
    '</script><script>window.ran=1</script><!--<script><img src=x onerror="window.ran=2">'
    "\u2028\u2029'\"`${window.ran=3}{{ 7*7 }}</style></title></textarea>"
)


class Read(HTMLParser):
    """A page's elements and texts.

    Attributes:
        elements: (name, attributes), in order.
        texts: per element name, the texts in it.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._read: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "img", "br", "link"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)
            if self._open[-1] not in {"script", "style"}:
                self._read.append(data)

    def named(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a name that have these."""
        return [
            found for name, found in self.elements
            if name == tag and attributes.items() <= found.items()
        ]  # fmt: skip

    @property
    def text(self) -> str:
        """All text that is read, in order; spaces and line ends as one space."""
        return " ".join("".join(self._read).split())


def unpacked(page: str, name: str) -> Any:
    """Return what the page holds under an id."""
    found = re.search(rf'<script type="text/plain" id="{name}">([^<]*)</script>', page)
    assert found, name
    return json.loads(zlib.decompress(base64.b64decode(found[1])))


def pack(page: str, number: int) -> dict[str, Any]:
    """Return what the page holds of a verdict, as its script finds it among those beside it."""
    place = (number - 1) % unpacked(page, "common")["together"]
    found: dict[str, Any] = unpacked(page, f"pack-{number - place}")[place]
    return found


def entries(page: str, number: int) -> list[dict[str, Any]]:
    """Return a verdict's events, as the page's script puts them together."""
    packed, common = pack(page, number)["timeline"], unpacked(page, "common")
    t_ns = seq = 0
    found = []
    for step, further, back, place in zip(
        packed["t"], packed["s"], packed["c"], packed["p"], strict=True
    ):
        t_ns, seq = t_ns + step, seq + further
        row = packed["x"][-1 - place] if place < 0 else common["payloads"][place]
        names = ("kind", "lane", "words", "witness", "fields")
        found.append({"t_ns": t_ns, "seq": seq, "cause": seq - back if back else None}
                     | dict(zip(names, row, strict=True)))  # fmt: skip
    return found
