"""The failures of a matrix by the layer of the cloud that they belong to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.faults.injector import faults
from bench.judge.cells import BASELINE, Cells
from bench.judge.verdict import Verdict


@dataclass(frozen=True)
class Block:
    """What of a matrix stands side by side.

    Attributes:
        layers: by name; none where all of the matrix fits, or no layer is known.
        columns: some of its columns.
    """

    layers: tuple[str, ...]
    columns: tuple[str, ...]


def layer_of(column: str) -> str:
    """Return the layer of a failure, as its folder is called ("": it is no single fault).

    >>> layer_of("http_status:status=500"), layer_of("gwm-2025-03-21")
    ('http', '')
    """
    listed, name = faults(), column.partition(":")[0]
    return listed.folder_of(name) if name in listed.names() else ""


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
    for layer, group in groupby(columns, layer_of):
        names = tuple(group)
        for start in range(0, len(names), most):
            yield layer, names[start : start + most]


def by_layer(found: Cells) -> Cells:
    """Return a matrix with a column for each layer instead of each failure."""
    verdicts: dict[tuple[str, str], list[Verdict]] = {}
    columns = dict.fromkeys(_wider(column) for column in found.columns)
    for (path, column), cell in found.found.items():
        verdicts.setdefault((path, _wider(column)), []).extend(cell)
    return Cells(found.paths, tuple(columns), verdicts)


def _wider(column: str) -> str:
    return column if column == BASELINE else layer_of(column) or column
