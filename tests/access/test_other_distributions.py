"""What another distribution adds has the name of its entry point, whatever its module is called."""

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distribution import lay_out

from bench.access.choosing.campaign_phase import get_phase
from bench.access.path import get_path
from bench.cli.main import main
from bench.errors import ConfigError
from bench.faults.fault import name_of
from bench.faults.injector import parse_fault, spec_of
from bench.registry import ROOT, registry
from bench.station.defects import part_of

MODULE = '''
from dataclasses import dataclass
from typing import ClassVar

from bench.access.paths.mechanical_key import MechanicalKey
from bench.access.phases.down import Down
from bench.faults.http.http_status import HttpStatus
from bench.telematics.defects.tight_reconnect_loop import TightReconnectLoop


@dataclass(frozen=True, kw_only=True)
class LazyAnswer(HttpStatus):
    """The cloud answers, when it cares to, that it will not."""


class WindowKey(MechanicalKey):
    """A key at the window."""


class LongDown(Down):
    """The fault has been there for longer."""


@dataclass(frozen=True)
class Hectic(TightReconnectLoop):
    """The unit tries again at once."""

    part: ClassVar[str] = "telematics"


@dataclass(frozen=True)
class Lost(TightReconnectLoop):
    """It does not say what it is fitted to."""
'''
POINTS = """
[access_bench.fault]
lazy_answer = my_schemes:LazyAnswer

[access_bench.path]
window_key = my_schemes:WindowKey

[access_bench.phase]
long_down = my_schemes:LongDown

[access_bench.defect]
hectic = my_schemes:Hectic
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put a distribution of one module on the path; return its list of entry points."""
    points = lay_out(tmp_path, "my_schemes", MODULE, POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    registry.cache_clear()
    yield points
    registry.cache_clear()
    sys.modules.pop("my_schemes", None)


def test_each_is_called_what_its_entry_point_is_called(install):
    fault = parse_fault("lazy_answer:status=500", source="here")
    assert name_of(fault) == "lazy_answer"
    assert spec_of(fault) == "lazy_answer:status=500"
    assert get_path("window_key").name == "window_key"
    assert get_phase("long_down").name == "long_down"
    assert part_of("hectic") == "telematics"


def test_those_of_the_bench_keep_the_names_of_their_files(install):
    assert name_of(parse_fault("http_status", source="here")) == "http_status"
    assert get_path("ble_key").name == "ble_key"
    assert get_phase("down").name == "down"
    assert part_of("tight_reconnect_loop") == "telematics"


def test_a_campaign_meets_all_of_them_under_their_names(install, tmp_path, capsys):
    shutil.copytree(ROOT / "cars", tmp_path / "cars")
    car = tmp_path / "cars" / "sound.toml"
    car.write_text(car.read_text().replace("paths = [", 'paths = ["window_key", ', 1))
    chosen = ["--paths", "window_key", "--faults", "lazy_answer", "--phases", "long_down"]
    kept = ["--out", str(tmp_path / "run"), "--no-report", "--json"]
    status = main(["run", "--car", str(car), *chosen, *kept])
    said = capsys.readouterr()
    assert status == 0, said
    verdicts = json.loads(said.out)["verdicts"]
    assert {v["path"] for v in verdicts} == {"window_key"}
    assert {v["verdict"] for v in verdicts} == {"pass"}
    outages = [v for v in verdicts if v["outage"]]
    assert outages
    assert {v["phase"] for v in outages} == {"long_down"}
    assert all(v["faults_met"]["lazy_answer"] for v in outages)


def test_a_defect_of_another_distribution_leaves_bench_discipline_as_it_was(install, capsys):
    status = main(["discipline", "--outages", "nonesuch", "--defects", "hectic"])
    said = capsys.readouterr().err
    assert status == 2
    assert "nonesuch" in said
    assert main(["discipline", "--defects", "sent_is_done"]) == 2
    assert "defect of the telematics unit" in capsys.readouterr().err


def test_a_defect_that_does_not_say_what_it_is_fitted_to_is_told_so(install):
    install.write_text(POINTS + "lost = my_schemes:Lost\n")
    with pytest.raises(ConfigError, match=r'the defect "lost" \(my_schemes:Lost\).*known: car, '):
        part_of("lost")


def test_one_class_of_two_names_is_refused_rather_than_mistaken(install):
    install.write_text(
        POINTS.replace(
            "[access_bench.phase]", "pane_key = my_schemes:WindowKey\n\n[access_bench.phase]"
        )
    )
    get_path("window_key")
    with pytest.raises(
        ConfigError, match=r"my_schemes:WindowKey has the names window_key and pane_key"
    ):
        _ = get_path("pane_key").name


BROKEN = """

HALF = 1

class HalfKey(Path):
    \"\"\"A key without what a path must say.\"\"\"

    limits = {}
"""


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("my_schemes:WindowKye", 'my_schemes has no WindowKye: did you mean "WindowKey"?'),
        ("my_scheme:WindowKey", "cannot be imported: ModuleNotFoundError: No module named 'my_scheme'"),
        ("half:HalfKey", "lacks act, needs, serves; see Path"),
        ("half:HALF", "is no class"),
        ("torn:Key", "cannot be imported: ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_what_is_broken_in_another_distribution_is_one_error_that_names_it(
    install, capsys, target, said
):
    folder = install.parent.parent
    (folder / "half.py").write_text("from bench.access.path import Path\n" + BROKEN)
    (folder / "torn.py").write_text("Key = 1 / 0\n")
    install.write_text(f"[access_bench.path]\nwindow_key = {target}\n")
    assert main(["list", "paths"]) == 2
    assert capsys.readouterr().err == (
        f'bench: error: path "window_key" of my-schemes ({target}): {said}\n'
    )
    sys.modules.pop("half", None)
