"""Traces, read back by the readers of those who open them."""

import json

import can
import pytest

from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.can.frame import Frame
from bench.can.segments import expand
from bench.car.model import load_car
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, load_bench
from bench.events import CyclicSegment, ErrorSeen, FaultArmed, FrameSeen, IntentBegan
from bench.journal import Entry
from bench.presentation.lanes import lane_of
from bench.recording import Header, Recording
from bench.trace.format import formats, get_format
from bench.trace.frames import channels_of, epoch_s, frames_of

READERS = {"blf": can.BLFReader, "asc": can.ASCReader, "mf4": can.MF4Reader}


def of(recording, kind):
    """Return a recording's events of a kind."""
    return [event for _, event in recording.of(kind)]


@pytest.fixture(scope="session")
def unlock():
    """An unlock while error frames destroy what is sent."""
    outage = single("error_burst", 60)
    scenario = Scenario("sound", "phone_only", "ble_key", "unlock", outage, short_timeline(60))
    recording = run_scenario(load_bench(DEFAULT), load_car("sound", DEFAULT.parent), scenario)
    assert of(recording, ErrorSeen)
    assert of(recording, CyclicSegment)
    return recording


def by_hand():
    """Return a recording with frames of every format."""
    frames = [
        FrameSeen("body", 0x123, "", "00ff", "BCM"),
        FrameSeen("chassis", 0x18DAF110, "x", "", ""),
        FrameSeen("body", 0x7FF, "fb", "aa" * 64, "BCM"),
        FrameSeen("body", 0x100, "f", "bb" * 12, "BCM"),
    ]
    header = Header({"id": "by hand", "epoch": "2025-03-21T09:00:00+08:00"}, {}, (),
                    {"telematics.door_lock_state": {}}, {}, 1, "simulated")  # fmt: skip
    entries = [Entry(1_000_000 * n, n, None, event) for n, event in enumerate(frames)]
    return Recording(header, entries)


def read(name, path):
    """Return what a format's reader finds, by python-can."""
    options = {"relative_timestamp": False} if name == "asc" else {}
    with READERS[name](str(path), **options) as reader:
        return [m for m in reader if isinstance(m, can.Message)]


def installed(name):
    """Skip, visibly, where an extra is missing; CI runs these in a step of their own."""
    if name == "mf4":
        pytest.importorskip("asammdf", reason='needs the extra "mf4"')


@pytest.mark.parametrize("name", READERS)
def test_every_frame_comes_back_with_its_time_bus_and_payload(unlock, name, tmp_path):
    installed(name)
    path = tmp_path / f"unlock{get_format(name).suffix}"
    count = get_format(name).write(unlock, path)
    back = read(name, path)
    expected, numbers, began_s = frames_of(unlock), channels_of(unlock), epoch_s(unlock)
    single_ones = len(of(unlock, FrameSeen)) + len(of(unlock, ErrorSeen))
    assert count == len(expected) == len(back)
    assert count == single_ones + sum(segment.count for segment in of(unlock, CyclicSegment))
    if name == "mf4":  # keeps frames and error frames in groups of their own
        back.sort(key=lambda message: message.timestamp)
        back = [m for m in back if not m.is_error_frame]
        expected = [t for t in expected if t.frame is not None]
    assert len(expected) > 100
    for traced, message in zip(expected, back, strict=True):
        at_s = began_s + traced.t_ns / 1e9
        assert message.timestamp == pytest.approx(at_s, abs=2e-6 if name != "asc" else 2e-3)
        assert message.channel == numbers[traced.bus]
        assert message.is_error_frame is (traced.frame is None)
        if traced.frame is not None:
            assert message.arbitration_id == traced.frame.identifier
            assert bytes(message.data) == traced.frame.data


@pytest.mark.parametrize("name", READERS)
def test_extended_and_fd_frames_keep_their_kind(name, tmp_path):
    installed(name)
    path = tmp_path / f"kinds{get_format(name).suffix}"
    get_format(name).write(by_hand(), path)
    back = sorted(read(name, path), key=lambda message: message.timestamp)
    kinds = [(m.channel, m.arbitration_id, m.is_extended_id, m.is_fd, m.bitrate_switch, m.dlc)
             for m in back]  # fmt: skip
    assert kinds == [
        (0, 0x123, False, False, False, 2),
        (1, 0x18DAF110, True, False, False, 0),
        (0, 0x7FF, False, True, True, 64),
        (0, 0x100, False, True, False, 12),
    ]


def test_a_bus_has_the_same_number_in_every_scenario_of_a_car(unlock):
    assert channels_of(by_hand()) == {"body": 0, "chassis": 1, "telematics": 2}
    silent = Recording(unlock.header, [])
    assert channels_of(silent) == channels_of(unlock)


def test_frames_come_in_the_order_of_time_also_out_of_segments(unlock):
    times = [traced.t_ns for traced in frames_of(unlock)]
    assert times == sorted(times)
    segment = of(unlock, CyclicSegment)[0]
    ends = {timed.t_ns for timed in expand(segment)}
    assert ends <= set(times)
    assert all(isinstance(t.frame, Frame) or t.frame is None for t in frames_of(unlock))


# ── a timeline ────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def timeline(unlock, tmp_path_factory):
    path = tmp_path_factory.mktemp("perfetto") / "unlock.perfetto.json"
    get_format("perfetto").write(unlock, path)
    return json.loads(path.read_text(encoding="utf-8"))["traceEvents"]


