"""Each test of a session has a recording of its own, whatever it is called and how often it runs."""

import pytest
from project_outside import run

from bench.cli.main import main
from bench.config.bench_file import DEFAULT
from bench.evidence.stored_run import read_stored_run

ALIKE = """
    import pytest

    @pytest.mark.parametrize("volts", [9, 16], ids=["<9V", ">9V"])
    def test_supply(supplies, bench, volts):
        supplies.kl30.set_voltage(volts)

    @pytest.mark.parametrize("_", [0], ids=["long" * 70])
    def test_long(owner, _):
        pass
"""
AGAIN = """
    import pytest
    from _pytest.runner import runtestprotocol

    def pytest_runtest_protocol(item, nextitem):
        for _ in range(2):
            item._initrequest()
            for report in runtestprotocol(item, nextitem=nextitem, log=False):
                item.ihook.pytest_runtest_logreport(report=report)
        return True
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_tests_whose_names_are_alike_as_files_keep_a_recording_each(pytester, workers):
    run(pytester, ALIKE, "--bench-out", "out", "--bench-no-report", *workers).assert_outcomes(
        passed=3
    )
    verdicts = read_stored_run(pytester.path / "out").verdicts
    recordings = {verdict.recording for verdict in verdicts}
    assert len(recordings) == 3
    assert {
        f"recordings/{file.name}" for file in (pytester.path / "out/recordings").iterdir()
    } == recordings


def test_a_test_that_is_run_again_is_told_twice_with_a_recording_each(pytester):
    """As pytest-rerunfailures does: what has failed once has failed."""
    pytester.makeconftest(AGAIN)
    test = """
        tries = []

        def test_second_time_lucky(owner):
            tries.append(1)
            assert len(tries) == 2
    """
    run(pytester, test, "--bench-out", "out", "--bench-no-report")
    verdicts = read_stored_run(pytester.path / "out").verdicts
    assert [verdict.verdict for verdict in verdicts] == ["fail", "pass"]
    assert len({verdict.recording for verdict in verdicts}) == 2


def test_tests_of_files_outside_the_root_folder_are_told_apart(pytester):
    """A bench file of another project is enough: pytest takes that project's folder for its own."""
    opens = "def test_same(owner):\n    assert owner.unlock('ble_key').acted\n"
    pytester.makepyfile(test_one=opens, test_two=opens.replace("assert", "assert not"))
    elsewhere = pytester.mkdir("elsewhere")
    (elsewhere / "pytest.ini").write_text("[pytest]\n")
    (elsewhere / "bench.toml").write_text(DEFAULT.read_text(encoding="utf-8"))
    pytester.runpytest_subprocess(
        *("-p", "no:cacheprovider", "--bench-out", "out", "--bench-no-report"),
        *("--bench", "elsewhere/bench.toml", "test_one.py", "test_two.py", "test_two.py"),
        *("--rootdir", "elsewhere", "--keep-duplicates"),
    )
    verdicts = read_stored_run(pytester.path / "out").verdicts
    assert {verdict.scenario: verdict.verdict for verdict in verdicts} == {
        "test_one.py_test_same": "pass",
        "test_two.py_test_same": "fail",
        "test_two.py_test_same-again2": "fail",
    }
    assert len({verdict.recording for verdict in verdicts}) == 3


def test_who_asks_to_run_a_test_again_is_told_by_what_command(pytester, capsys):
    run(pytester, ALIKE, "--bench-out", "out", "--bench-no-report", "--bench-seed", "7")
    named = next(v for v in read_stored_run(pytester.path / "out").verdicts if "9V" in v.scenario)
    assert main(["replay", f"out/{named.scenario}"]) == 2
    file = named.scenario.partition(".py")[0]
    said = f"pytest '{file}.py::test_supply[<9V]' --bench-seed 7"
    assert said in capsys.readouterr().err
