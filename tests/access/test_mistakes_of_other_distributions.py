"""What another distribution gets wrong is one error that names it, and never a verdict on the car."""

import importlib
import json
import shutil
import sys

import pytest
from distribution import lay_out

from bench.cli.main import main
from bench.registry import ROOT, registry

MODULE = '''
from dataclasses import dataclass
from typing import ClassVar

from bench.access.path import Path
from bench.faults.fault import Fault
from bench.faults.http.http_status import HttpStatus


@dataclass(frozen=True, kw_only=True)
class Mine(Fault):
    """A fault of my own."""

    layer: ClassVar[str] = "http"
    must: ClassVar[str] = "work"
    shown_by: ClassVar[str] = "assumed"
    acts_on: ClassVar[str] = "requests"

    def apply(self, site, injection):
        return site.front.rules.add(self.pass_on)

    async def pass_on(self, request, handler):
        return await handler(request)


class Inherited(HttpStatus):
    """One that says no layer: its base does."""


class Knock(Path):
    """A knock on the door."""

    needs: ClassVar[frozenset[str]] = frozenset({"phone"})
    serves: ClassVar[tuple[str, ...]] = ("unlock",)
    cloud: ClassVar[tuple[str, ...]] = ()

    def contacts(self, intent, code):
        return ("handle_driver",)

    async def act(self, scene, intent):
        await scene.press("handle_driver")
'''
POINTS = """
[access_bench.fault]
mine = my_mistakes:Mine
inherited = my_mistakes:Inherited

[access_bench.path]
knock = my_mistakes:Knock
"""
RUN = ["run", "--json", "--no-report", "--jobs", "1"]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a campaign with the distribution, one thing in it changed; (status, said, printed)."""

    def run(old, new, *chosen):
        assert old in MODULE
        lay_out(tmp_path, "my_mistakes", MODULE.replace(old, new), POINTS)
        shutil.copytree(ROOT / "cars", tmp_path / "cars")
        car = tmp_path / "cars" / "sound.toml"
        car.write_text(car.read_text().replace("paths = [", 'paths = ["knock", ', 1))
        out = ["--out", str(tmp_path / "run"), "--car", str(car)]
        status = main([*RUN, *out, *chosen])
        return status, *capsys.readouterr()[::-1]

    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    registry.cache_clear()
    yield run
    registry.cache_clear()
    sys.modules.pop("my_mistakes", None)


def test_a_fault_that_says_no_layer_is_refused_before_anything_runs(run, tmp_path):
    run('    layer: ClassVar[str] = "http"\n', "", "--paths", "mechanical_key", "--faults", "mine")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"http"', '"htpp"', 'fault "mine": layer: no "htpp": did you mean "http"?'),
        (
            '    layer: ClassVar[str] = "http"\n',
            "",
            'fault "mine": Mine does not say its layer (can, ',
        ),
        ("return site", "site", 'fault "mine": apply returned None, and not what takes the'),
    ],
)
def test_a_fault_that_is_wrong_is_named(run, old, new, told):
    status, said, _ = run(old, new, "--paths", "mechanical_key", "--faults", "mine")
    assert (status, said.count("\n")) == (2, 1), said
    assert told in said


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('("unlock",)', '("open",)', 'serves: no "open": known: lock, start'),
        ('("unlock",)', '"unlock"', 'serves: should be several in brackets: ("unlock",)'),
        ('{"phone"}', '{"fone"}', 'needs: no "fone": did you mean "phone"?'),
        ('{"phone"}', '{"card"}', "needs card, which its owner phone_only does not carry"),
        ("= ()", '= ("lock",)', 'cloud: no "lock": did you mean "unlock"?'),
    ],
)
def test_a_path_that_is_wrong_is_named(run, old, new, told):
    status, said, _ = run(old, new, "--paths", "knock", "--faults", "refuse")
    assert (status, said.count("\n")) == (2, 1), said
    assert f'path "knock": {told}' in said


def test_a_fault_of_a_base_here_acts_at_its_base_s_layer(run):
    status, said, _ = run("", "", "--paths", "mechanical_key", "--faults", "inherited")
    assert status == 0, said


@pytest.mark.filterwarnings("ignore:coroutine 'Scene.press' was never awaited")
def test_a_path_on_which_nothing_is_done_is_no_failure_of_the_car(run):
    """Here `await` was forgotten."""
    old, new = 'await scene.press("handle_driver")', 'scene.press("handle_driver")'
    status, said, printed = run(old, new, "--paths", "knock", "--faults", "refuse")
    assert status == 3, said
    (baseline,) = (v for v in json.loads(printed)["verdicts"] if not v["outage"])
    assert baseline["verdict"] == "inconclusive"
    assert baseline["reason"] == "nothing was seen to be done by knock"
