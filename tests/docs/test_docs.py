"""The documents say what is true: their examples run, and everything there is is in them."""

import re
import subprocess
import sys
import tomllib
import types
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench.access.advice import advices
from bench.access.attempt import LiveAttempt
from bench.access.choosing.campaign_phase import phases
from bench.access.handles.bench import Bench, make_setup
from bench.access.incident import incident_names
from bench.access.path import paths
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.can.role_file import ProtectionSection
from bench.can.transmitter import Authenticator, protection_of
from bench.car.model import car_names, load_car
from bench.cli.main import command_modules, documentation, main
from bench.config.bench_file import DEFAULT, load_bench
from bench.config.toml_file import read_toml
from bench.errors import ConfigError, InstrumentFault, ReadbackMismatch
from bench.faults.injector import faults
from bench.instruments.kinds import Setup
from bench.instruments.models import KINDS, models
from bench.instruments.plug import plug_in
from bench.judge.asking import oracles
from bench.judge.judge import judge
from bench.judge.ledger import make_ledger
from bench.owner.cast import OWNERS
from bench.registry import _lacking, registry
from bench.station.defects import defects
from bench.station.exposure import exposures
from bench.station.telematics import telematics_policy
from bench.wiring.nets import Wiring
from bench_fixtures.plugin import MARKERS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(), re.DOTALL)


def test_the_tests_in_the_readme_pass(pytester: pytest.Pytester):
    for block in blocks(ROOT / "README.md", "python"):
        pytester.makepyfile(block)
        pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_the_tests_in_their_guide_pass(pytester: pytest.Pytester):
    (block,) = blocks(ROOT / "docs/tests.md", "python")
    pytester.makepyfile(block)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=9)


def test_what_is_installed_says_where_its_documents_are(tmp_path, monkeypatch, capsys):
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"]["wheel"]["force-include"]["docs"] == "bench/_docs"  # fmt: skip
    laid = tmp_path / "site-packages/bench"
    (laid / "_docs").mkdir(parents=True)
    (laid / "_docs/reference.md").touch()
    monkeypatch.setattr("bench.cli.main.__file__", str(laid / "cli/main.py"))
    assert documentation() == laid / "_docs"


def test_help_names_documents_that_are_there(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert f"The documents are in {ROOT / 'docs'}:" in said.replace("\n", " ")
    named = re.findall(r"\b\w+\.md\b", said)
    assert len(named) == 4
    assert all((ROOT / "docs" / name).is_file() for name in named)


def test_the_fault_in_the_guide_works():
    code = next(b for b in blocks(ROOT / "docs/extending.md", "python") if "SlowAnswer" in b)
    module = types.ModuleType("slow_answer")
    sys.modules["slow_answer"] = module
    exec(compile(code, "slow_answer.py", "exec"), module.__dict__)  # noqa: S102 our own guide
    bench = Bench(make_setup(DEFAULT)).open()
    with bench.cloud.failing(module.SlowAnswer(delay_s=3.0)) as armed:
        attempt = bench.owner.unlock("cloud_app")
    assert attempt.acted
    assert attempt.latency_s is not None
    assert attempt.latency_s > 3.0
    assert armed[0].met > 0
    bench.close()
    del sys.modules["slow_answer"]


def test_the_authenticator_in_the_guide_signs_each_frame_anew(monkeypatch):
    code = next(b for b in blocks(ROOT / "docs/roles.md", "python") if "class Ours" in b)
    module = types.ModuleType("ours")
    exec(compile(code, "ours.py", "exec"), module.__dict__)  # noqa: S102 our own guide
    schemes = SimpleNamespace(get=lambda name: {"ours": module.Ours}[name])
    monkeypatch.setattr("bench.can.transmitter.registry", lambda *_: schemes)
    section = ProtectionSection(
        scheme="ours", counter="Count", crc="Hash", parameters={"salt": "0badcafe"}
    )
    made = protection_of(SimpleNamespace(name="BCM_OurState"), section)
    assert isinstance(made, Authenticator)
    first, second = (made.sign(bytes(8)) for _ in range(2))
    assert len(first) == len(second) == 8
    assert first != second


def test_every_toml_example_is_valid_toml(tmp_path):
    count = 0
    for document in DOCUMENTS:
        for block in blocks(document, "toml"):
            file = tmp_path / "example.toml"
            file.write_text(block)
            try:
                read_toml(file)
            except ConfigError as error:
                pytest.fail(f"{document.name}: {error}")
            count += 1
    assert count >= 4


def test_the_reference_is_what_the_code_says():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/make_reference.py"), "--check"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_fixture_marker_and_option_of_the_plug_in_is_in_the_reference():
    told = (ROOT / "docs/reference.md").read_text()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--help"],
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT / "docs",
    )  # fmt: skip
    options = re.findall(r"^  (--bench[\w-]*)", done.stdout, re.MULTILINE)
    assert len(options) == 5
    modules = "\n".join(p.read_text() for p in (ROOT / "fixtures/bench_fixtures").glob("*.py"))
    fixtures = re.findall(r"@pytest\.fixture\ndef (\w+)", modules)
    assert len(fixtures) == 13
    markers = [marker.partition(":")[0] for marker in MARKERS]
    for name in options:
        assert f"- `{name}" in told
    for name in fixtures:
        assert f"| `{name}` | `" in told
    for name in markers:
        assert f"- `@pytest.mark.{name}`: " in told


