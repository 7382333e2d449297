"""The matrix as the page draws it: paths down, failures across, a letter and a colour each."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.judge.cells import Cells
from bench.judge.verdict import Verdict
from bench.judge.worst import LEGEND, letter, worst
from bench.presentation.layers import blocks

ABREAST = 26  # columns that fit on a sheet across, and on a screen of 1,100 pixels
MARKS = {mark: meaning for _, mark, meaning in LEGEND}


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        path, column: where it stands.
        mark: the letter; "" where nothing was run.
        word: the worst verdict.
        says: in words, for whoever does not see colours.
        unstable: whether repetitions came to different verdicts.
    """

    path: str
    column: str
    mark: str
    word: str
    says: str
    unstable: bool = False


@dataclass(frozen=True)
class Part:
    """What stands side by side, on a screen and on paper.

    Attributes:
        layers: of the cloud, by name; none where all of the matrix fits.
        columns: some of the failures.
        rows: per path its cells.
    """

    layers: tuple[str, ...]
    columns: tuple[str, ...]
    rows: list[tuple[str, list[Cell]]]


def parts(found: Cells) -> list[Part]:
    """Return the matrix in parts, each row by row; none if there is none."""
    if not found.paths:
        return []
    return [
        Part(block.layers, block.columns, _rows(found, block.columns))
        for block in blocks(found.columns, ABREAST)
    ]


def _rows(found: Cells, columns: Sequence[str]) -> list[tuple[str, list[Cell]]]:
    return [
        (path, [_cell(path, column, found.at(path, column)) for column in columns])
        for path in found.paths
    ]


def _cell(path: str, column: str, verdicts: list[Verdict]) -> Cell:
    if not verdicts:
        return Cell(path, column, "", "none", f"{path}, {column}: not run")
    mark, word = letter(verdicts), worst(verdicts)
    bad = sum(v.verdict == word for v in verdicts)
    count = f"{bad} of {len(verdicts)}" if len(verdicts) > 1 else "1 verdict"
    unstable = any(v.repeat is not None and not v.repeat.stable for v in verdicts)
    says = f"{path}, {column}: {MARKS[mark]} ({count}{', unstable' if unstable else ''})"
    return Cell(path, column, mark, "honest" if mark == "H" else word, says, unstable)
