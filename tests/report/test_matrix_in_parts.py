"""The matrix of a report, whatever its size."""

from verdicts import verdict

from bench.access.choosing.usual_faults import default_faults
from bench.judge.cells import BASELINE, cells
from bench.report.matrix import ABREAST, parts

FAULTS = [*default_faults("websocket"), "http_status@recovery"]
PATHS = ("ble_key", "mechanical_key")


def cell(path, outage):
    bad = (path, outage) == ("ble_key", "malformed_body")
    return verdict(path, outage, "fail" if bad else "pass")


WHOLE = cells([cell(path, outage) for path in PATHS for outage in (None, *FAULTS)])


def test_every_failure_stands_in_one_part_and_every_part_fits_on_paper():
    found = parts(WHOLE)
    assert [column for part in found for column in part.columns] == [BASELINE, *FAULTS]
    assert 2 < len(found) < 6
    assert max(len(part.columns) for part in found) <= ABREAST
    assert all(part.layers for part in found)
    assert found[-1].layers[-1] == "other phases"


def test_every_part_has_every_path_and_a_cell_for_each_of_its_failures():
    for part in parts(WHOLE):
        assert [path for path, _ in part.rows] == list(PATHS)
        assert all([cell.column for cell in row] == list(part.columns) for _, row in part.rows)
    marks = [c.mark for part in parts(WHOLE) for _, row in part.rows for c in row]
    assert marks.count("F") == 1
    assert marks.count("O") == len(marks) - 1 == 2 * (len(FAULTS) + 1) - 1


def test_a_matrix_that_fits_is_one_part_without_a_name():
    (part,) = parts(cells([verdict("ble_key", None), verdict("ble_key", "refuse")]))
    assert part.layers == ()
    assert parts(cells([])) == []
