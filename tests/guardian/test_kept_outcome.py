"""What was not safe is told until it has been seen safe, or somebody says that it is."""

import errno
import os
from pathlib import Path

import pytest
from rig import METERS, write_bench

from bench.cli.main import main
from bench.config.bench_file import StationFile, load_bench
from bench.errors import StationError
from bench.guardian import kept_outcome, outcome
from bench.guardian.identity import NUMBER
from bench.guardian.kept_outcome import keep, kept_outcomes, settle, take_word
from bench.guardian.outcome import FAILED, VERIFIED, ChannelOutcome, Outcome
from bench.guardian.plan import Device, SafePlan
from bench.station.hold import holding
from bench.station.unsettled import device_names, unsettled

pytest_plugins = ["rig_fixtures"]

BOARD, SUPPLY = "ASRL/dev/doors::INSTR", "TCPIP0::192.0.2.1::5555::SOCKET"
SIMULATED_SUPPLY = """
[supplies.stand_in]
model = "simulated"
net = "terminal_30"
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer on which nothing is kept yet; return the folder."""
    monkeypatch.setattr(kept_outcome, "ROOTS", (tmp_path,))
    return tmp_path / "access-bench"


def died(
    *failed: str, at: str = "2026-01-01T00:00:00+00:00", file: str = "/a/bench.toml", to: str = ""
) -> None:
    """Keep the end of a run on a board and a supply of which some were not safe.

    `to` tells one bench's devices from another's.
    """
    names = {"relays.doors": (BOARD + to,), "supplies.kl30": (SUPPLY + to,)}
    devices = (Device(name, "", "", own[0], "@py", {"one": 1}, own) for name, own in names.items())
    channels = tuple(
        ChannelOutcome(name, "one", FAILED if name in failed else VERIFIED, None, "gone")
        for name in names
    )
    outcome = Outcome("rig", "died", {}, at, not failed, 1.0, channels)
    keep(outcome, SafePlan("rig", tuple(devices), (), bench_file=file))


def told(file: str = "/a/bench.toml", *names: str) -> list[list[str]]:
    """Return, for each outcome that a bench is told, what was not safe."""
    return [list(kept.not_safe()) for kept in kept_outcomes(file, [(name,) for name in names])]


def test_an_outcome_is_told_to_the_same_file_and_to_whoever_shares_a_device(here):
    died("supplies.kl30")
    assert told() == [["supplies.kl30"]], "also if the file names none of the devices any more"
    assert told("/another.toml", BOARD) == [["supplies.kl30"]]
    assert told("/another.toml", "ASRL/dev/other::INSTR") == []


def test_a_device_that_was_not_safe_is_told_until_it_was_seen_safe(here):
    died("relays.doors", "supplies.kl30")
    settle("/a/bench.toml", [(BOARD,)])
    assert told() == [["supplies.kl30"]]
    settle("/a/bench.toml", [(BOARD,), ("ASRL/dev/another::INSTR",)])
    assert told() == [["supplies.kl30"]], "a bench without it says nothing of it"
    settle("/b/bench.toml", [(SUPPLY,)])
    assert told() == []
    assert list(here.iterdir()) == []


def test_a_later_death_keeps_what_it_could_not_make_safe_itself(here):
    died("supplies.kl30")
    died("relays.doors", at="2026-01-02T00:00:00+00:00")
    assert told() == [["relays.doors"]], "its guardian has made the supply safe meanwhile"
    died("relays.doors", "supplies.kl30", at="2026-01-03T00:00:00+00:00")
    assert told() == [["relays.doors"], ["relays.doors", "supplies.kl30"]], "the oldest first"


def test_an_outcome_that_was_safe_is_forgotten_when_the_next_run_ends_well(here):
    died()
    assert told() == [[]]
    settle("/a/bench.toml", [("ASRL/dev/another::INSTR",)])
    assert told() == []


