"""The failures of a matrix by the layer of the cloud that they belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from bench.registry import registry

PHASE_MARK = "@"  # in an outage's name, before the phase that is asked about
OTHER_PHASES = "other phases"
OF_THE_CAR = frozenset({"can", "electrical"})  # of faults of the car itself: the cloud works


@dataclass(frozen=True)
class Block:
    """What of a matrix stands side by side.

    Attributes:
        layers: by name; none where all of the matrix fits, or no layer is known.
        columns: some of its columns.
    """

    layers: tuple[str, ...]
    columns: tuple[str, ...]


@cache  # a matrix that fills asks for each of its cells, at each redraw
def layer_of_column(column: str) -> str:
    """Return the layer of a failure, as its folder is called ("": it is no single fault).

    >>> layer_of_column("http_status:status=500"), layer_of_column("gwm-2025-03-21")
    ('http', '')
    >>> layer_of_column("http_status@recovery")
    'other phases'
    """
    if PHASE_MARK in column:
        return OTHER_PHASES
    listed, name = registry("fault", "faults/*"), column.partition(":")[0]
    return (listed.folder_of(name) or str(listed.get(name).layer)) if name in listed.names() else ""


def blocks(columns: Sequence[str], most: int) -> list[Block]:
    """Return columns in blocks of at most so many, no layer torn apart that fits into one.

    >>> [block.layers for block in blocks(["no outage", "nxdomain", "refuse", "reset_peer"], 3)]
    [('dns',), ('tcp',)]
    """
    if len(columns) <= most:
        return [Block((), tuple(columns))]
    found: list[Block] = []
    for layer, names in _pieces(columns, most):
        last = found[-1] if found else None
        if last is not None and len(last.columns) + len(names) <= most:
            both = dict.fromkeys((*last.layers, layer))
            found[-1] = Block(tuple(filter(None, both)), last.columns + names)
        else:
            found.append(Block((layer,) if layer else (), names))
    return found


def _pieces(columns: Sequence[str], most: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    for layer, group in groupby(columns, layer_of_column):
        names = tuple(group)
        for start in range(0, len(names), most):
            yield layer, names[start : start + most]