def test_every_entry_is_in_the_timeline_with_its_fields_and_its_time(unlock, timeline):
    marks = {e["args"]["seq"]: e for e in timeline if e["ph"] in "iX" and "seq" in e["args"]}
    assert set(marks) == {entry.seq for entry in unlock.entries}
    intents = list(unlock.of(IntentBegan))
    assert intents
    for entry, began in intents:
        assert marks[entry.seq]["args"]["path"] == began.path
        assert marks[entry.seq]["ts"] == entry.t_ns / 1000


def test_an_attempt_and_a_fault_are_stretches_from_their_beginning_to_their_end(unlock, timeline):
    stretches = {e["name"]: e for e in timeline if e["ph"] == "X"}
    (began, attempt) = next(iter(unlock.of(IntentBegan)))
    assert stretches[attempt.attempt]["ts"] == began.t_ns / 1000
    assert stretches[attempt.attempt]["dur"] > 0
    (armed, fault) = next(iter(unlock.of(FaultArmed)))
    assert stretches[fault.fault]["dur"] == pytest.approx(60e6, rel=0.01)
    assert armed.t_ns / 1000 == stretches[fault.fault]["ts"]


def test_each_arrow_has_both_its_ends_and_joins_cause_and_effect(unlock, timeline):
    begins = {e["id"]: e for e in timeline if e["ph"] == "s"}
    ends = {e["id"]: e for e in timeline if e["ph"] == "f"}
    assert begins
    assert set(begins) == set(ends)
    for seq, end in ends.items():
        effect = unlock.entries[seq]
        assert end["ts"] == effect.t_ns / 1000
        assert begins[seq]["ts"] == unlock.entries[effect.cause].t_ns / 1000
        assert begins[seq]["tid"] != end["tid"]


def test_lanes_are_named_and_hold_their_own_events(unlock, timeline):
    names = {e["tid"]: e["args"]["name"] for e in timeline if e["name"] == "thread_name"}
    instants = [event for event in timeline if event["ph"] == "i"]
    assert len(instants) > 10
    for event in instants:
        assert names[event["tid"]] == lane_of(unlock.entries[event["args"]["seq"]].event)
    assert {"can body", "can telematics"} <= set(names.values())


# ── the command ───────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    status = main(["run", "--paths", "ble_key", "--faults", "latency", "--out", str(folder)])
    assert status == 0
    return folder


def test_the_command_writes_each_scenario_in_each_format(run, capsys):
    assert main(["trace", str(run), "--formats", "blf", "asc", "perfetto"]) == 0
    said = capsys.readouterr().out
    scenarios = sorted(f.name.removesuffix(".jsonl.gz") for f in (run / "recordings").iterdir())
    assert len(scenarios) > 1
    for scenario in scenarios:
        for suffix in (".blf", ".asc", ".perfetto.json"):
            assert (run / "traces" / (scenario + suffix)).stat().st_size > 0
            assert scenario + suffix in said


def test_the_command_takes_one_scenario_or_one_recording(run, tmp_path, capsys):
    name = min(f.name for f in (run / "recordings").iterdir())
    scenario = name.removesuffix(".jsonl.gz")
    assert main(["trace", str(run), "--scenarios", scenario, "--out", str(tmp_path / "a")]) == 0
    assert [f.name for f in (tmp_path / "a").iterdir()] == [scenario + ".blf"]
    one = str(run / "recordings" / name)
    assert main(["trace", one, "--out", str(tmp_path / "b")]) == 0
    a, b = tmp_path / "a" / f"{scenario}.blf", tmp_path / "b" / f"{scenario}.blf"
    assert a.read_bytes() == b.read_bytes()


def test_a_recording_that_was_cut_off_is_traced_as_far_as_it_goes(run, tmp_path):
    name = min(f.name for f in (run / "recordings").iterdir())
    import gzip

    text = gzip.decompress((run / "recordings" / name).read_bytes()).decode()
    cut = tmp_path / name.replace(".jsonl.gz", ".jsonl")
    cut.write_text(text[: len(text) // 2], encoding="utf-8")
    assert main(["trace", str(cut), "--out", str(tmp_path / "out")]) == 0
    (written,) = (tmp_path / "out").iterdir()
    assert 0 < len(read("blf", written)) < text.count('"frame_seen"') + 10_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{run}", "--formats", "bfl"], 'no trace format named "bfl": did you mean "blf"'),
        (["{run}", "--scenarios", "unlok"], 'no scenario named "unlok": known: phone_only'),
        (["{run}/nothing"], "nothing: is no folder: the run is "),
        (["{run}/run.json"], "run.json: is not a recording"),
        (["{run}", "--out", "{run}/run.json"], "run.json: File exists"),
    ],
)
def test_bad_input_is_one_clear_error(run, capsys, arguments, said):
    assert main(["trace", *(each.format(run=run) for each in arguments)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_without_asammdf_mf4_says_what_to_install(run, capsys):
    try:
        import asammdf  # noqa: F401
    except ImportError:
        assert main(["trace", str(run), "--formats", "mf4"]) == 2
        assert 'pip install "access-bench[mf4]"' in capsys.readouterr().err


def test_every_format_says_who_opens_it():
    assert formats().names() == ["asc", "blf", "mf4", "perfetto"]
    for name in formats().names():
        assert get_format(name).opened_by
        assert get_format(name).suffix.startswith(".")
