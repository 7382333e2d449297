"""A list of requirements as CSV: what every spreadsheet writes."""

import csv
from collections.abc import Iterator

from bench.errors import ConfigError
from bench.requirements.row import Row

ID, TEXT, COVERED_BY = ("id",), ("text",), ("covered_by",)
DELIMITERS = (",", ";", "\t")


def read_csv(raw: bytes, source: str) -> list[Row]:
    """Return the rows of a CSV file in UTF-8, by the names in its first line.

    Cells are parted by comma, semicolon (spreadsheets in half of Europe) or tabulator, whichever
    gives the first line the most cells; a line `sep=;` before it says so itself.

    Raises:
        ConfigError: it names file and line.
    """
    lines = _text(raw, source).splitlines(keepends=True)
    skipped = 1 if lines and lines[0].lower().startswith("sep=") else 0
    delimiter = lines[0].strip()[4:5] if skipped else _delimiter(lines[:1])
    rows = _cells(lines[skipped:], delimiter or ",", source, skipped)
    _, header = next(rows, (0, []))
    names = [name.strip() for name in header]
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise ConfigError(f"{source}: two columns are named {', '.join(sorted(twice))}")
    return [_row(number, cells, names, source) for number, cells in rows if any(cells)]


def _text(raw: bytes, source: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(f"{source}: line {line}: is not UTF-8: save it as “CSV UTF-8”") from None


def _delimiter(first: list[str]) -> str:
    return max(DELIMITERS, key=lambda d: len(next(csv.reader(first, delimiter=d), [])))


def _cells(
    lines: list[str], delimiter: str, source: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, with the line in which it begins."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + skipped + 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ConfigError(f"{source}: line {number}: is not CSV: {error}") from None


def _row(number: int, cells: list[str], names: list[str], source: str) -> Row:
    if len(cells) > len(names) and any(cells[len(names) :]):
        raise ConfigError(
            f"{source}: line {number}: has {len(cells)} cells, the first line has {len(names)}: "
            "is there a text that needs quotes?"
        )
    fields = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
    return Row(f"line {number}", fields)