def test_how_benches_were_made_safe_is_forgotten_when_their_files_have_gone(here, tmp_path):
    there, gone = tmp_path / "there.toml", tmp_path / "gone.toml"
    there.touch()
    died(file=str(there), at="2026-01-01T00:00:00+00:00", to="a")
    died(file=str(gone), at="2026-01-02T00:00:00+00:00", to="b")
    died("supplies.kl30", file=str(gone), at="2026-01-03T00:00:00+00:00", to="c")
    died(file=str(tmp_path / "another.toml"), at="2026-01-04T00:00:00+00:00", to="d")
    assert told(str(there)) == [[]]
    assert told(str(gone)) == [["supplies.kl30"]], "what is not safe is so without a file, too"
    assert len(list(here.iterdir())) == 3


def test_what_cannot_be_read_is_no_outcome_and_in_nobodys_way(here):
    died("supplies.kl30")
    (here / "cut.outcome.json").write_text('{"outcome": {')
    (here / "list.outcome.json").write_text("[]")
    assert told() == [["supplies.kl30"]]


@pytest.mark.parametrize("gone", ["unlink", "replace"])
def test_what_another_user_has_kept_can_be_settled(here, monkeypatch, gone):
    def refused(*_arguments, **_options):
        raise PermissionError(1, "Operation not permitted")

    died("relays.doors", "supplies.kl30")
    (file,) = here.glob("*.outcome.json")
    assert file.stat().st_mode & 0o777 == 0o666
    monkeypatch.setattr(Path, gone, refused)
    settle("/a/bench.toml", [(BOARD,)])
    assert told() == [["supplies.kl30"]]
    settle("/a/bench.toml", [(SUPPLY,)])
    assert told() == []


@pytest.fixture
def full(here, tmp_path, monkeypatch) -> Path:
    """The best place for outcomes has no room, and there is another; return that one's folder."""
    monkeypatch.setattr(kept_outcome, "ROOTS", (tmp_path, tmp_path / "other"))
    (tmp_path / "other").mkdir()
    write_json = outcome.write_json

    def written(document, path):
        if path.parent == here:
            monkeypatch.setattr(os, "fsync", _no_room)
        try:
            write_json(document, path)
        finally:
            monkeypatch.setattr(os, "fsync", fsync)

    fsync = os.fsync
    monkeypatch.setattr(kept_outcome, "write_json", written)
    return tmp_path / "other" / "access-bench"


def _no_room(_descriptor):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_where_the_best_place_is_full_an_outcome_is_kept_in_the_next(here, full):
    died("relays.doors")
    assert told() == [["relays.doors"]]
    assert list(here.iterdir()) == [], "no half of one is left"
    settle("/a/bench.toml", [(BOARD,)])
    assert told() == []
    assert list(full.iterdir()) == []


def test_what_cannot_be_noted_as_safe_goes_on_being_told(here, full, monkeypatch, tmp_path):
    monkeypatch.setattr(kept_outcome, "write_json", outcome.write_json)
    died("relays.doors", "supplies.kl30")
    monkeypatch.setattr(os, "fsync", _no_room)
    settle("/a/bench.toml", [(BOARD,)])
    with pytest.raises(StationError, match="cannot be written: No space left on device"):
        take_word("/a/bench.toml", [(BOARD,)], {"relays.doors"})
    assert told() == [["relays.doors", "supplies.kl30"]]


def test_how_the_last_run_died_is_forgotten_only_when_a_station_was_opened_whole(plugged, tmp_path):
    rig = plugged("pty")
    file = load_bench(write_bench(tmp_path, rig.resources, "guardian = false"))
    device = Device("supplies.kl30", "", "", "", "@py", {}, (rig.resources["kl30"],))
    failed = ChannelOutcome("supplies.kl30", "kl30", FAILED, None, "gone")
    outcome = Outcome("rig", "died", {}, "", False, 1.0, (failed,))
    keep(outcome, SafePlan("rig", (device,), (), bench_file=file.real_path))
    with holding(file):
        pass  # a configuration that is refused, say
    assert len(unsettled(file)) == 1
    for whole in (False, True):
        assert len(unsettled(file)) == 1
        with holding(file) as hold:
            hold.attach(None, None)
            hold.detach(None, safe=True, whole=whole)
    assert unsettled(file) == []


