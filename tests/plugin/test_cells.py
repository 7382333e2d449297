"""Cells of a campaign as tests."""

import pytest
from project_outside import captured, run

from bench.evidence.stored_run import read_stored_run


def test_each_cell_of_the_campaign_can_be_a_test(pytester):
    result = run(
        pytester,
        """
        import pytest
        from bench_fixtures.campaign import cells

        @pytest.mark.parametrize(
            "cell", cells(car="cloud_bound_key", paths=["ble_key", "mechanical_key"],
                          faults=["http_status"]), ids=str)
        def test_campaign(cell):
            cell.check()
        """,
    )
    # the coupled key fails with and without the outage, on unlock and start; the blade passes
    result.assert_outcomes(passed=2, failed=4)
    result.stdout.fnmatch_lines(["*independence: ble_key did not unlock the car in the outage*"])


CELLS = """
    import pytest
    from bench_fixtures.campaign import cells

    @pytest.mark.parametrize(
        "cell", cells(car="cloud_bound_key", paths=["mechanical_key"], faults=["http_status", "refuse"]),
        ids=str)
    def test_campaign(cell):
        cell.check()
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_cells_of_the_campaign_are_kept_as_the_command_line_keeps_them(pytester, workers):
    run(pytester, CELLS, "--bench-out=run", "--bench-capture", *workers).assert_outcomes(passed=3)
    stored = read_stored_run(pytester.path / "run")
    assert [(v.outage, v.verdict) for v in stored.verdicts] == [
        (None, "pass"), ("http_status", "pass"), ("refuse", "pass"),
    ]  # fmt: skip
    assert stored.missing == ()
    assert all(stored.recording(v).is_file() for v in stored.verdicts)
    assert len(captured(pytester.path / "run")) == 3
    assert all(stored.capture(v) for v in stored.verdicts)
    page = (pytester.path / "run" / "report.html").read_text()
    assert 'id="matrix"' in page
    assert "of your own" not in page
