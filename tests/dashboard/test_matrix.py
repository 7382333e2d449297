"""The matrix in a terminal of any width."""

import io

import pytest
from rich.console import Console
from verdicts import verdict

from bench.access.choosing.usual_faults import default_faults
from bench.dashboard.matrix import Matrix, upright
from bench.judge.cells import BASELINE, by_layer, cells
from bench.presentation.layers import blocks

FAULTS = default_faults("websocket")
PATHS = ("ble_key", "mechanical_key")


def whole(bad=""):
    return [
        verdict(path, outage, "fail" if path == "ble_key" and outage == bad else "pass")
        for path in PATHS
        for outage in (None, *FAULTS)
    ]


def drawn(verdicts, width, **options):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(Matrix(verdicts, **options))
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_every_failure_has_its_cell_however_narrow_the_terminal(width):
    lines = drawn(whole(bad="malformed_body"), width)
    assert max(map(len, lines)) <= width
    rows = [line for line in lines if line.startswith("ble_key")]
    assert sum(row.split().count("O") for row in rows) == len(FAULTS)
    assert sum(row.split().count("F") for row in rows) == 1


def test_what_fits_side_by_side_is_one_table_without_names_of_layers():
    lines = drawn([verdict("ble_key", None), verdict("ble_key", "refuse")], 80)
    assert [line.split() for line in lines] == [["no", "outage", "refuse"], ["ble_key", "O", "O"]]


def test_a_matrix_that_changes_has_a_column_for_each_layer_and_shows_the_worst_of_it():
    lines = drawn(whole(bad="malformed_body"), 100, brief=True)
    assert len(lines) == 1 + len(PATHS)
    names, cell = lines[0].split()[2:], lines[1].split()[2:]
    assert dict(zip(names, cell, strict=True))["http"] == "F"
    assert cell.count("O") == len(names) - 1
    assert "F" not in lines[2].split()[1:]


def test_names_of_a_matrix_that_changes_do_not_fill_a_small_terminal():
    faults = ("http_status:status=503", "http_status:share=0.5", "latency", "nxdomain")
    listed = [verdict("ble_key", outage) for outage in (None, *faults)]
    names, row = drawn(listed, 80, brief=True)
    assert names.split() == ["no", "outage", "http", "link", "dns"]
    assert row.split() == ["ble_key", "O", "O", "O", "O"]


def test_no_layer_is_torn_apart_that_fits_into_a_block():
    found = blocks([BASELINE, *FAULTS], 30)
    assert [c for block in found for c in block.columns] == [BASELINE, *FAULTS]
    assert all(len(block.columns) <= 30 for block in found)
    layers = [layer for block in found for layer in block.layers]
    assert len(layers) == len(set(layers))


def test_no_verdict_is_lost_where_layers_are_columns():
    found = by_layer(cells(whole()))
    assert sum(len(each) for each in found.found.values()) == len(whole())


def test_a_failure_that_is_no_single_fault_is_its_own_column():
    found = by_layer(cells([verdict("ble_key", "gwm-2025-03-21"), verdict("ble_key", "refuse")]))
    assert found.columns == (BASELINE, "gwm-2025-03-21", "tcp")


def test_a_long_name_stands_upright_and_is_cut():
    assert upright("no_coverage") == "\n".join("no-coverage")
    assert upright("a" * 40).count("\n") == 21