def test_a_board_that_was_not_safe_is_not_settled_by_another_in_its_port(
    here, monkeypatch, tmp_path
):
    path = tmp_path / "bench.toml"
    path.write_text(f"""
        bench = {{ time = "real" }}
        [relays.doors]
        model = "numato_usb"
        resource = "{BOARD}"
        channels = {{ handle_driver = 1 }}
        """)
    file, number = load_bench(path), "1"

    def names(resource: str) -> tuple[str, ...]:
        return (resource, "USB port 1-2, 0", *([f"{NUMBER}2a19:0c01 {number}"] if number else []))

    monkeypatch.setattr("bench.station.unsettled.names_of", names)
    device = Device("relays.doors", "", "", BOARD, "@py", {}, names(BOARD))
    failed = ChannelOutcome("relays.doors", "handle_driver", FAILED, None, "gone")
    outcome = Outcome("rig", "died", {}, "", False, 1.0, (failed,))
    keep(outcome, SafePlan("rig", (device,), (), bench_file=file.real_path))
    (kept,) = unsettled(file)
    assert kept.beyond == ()
    number = "2"
    settle(file.real_path, device_names(file))
    (kept,) = unsettled(file)
    assert kept.beyond == ("relays.doors",)
    assert "The relays.doors of that run is another device now: this is told until" in kept.says
    assert f"--bench {path} --seen-safe relays.doors" in kept.says
    number = "1"
    settle(file.real_path, device_names(file))
    assert unsettled(file) == []


# ── bench check ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def without_its_supply(plugged, begun, tmp_path) -> StationFile:
    """A bench whose run has died beside a supply that was pulled out; the file has it no more."""
    rig = plugged("pty", "socket")
    run = begun(rig, "wait")
    run.is_on()
    rig.tell("unplug", "kl30")
    run.process.kill()
    run.ended()
    file = write_bench(tmp_path, rig.resources, more=METERS + SIMULATED_SUPPLY)
    head, _, rest = file.read_text().partition("[supplies.kl30]")
    file.write_text(head + rest[rest.index("[meters.locks]") :])
    return load_bench(file)


def test_a_device_is_not_forgotten_because_the_file_names_it_no_more(
    without_its_supply, capsys, monkeypatch
):
    monkeypatch.setattr("bench.access.inspection.LOOK_S", 1.0)
    check = ["check", "--bench", str(without_its_supply.path)]
    for _ in range(2):
        assert main(check) == 2
        said = capsys.readouterr()
        (line,) = [each for each in said.out.splitlines() if "guardian, last time" in each]
        assert line.startswith("!!")
        assert "NOT SAFE: supplies.kl30.kl30 (" in line
        path = without_its_supply.path
        assert line.endswith(
            f". The supplies.kl30 of that run is not in {path}: this is told until a run has left "
            "that safe, or you say that it is: "
            f"bench check --bench {path} --seen-safe supplies.kl30"
        )
    assert main([*check, "--seen-safe", "supplies.kl3"]) == 2
    assert 'is not known as not safe: did you mean "supplies.kl30"?' in capsys.readouterr().err
    assert main([*check, "--seen-safe", "supplies.kl30"]) == 0
    assert "ok  supplies.kl30                safe by your word" in capsys.readouterr().out
    assert main(check) == 0
    assert "last time" not in capsys.readouterr().out
    assert main([*check, "--seen-safe", "supplies.kl30"]) == 2
    assert "is not known as not safe: no device is" in capsys.readouterr().err


def test_a_run_tells_of_a_device_that_was_not_safe_and_that_it_does_not_open(
    without_its_supply, capsys, monkeypatch
):
    monkeypatch.setattr("bench.cli.running.run_selection", lambda *_, **__: iter(()))
    quick = ["--paths", "cloud_app", "--faults", "refuse", "--no-report"]
    file = without_its_supply.path
    main(["run", "--bench", str(file), *quick, "--out", str(file.parent / "out")])
    said = capsys.readouterr().err
    assert "NOT SAFE: supplies.kl30.kl30 (" in said
    assert f"bench check --bench {file} --seen-safe supplies.kl30" in said
