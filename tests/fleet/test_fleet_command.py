"""`bench fleet`: what it prints, draws and refuses."""

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from bench.cli import projecting
from bench.cli.main import main
from bench.fleet.plot import OWN

GUIDE = Path(__file__).parents[2] / "docs" / "fleet.md"
SMALL = ["fleet", "--cars", "2000", "--outage", "20min", "--horizon", "20min"]


def document(capsys: pytest.CaptureFixture[str], *more: str) -> dict:
    assert main([*SMALL, "--json", *more]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main([*SMALL, *more]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    return lines[0]


def test_the_unit_is_that_of_the_bench_file(capsys, tmp_path):
    from bench.config.bench_file import DEFAULT

    file = tmp_path / "bench.toml"
    file.write_text(
        DEFAULT.read_text()
        + "\n[telematics]\nbackoff_base_s = 5\nbackoff_cap_s = 40\nbackoff_jitter = 0.5\n"
    )
    law = document(capsys, "--bench", str(file))["inputs"]["law"]
    assert (law["base_s"], law["cap_s"], law["jitter"]) == (5.0, 40.0, 0.5)
    law = document(capsys, "--bench", str(file), "--cap", "5min", "--jitter", "none")
    assert (law["inputs"]["law"]["cap_s"], law["inputs"]["law"]["jitter"]) == (300.0, 0.0)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which two units tried in vain: the car's, and the witness's, which caps at 8 s."""
    out = tmp_path_factory.mktemp("fleet") / "run"
    faults = ["--faults", "refuse", "http_status"]
    main(["run", "--paths", "cloud_app", *faults, "--jobs", "1", "--out", str(out), "--json"])
    return out


def test_the_law_of_a_recorded_unit_is_found_in_its_run(capsys, recorded):
    capsys.readouterr()
    found = document(capsys, "--from-run", str(recorded), "--party", "witness_tcu")["inputs"]
    assert re.fullmatch(r"fitted to \d+ waits of witness_tcu in run", found["source"])
    assert found["law"]["cap_s"] == pytest.approx(8.0, rel=0.1)
    assert found["law"]["jitter"] > 0.9
    over = document(capsys, "--from-run", str(recorded), "--party", "witness_tcu", "--cap", "5min")[
        "inputs"
    ]
    assert over["law"]["cap_s"] == 300.0
    assert over["law"]["base_s"] == found["law"]["base_s"]
    assert over["source"].endswith(", with options")


def test_a_run_that_shows_too_few_tries_is_refused(capsys, recorded):
    said = refused(capsys, "--from-run", str(recorded))
    assert re.search(r"run: tcu: \d waits of the telematics unit .* a fit needs 12", said)
    assert "no: is no folder: name the folder" in refused(
        capsys, "--from-run", str(recorded.parent / "no")
    )
    assert "0 waits" in refused(capsys, "--from-run", str(recorded), "--party", "nobody")


def test_it_prints_a_table_a_curve_and_that_it_is_a_projection(capsys):
    assert main([*SMALL, "--what-if", "--recover-in", "10min"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("projection: 2,000 cars")
    for word in ("as given", "all cars share one seed", "jitter none", "token bucket", "█",
                 "the server is back", "capacity for 99 % in 10.0 min: "):  # fmt: skip
        assert word in said


def test_it_says_so_when_the_overload_outlives_its_cause(capsys):
    assert main(["fleet", "--cap", "1min"]) == 0
    said = capsys.readouterr().out
    assert "never" in said
    assert "metastable: " in said
    assert "cannot recover" in said


def test_the_same_seed_gives_the_same_document_and_another_seed_another(capsys):
    first, again, other = (
        document(capsys, "--event-by-event", "--seed", seed) for seed in ("7", "7", "8")
    )
    for each in (first, again, other):
        del each["wall_s"]
    assert first == again
    assert first["others"] != other["others"]
    assert first["result"] == other["result"]  # cohorts have nothing to draw


def test_every_key_of_the_document_is_in_the_guide(capsys):
    text = GUIDE.read_text()

    def keys(value: object) -> set[str]:
        if not isinstance(value, dict):
            return set()
        return set(value).union(*(keys(each) for name, each in value.items() if name != "others"))

    more = ["--bucket", "3:5min", "--recover-in", "10min"]
    found = keys(document(capsys, *more))
    assert len(found) > 10
    for key in found:
        assert f"`{key}`" in text, key


def test_every_option_is_in_the_guide(capsys):
    with pytest.raises(SystemExit):
        main(["fleet", "--help"])
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    assert "--what-if" in options
    for option in options:
        assert option in GUIDE.read_text() or option in {"--help", "--bench", "--car"}, option


def test_the_picture_is_whole_and_needs_nothing_from_elsewhere(capsys, tmp_path):
    file = tmp_path / "fleet.svg"
    assert main([*SMALL, "--what-if", "--plot", str(file)]) == 0
    drawn = ET.parse(file).getroot()
    width, height = map(float, drawn.attrib["viewBox"].split()[2:])
    lines = drawn.findall(".//{http://www.w3.org/2000/svg}polyline")
    table = capsys.readouterr().out.split("tries/car\n")[1].split("\n\n")[0].splitlines()
    own = [line for line in lines if line.attrib["stroke"] == OWN]
    assert len(own) == 2 * len(table) > 0
    assert len(lines) - len(own) == 2 * (len(table) - 1)  # beside the first one's
    names = {each.text for each in drawn.findall(".//{http://www.w3.org/2000/svg}text")}
    assert all(any(row.startswith(name) for name in names if name) for row in table)
    assert "href" not in file.read_text()
    for line in lines:
        for pair in line.attrib["points"].split():
            x, y = map(float, pair.split(","))
            assert 46 <= x <= width - 17
            assert 80 <= y <= height - 60


@pytest.mark.parametrize("width", [80, 100])
def test_each_row_is_one_line_of_the_terminal(monkeypatch, width):
    console = Console(file=io.StringIO(), width=width, height=40, force_terminal=True,
                      color_system=None, highlight=False)  # fmt: skip
    monkeypatch.setattr(projecting, "Console", lambda **_: console)
    assert main([*SMALL, "--what-if"]) == 0
    said = console.file.getvalue().splitlines()
    (head,) = [line for line in said if line.startswith("fleet ")]
    rows = said[said.index(head) + 1 : said.index("", said.index(head))]
    assert {len(row) for row in (head, *rows)} == {len(head)}
    assert len(head) <= width
    assert ("50 %" in head) == (width == 100)
    assert "tries/car" in head


def test_no_curve_of_the_picture_is_drawn_over_by_another_s(tmp_path):
    file = tmp_path / "fleet.svg"
    assert main([*SMALL, "--what-if", "--plot", str(file)]) == 0
    lines = ET.parse(file).getroot().findall(".//{http://www.w3.org/2000/svg}polyline")
    own = [line.attrib["points"] for line in lines if line.attrib["stroke"] == OWN]
    assert len({*own}) == len(own)  # those that are alike stand in places of their own


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--jitter", "ful"], 'no jitter law named "ful": did you mean "full"?'),
        (["--jitter", "2"], "jitter 2: a share lies from 0 to 1"),
        (["--base", "2min", "--cap", "1min"], "cap 60 s: must be at least the base, 120 s"),
        (["--factor", "0.5"], "factor 0.5: must be at least 1"),
        (["--capacity", "-3"], "capacity -3: must be above 0"),
        (["--queue", "unbound"], '--queue: "unbound": did you mean "unbounded"?'),
        (["--queue", "-5"], "queue -5: must be 0 or more"),
        (["--timeout", "0.2s"], "timeout 0.2 s: must be at least 1 s"),
        (["--reject-cost", "1"], "reject cost 1: must be from 0 to below 1"),
        (["--retry-after", "soon"], '--retry-after: "soon" is not a duration'),
        (["--retry-after", "60s-30s"], "Retry-After 60 s to 30 s"),
        (["--bucket", "3"], '--bucket: "3": write SIZE:TIME, as in 3:5min'),
        (["--bucket", "0:1min"], "token bucket: size 0"),
        (["--bucket", "3:1min", "--jitter", "decorrelated"], "not with decorrelated jitter"),
        (["--drop-spread", "1h"], "drop spread 3600 s: from 0 to the outage, 1200 s"),
        (["--cars", "60000", "--event-by-event"], "event by event at most 50,000"),
        (["--plot", "/no/such/folder/fleet.svg"], "--plot: /no/such/folder/fleet.svg: No such"),
        (["--car", "soudn"], 'did you mean "sound"?'),
    ],
)
def test_bad_input_is_one_clear_error(capsys, options, said):
    assert said in refused(capsys, *options)


@pytest.mark.parametrize("options", [["--cars", "-1"], ["--outage", "0s"], ["--cap", "-2s"]])
def test_counts_and_times_below_zero_are_refused_by_their_option(capsys, options):
    with pytest.raises(SystemExit) as stopped:
        main([*SMALL, *options])
    assert stopped.value.code == 2
    assert options[0] in capsys.readouterr().err


def test_a_missing_numpy_is_one_clear_error(capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert "pip install 'access-bench[fleet]'" in refused(capsys)
