"""Cells of a campaign as tests."""

import json

import pytest
from project_outside import captured, run

from bench.cli.main import main
from bench.config.bench_file import DEFAULT
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


FEW = """
[relays.doors]
model = "simulated"
channels = { handle_driver = 1 }
"""
CHOSEN = """
    import pytest
    from bench_fixtures.campaign import cells

    CELLS = cells(owners=["phone_only"], phases=["down"])

    def test_chosen():
        with open("chosen.txt", "w") as file:
            file.write("\\n".join(str(cell) for cell in CELLS))
"""
NO_BUTTON = "left out: ble_key start: no channel does start_button"


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_cells_are_those_of_the_command_line_and_what_is_left_out_is_said(
    pytester, workers, capsys
):
    (pytester.path / "bench.toml").write_text(FEW)
    result = run(pytester, CHOSEN, *workers)
    result.assert_outcomes(passed=1)
    lines = result.outlines
    assert lines.count(NO_BUTTON) == 1
    capsys.readouterr()  # pytester repeats what the session has said
    arguments = ["run", "--bench", str(pytester.path / "bench.toml"), "--owners", "phone_only"]
    assert main([*arguments, "--phases", "down", "--plan", "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    told = [f"left out: {path}: {why}" for path, why in planned["paths_left_out"].items()]
    assert [line for line in lines if line.startswith("left out: ")] == told
    assert f"left out (-v says why): {', '.join(planned['faults_left_out'])}" in lines
    chosen = (pytester.path / "chosen.txt").read_text().splitlines()
    assert len(chosen) == planned["plan"]["scenarios"]


def test_a_session_s_folder_says_what_its_cells_leave_out(pytester):
    (pytester.path / "bench.toml").write_text(FEW)
    code = (
        CHOSEN
        + """
    @pytest.mark.parametrize("cell", CELLS[:1], ids=str)
    def test_campaign(cell):
        cell.check()
"""
    )
    run(pytester, code, "--bench-out=run", "-v").assert_outcomes(passed=2)
    info = read_stored_run(pytester.path / "run").info
    assert info["paths_left_out"]["keypad"].startswith("no channel does keypad_")
    assert "connack_refused" in info["faults_left_out"]


def test_a_cell_that_is_asked_for_by_name_and_cannot_be_tried_is_an_error(pytester):
    (pytester.path / "bench.toml").write_text(FEW)
    result = run(pytester, CHOSEN.replace('owners=["phone_only"]', 'paths=["keypad"]'))
    result.stdout.fnmatch_lines(['*ConfigError: *bench.toml: relays: no channel does "keypad_*'])
    assert result.ret == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize("time", ["simulated", "real"])
def test_a_fault_that_is_asked_for_by_name_and_cannot_be_done_is_an_error(pytester, time):
    text = DEFAULT.read_text(encoding="utf-8").replace('time = "simulated"', f'time = "{time}"')
    (pytester.path / "bench.toml").write_text(text, encoding="utf-8")
    wanted = 'paths=["keypad"], faults=["open_wire:wire=cylinder_lock"]'
    result = run(pytester, CHOSEN.replace('owners=["phone_only"]', wanted))
    result.stdout.fnmatch_lines(['*ConfigError: open_wire: no contact of this bench opens "cyl*'])


def test_a_path_that_the_car_lacks_is_said_to_be_left_out(pytester):
    code = CHOSEN.replace(
        'owners=["phone_only"]', 'car="cloud_bound_key", paths=["keypad", "ble_key"]'
    )
    result = run(pytester, code)
    result.assert_outcomes(passed=1)
    assert "left out: keypad: cloud_bound_key has no keypad" in result.outlines
