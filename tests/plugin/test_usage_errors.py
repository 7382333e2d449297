"""What is wrong with a bench, an option or a requirement ends pytest with one usage error."""

import pytest
from project_outside import OPENS, refused, run

from bench.config.bench_file import DEFAULT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bench", "no.toml"], "no.toml: no such file"),
        (["--bench", "wrong.toml"], 'no relay board named "numato_usbb"'),
        (["--bench-out", "/sys/x"], "/sys/x"),
        (["--bench", "wrong.toml", "-n", "2"], 'no relay board named "numato_usbb"'),
        (["--bench-seed", "-1"], "--bench-seed"),
        (["--bench-seed", "x"], "--bench-seed: 'x' is not a whole number"),
        (["--bench-capture"], "--bench-capture: captures lie in a run folder: add --bench-out DIR"),
    ],
)
def test_what_is_wrong_with_the_bench_is_one_usage_error(pytester, arguments, said):
    (pytester.path / "wrong.toml").write_text('[relays.a]\nmodel = "numato_usbb"\nchannels = {}\n')
    refused(run(pytester, OPENS + OPENS.replace("opens", "x"), *arguments), said)


@pytest.mark.parametrize("workers", [(), ("-n", "2"), ("--tx", "2*popen", "--dist", "load")])
@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('[relays.a]\nmodel = "numato_usbb"\nchannels = {}\n', OPENS, 'board named "numato_usbb"'),
        (
            DEFAULT.read_text() + '\n[requirements]\nfile = "list.csv"\n',
            OPENS + "\n    import pytest\n    pytestmark = pytest.mark.requirement('R-2')\n",
            'no requirement "R-2" in list.csv',
        ),
    ],
    ids=["bench file", "requirement"],
)  # fmt: skip
def test_a_bench_file_that_nobody_named_is_refused_once_too(pytester, workers, text, code, said):
    (pytester.path / "bench.toml").write_text(text)
    (pytester.path / "list.csv").write_text("id,text\nR-1,The car opens.\n")
    refused(run(pytester, code + OPENS.replace("opens", "x"), *workers), said)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_wrong_bench_file_does_not_disturb_a_run_without_the_bench(pytester, workers):
    (pytester.path / "bench.toml").write_text("[bench\n")
    run(pytester, "def test_plain(): pass", *workers).assert_outcomes(passed=1)


def test_a_disk_without_room_for_the_run_is_one_usage_error(pytester):
    (pytester.path / "out").mkdir()
    (pytester.path / "out" / "run.json.part").symlink_to("/dev/full")
    said = "run.json: cannot be written: No space left on device"
    refused(run(pytester, OPENS + OPENS.replace("opens", "x"), "--bench-out", "out"), said)


def test_a_real_time_station_refuses_xdist(pytester, tmp_path):
    real = tmp_path / "real.toml"
    real.write_text(DEFAULT.read_text().replace('time = "simulated"', 'time = "real"'))
    result = run(pytester, OPENS, "-n", "2", "--bench", str(real))
    refused(result, "run without pytest-xdist")
    real.rename(pytester.path / "bench.toml")
    refused(run(pytester, OPENS, "-n", "2"), "run without pytest-xdist")


def test_a_requirement_that_the_list_lacks_is_one_clear_error(pytester):
    pytester.path.joinpath("list.csv").write_text("id\nACC-17\n")
    text = DEFAULT.read_text() + '\n[requirements]\nfile = "list.csv"\n'
    pytester.path.joinpath("bench.toml").write_text(text)
    code = """
        import pytest

        @pytest.mark.requirement("ACC-71")
        def test_required(): pass
        """
    result = run(pytester, code)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = 'test_required: no requirement "ACC-71" in list.csv: did you mean "ACC-17"?'
    assert said in result.stderr.str()
    run(pytester, code.replace("ACC-71", "ACC-17")).assert_outcomes(passed=1)
    pytester.path.joinpath("list.csv").write_text("id,covered_by\nACC-17,outage=refuse@recovry\n")
    result = run(pytester, code.replace("ACC-71", "ACC-17"))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert 'no phase "recovry": did you mean "recovery"?' in result.stderr.str()


@pytest.mark.parametrize(
    "marker", ["requirement", "requirement(['A', 'B'])", "requirement(id='A')"]
)
def test_a_requirement_marker_without_ids_is_one_clear_error(pytester, marker):
    code = f"""
        import pytest

        @pytest.mark.{marker}
        def test_required(bench): pass
        """
    refused(run(pytester, code), "test_required: @pytest.mark.requirement takes ids, each a text")
    run(pytester, code.replace("bench", "tmp_path")).assert_outcomes(passed=1)