EVERYTHING = [
    *paths().names(), *faults().names(), *phases().names(), *advices().names(), *oracles().names(), *defects().names(), *car_names(),
    *incident_names(), *OWNERS, *(name for kind in KINDS for name in models(kind).names()),
]  # fmt: skip


@pytest.mark.parametrize("name", EVERYTHING)
def test_everything_by_name_is_in_the_reference(name):
    assert f"`{name}`" in (ROOT / "docs/reference.md").read_text()


@pytest.mark.parametrize("name", registry("protection scheme", "can/protection").names())
def test_every_protection_scheme_is_in_the_guide(name):
    assert f"`{name}`" in (ROOT / "docs/roles.md").read_text() or (
        f'"{name}"' in (ROOT / "docs/roles.md").read_text()
    )


def test_every_command_is_in_the_readme():
    text = (ROOT / "README.md").read_text()
    modules = list(command_modules())
    assert len(modules) > 10
    for module in modules:
        assert f"bench {module.__name__.rpartition('.')[2]}" in text


def test_every_document_is_linked_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    unlinked = [f.name for f in DOCUMENTS[2:] if f"(docs/{f.name})" not in readme]
    assert not unlinked


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
        assert (document.parent / target).exists(), target


def test_the_counts_in_the_changelog_are_right():
    text = (ROOT / "CHANGELOG.md").read_text()
    for count, word in (
        (len(faults().names()), "faults"), (len(oracles().names()), "oracles"),
        (len(defects().names()), "defects"), (len(paths().names()), "paths"),
        (len(OWNERS), "owners"),
    ):  # fmt: skip
        assert f"{count} {word}" in text


def test_the_bench_file_of_the_guide_to_a_real_unit_is_one(tmp_path):
    """Only its interfaces, which this computer does not have, and its date are others."""
    blocks_ = blocks(ROOT / "docs/real_telematics_unit.md", "toml")
    assert any("unsafe_listen" in block for block in blocks_)
    text = "\n".join(blocks_).replace('"enp3s0"', '"127.0.0.8"').replace('"wlan1"', '"lo"')
    file = tmp_path / "bench.toml"
    file.write_text(re.sub(r"(?<=confirmed_on = )\S+", f"{datetime.now(UTC):%Y-%m-%d}", text))
    setup = make_setup(file)
    assert telematics_policy(setup.file, setup.model).unit == "real"
    assert exposures(setup.file, "mqtt")["tcu"].ports == {"api": 8443, "push": 8883}


def test_the_bench_file_of_the_guide_to_hardware_opens_the_car_on_twins(tmp_path):
    text = next(b for b in blocks(ROOT / "docs/hardware.md", "toml") if "[relays.doors]" in b)
    text = re.sub(
        r"^(databases|roles|restbus|real|channel = \"can0\").*\n", "", text, flags=re.MULTILINE
    )
    text = text.replace('"socketcan"', '"simulated"').replace('time = "real"', "")
    numbers = iter(range(7701, 7799))
    text = re.sub(r"^resource = .*$", lambda _: _in_memory(next(numbers)), text, flags=re.MULTILINE)
    file = tmp_path / "bench.toml"
    file.write_text(text)
    scenario = Scenario("sound", "phone_and_fob", "peps_fob", "unlock", None, short_timeline(60))
    recording = run_scenario(load_bench(file), load_car("sound", tmp_path), scenario)
    verdict = judge(recording, None)
    assert verdict.verdict == "pass", verdict.reason


def _in_memory(number: int) -> str:
    return f'resource = "ASRL{number}::INSTR"\nbackend = "@sim"'


def of_the_guide(name: str, number: int = 0) -> type:
    """Return a class that the guide to extending shows, by its name and its place there."""
    found = [b for b in blocks(ROOT / "docs/extending.md", "python") if f"class {name}(" in b]
    module = types.ModuleType(f"guide_{name}_{number}")
    sys.modules[module.__name__] = module
    exec(compile(found[number], module.__name__, "exec"), module.__dict__)  # noqa: S102 our own
    made: type = getattr(module, name)
    return made


def test_the_relay_board_and_the_twin_in_the_guide_work_together():
    setup = Setup("doors", "ASRL4711::INSTR", {"handle_driver": 4}, backend="@sim")
    twin = of_the_guide("AcmeR4", 1)(setup)
    plug_in(twin, "memory", setup.resource)
    board = of_the_guide("AcmeR4")(setup)
    board.open()
    assert board.set("handle_driver", closed=True) is True
    assert [number for number, closed in twin.closed.items() if closed] == [4]
    twin.stuck.add(4)
    with pytest.raises(ReadbackMismatch):
        board.set("handle_driver", closed=False)
    twin.stuck.clear()
    twin.garbage = b"ERROR 3\n"
    with pytest.raises(InstrumentFault, match="it says 'ERROR 3', not 1 or 0"):
        board.state("handle_driver")
    twin.garbage = None
    board.safe()
    assert not any(twin.closed.values())
    board.close()


def test_the_supply_and_the_twin_in_the_guide_work_together():
    wiring = Wiring()
    nets = {"kl30": "terminal_30"}
    setup = Setup(
        "kl30", "TCPIP0::192.0.2.1::4712::SOCKET", {"kl30": 1}, backend="@sim", nets=nets,
        wiring=wiring,
    )  # fmt: skip
    terminal_30 = wiring.net("terminal_30")
    plug_in(of_the_guide("AcmeP30", 1)(setup), "memory", setup.resource)
    supply = of_the_guide("AcmeP30")(setup)
    supply.open()
    supply.set_voltage(13.5)
    supply.set_current_limit(8.0)
    assert supply.set_output(on=True) is True
    assert (terminal_30.mv, supply.measure_voltage()) == (13_500, 13.5)
    with pytest.raises(InstrumentFault, match="gives at most 10 A, not 11"):
        supply.set_current_limit(11.0)
    supply.safe()
    assert terminal_30.mv == 0
    supply.close()


def test_the_path_in_the_guide_opens_the_car_and_says_what_it_needs():
    path = of_the_guide("KnockCode")()
    assert not _lacking(type(path))
    assert path.contacts("unlock", "") == ("handle_driver", "handle_driver")
    with Bench(make_setup(DEFAULT)) as bench:

        async def act() -> LiveAttempt:
            live = LiveAttempt(bench.station, path, "unlock", "act-1", bench.header)
            live.begin()
            await live.settle()
            return live

        assert bench.run(act()).acted_seq is not None
        (attempt,) = make_ledger(bench.recording()).acts
        assert 0 < attempt.latency_s < path.limits["unlock"].value_s


KINDS_OF_THE_BENCHS_OWN = {"oracle", "plug"}  # which of them are asked, and when, is written here


def test_the_guide_names_every_kind_that_another_distribution_can_add():
    code = "".join(file.read_text() for file in (ROOT / "bench").rglob("*.py"))
    kinds = set(re.findall(r'registry\("([a-z ]+)"', code)) - KINDS_OF_THE_BENCHS_OWN
    kinds |= {models(kind).kind for kind in KINDS}
    told = (ROOT / "docs/extending.md").read_text().partition("## From another distribution")[2]
    assert len(kinds) == 12
    for kind in kinds:
        assert f"`{kind.replace(' ', '_')}`" in told


@pytest.mark.parametrize("document", ["README.md", "docs/hardware.md", "docs/architecture.md"])
def test_a_document_says_on_which_system_it_runs_as_the_distribution_does(document):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    systems = [c for c in project["classifiers"] if c.startswith("Operating System")]
    assert systems == ["Operating System :: POSIX :: Linux"]
    beginning = " ".join((ROOT / document).read_text().split())[:2500]
    assert re.search(r"runs? on Linux|runs Linux", beginning)
