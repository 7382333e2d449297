"""The dashboard: what it shows of a recording, in any terminal."""

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console
from verdicts import verdict

from bench import events as e
from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.dashboard.bus_load import BusLoad
from bench.dashboard.effects import take_effect
from bench.dashboard.panels import Dashboard
from bench.dashboard.station_state import StationState
from bench.journal import Entry
from bench.judge.judge import judge


def drawn(state, verdicts=(), width=80, colour=None):
    """Return what a terminal of this width shows."""
    out = io.StringIO()
    console = Console(file=out, width=width, height=50, color_system=colour, force_terminal=True)
    console.print(Dashboard(state, verdicts, "campaign on sound", "the end"))
    return out.getvalue()


def live(state, verdicts=(), width=80, height=24):
    """Return the lines of a view that is drawn over and over in a terminal of this size."""
    console = Console(file=io.StringIO(), width=width, height=height, color_system=None)
    console.print(Dashboard(state, verdicts, "campaign on sound", "the end", within=True))
    return console.file.getvalue().splitlines()


def state_of(*events):
    """Return the state after some events, a second apart."""
    state = StationState()
    for seq, event in enumerate(events):
        take_effect(state, Entry(seq * 1_000_000_000, seq, None, event))
    return state


@pytest.fixture(scope="module")
def recording():
    """An unlock by the app, while the cloud answers 503."""
    outage = single("http_status:status=503", 60)
    scenario = Scenario("sound", "phone_only", "cloud_app", "unlock", outage, short_timeline(60))
    return run_scenario(load_bench(DEFAULT), load_car("sound", DEFAULT.parent), scenario)


def until(recording, kind):
    """Return the state just after the last event of a kind."""
    state, last = StationState(header=recording.header), None
    for entry, _ in recording.of(kind):
        last = entry.seq
    for entry in recording.entries[: last + 1]:
        take_effect(state, entry)
    return state


def test_it_shows_the_outage_the_owner_and_what_the_owner_is_told(recording):
    first = next(entry for entry, claim in recording.of(e.Claim) if claim.state != "working")
    state = StationState(header=recording.header)
    for entry in recording.entries[: first.seq + 1]:
        take_effect(state, entry)
    shown = drawn(state, width=160)
    assert "phase down" in shown
    assert "http_status (met " in shown
    assert "health fails: status 503" in shown
    assert "phone 503" in shown
    assert "who phone_only" in shown
    assert "wants to unlock by cloud_app" in shown
    assert f"told {first.event.state}: {first.event.text}"[:30] in shown


def test_it_shows_the_car_its_buses_and_the_instruments(recording):
    shown = drawn(until(recording, e.End), [judge(recording, None)], width=160)
    assert "door lock state locked (body, telematics)" in shown
    assert "motors idle (driver, passenger, rear left" in shown
    assert "kl30 on, verified" in shown
    [read] = [line for line in shown.splitlines() if "reads 13.50 V, " in line]
    assert " mA" in read or " A" in read
    assert "frames" in shown
    assert "cloud_app" in shown
    assert "the scenario is over" in shown


@pytest.mark.parametrize("width", [50, 80, 200])
def test_a_long_name_is_shortened_and_what_is_left_of_the_phase_is_not(recording, width):
    state = until(recording, e.FaultArmed)
    name = (
        "sound.phone_only.cloud_app.unlock.http_status:status=503,retry_after_s=30@onset_accepted"
    )
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(Dashboard(state, (), name))
    first = console.file.getvalue().splitlines()[0]
    assert re.search(r"phase down, .* left$", first)
    assert first.startswith("sound." if width < 60 else "sound.phone_only.cloud_app.unlock")
    assert len(first) <= width
    assert ("…" in first) == (width < 150)


@pytest.mark.parametrize("width", [40, 80, 109, 110, 200])
def test_no_line_is_wider_than_the_terminal(recording, width):
    shown = drawn(until(recording, e.End), [judge(recording, None)], width)
    assert max(map(len, shown.splitlines())) <= width


def test_without_colour_everything_is_said_in_words(recording):
    assert "\x1b[" not in drawn(until(recording, e.End), [judge(recording, None)])
    assert "\x1b[" in drawn(until(recording, e.End), [judge(recording, None)], colour="standard")


def test_nothing_from_outside_is_markup_or_moves_the_cursor():
    evil = "[bold red]\x1b[2J\x07\u202e"
    state = state_of(
        e.PhaseBegan(evil), e.Claim("a", evil, "failed", evil), e.RoleChanged("b", "power_mode", evil, (), ()),
        e.ResponseReceived("phone", "x", 503, ""), e.BenchFault(evil, evil),
        e.FaultArmed(evil, "http", evil),
    )  # fmt: skip
    shown = drawn(state, width=200)
    assert "[bold red]" in shown
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}
    assert "[bold red]\\x1b[2J\\x07\\u202e" in shown


def test_a_fault_is_shown_from_its_arming_to_its_clearing():
    armed = e.FaultArmed("refuse", "tcp", "refuse")
    met = [e.FaultMet("refuse", "phone", "GET")] * 3
    assert state_of(armed, *met).faults == {"refuse": 3}
    assert state_of(armed, *met, e.FaultCleared("refuse", 3)).faults == {}


def test_errors_and_states_of_a_bus_are_shown_with_their_counters():
    state = state_of(
        e.BusWoke("body"), e.FrameSeen("body", 1, "", "00", "BCM"),
        e.ErrorSeen("body", 1, "BCM", "", "error"), e.BusStateChanged("body", "BCM", "bus_off", 256, 0),
    )  # fmt: skip
    shown = drawn(state)
    assert "awake, 1 frames, 1 error frames" in shown
    assert "BCM bus off (TEC 256, REC 0)" in shown
    assert "bus off" not in drawn(
        state_of(e.BusStateChanged("body", "BCM", "bus_off", 256, 0),
                 e.BusStateChanged("body", "BCM", "error_active", 0, 0))
    ).split("CAN")[1].split("instruments")[0]  # fmt: skip


@pytest.mark.parametrize(
    ("verified", "said"),
    [(True, "closed, verified"), (None, "closed, commanded"), (False, "READ BACK OTHERWISE")],
)
def test_commanded_and_verified_are_different_words(verified, said):
    assert said in drawn(state_of(e.RelaySwitched("doors", "handle", True, verified)))


def test_a_supply_in_current_limit_is_the_bench_s_trouble():
    state = state_of(
        e.SupplySwitched("kl30", "kl30", True, True), e.SupplyLimited("kl30", 3.0, 3.0, 8.2)
    )
    assert "in current limit: 3 A, 8.2 V" in drawn(state, width=120)
    assert "bench at fault: supply kl30 in current limit" in drawn(state)


def test_the_witness_is_not_mistaken_for_the_owner(recording):
    state = until(recording, e.End)
    assert state.answers
    assert not [party for party in state.answers if party.startswith("witness")]
    assert "witness_tcu" not in drawn(state, width=160)


def test_it_says_how_much_of_a_phase_is_left(recording):
    state = StationState(header=recording.header)
    began = next(entry for entry, phase in recording.of(e.PhaseBegan) if phase.phase == "down")
    for entry in recording.entries[: began.seq + 1]:
        take_effect(state, entry)
    state.t_ns += 20 * 1_000_000_000
    assert "phase down, 40.0 s left" in drawn(state, width=160)


def test_acts_and_claims_stand_in_the_order_in_which_they_were(recording):
    shown = drawn(until(recording, e.End), width=160)
    lines = [line for line in shown.splitlines() if "tapped in the app" in line or " told " in line]
    assert len(lines) > 2
    acts = [number for number, line in enumerate(lines) if "tapped in the app" in line]
    assert acts[0] == 0
    assert acts != [0, 1]


def test_each_bus_has_its_load_while_it_is_awake(recording):
    load, state = BusLoad(), until(recording, e.AttemptSettled)
    for entry in recording.entries:
        load.take(entry, recording.header.bit_rates)
    busy = state.t_ns // 1_000_000_000
    while not load.share("body", busy * 1_000_000_000):
        busy -= 1
    state.t_ns, state.bus("body").awake = busy * 1_000_000_000, True
    out = io.StringIO()
    Console(file=out, width=160, height=50).print(Dashboard(state, (), "t", "", load))
    assert re.search(r"body awake, [\d,]+ frames, load (<1|\d+)%", out.getvalue())


def test_a_supply_shows_what_it_reads_back_until_it_is_switched_off():
    on, off = (
        e.SupplySwitched("kl30", "kl30", True, True),
        e.SupplySwitched("kl30", "kl30", False, True),
    )
    read = e.SupplyCurrent("kl30", 0.892, 0.0, 13.47)
    assert "reads 13.47 V, 892 mA" in drawn(state_of(on, read))
    assert "reads 892 mA" in drawn(
        state_of(on, read, e.SupplySet("kl30", 9.0, None))
    )  # not asked again
    assert "reads" not in drawn(state_of(on, read, off))
    assert "reads 12.89 A" in drawn(
        state_of(on, e.SupplyCurrent("kl30", 12.892, 0.0))
    )  # an old run


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (160, 50), (40, 12)])
def test_a_live_view_keeps_to_the_terminals_height_and_shows_the_newest_event(
    recording, width, height
):
    state = StationState(header=recording.header)
    for entry in recording.entries:
        take_effect(state, entry)
    listed = [verdict(path, None) for path in ("ble_key", "cloud_app", "uwb_key", "nfc_card")]
    lines = live(state, listed, width, height)
    assert len(lines) <= height
    assert lines[-1] == "the end"
    assert "bench      the scenario is ov" in lines[-2]


@pytest.mark.parametrize("height", range(8, 40))
@pytest.mark.parametrize("width", [80, 120])
def test_a_low_live_view_has_every_panel_with_all_of_its_frame_or_not_at_all(
    recording, width, height
):
    state = until(recording, e.Claim)
    shown = "".join(live(state, [verdict("ble_key", None)], width, height))
    assert shown.count("╭") == shown.count("╮") == shown.count("╰") == shown.count("╯")
    assert height < 24 or all(
        f"─ {title} ─" in shown
        for title in ("car", "owner", "cloud", "CAN", "instruments", "verdicts")
    )


def test_a_low_live_view_shows_who_the_owner_is_and_what_came_last(recording):
    state = StationState(header=recording.header)
    state.claims.extend((n * 1_000_000_000, f"text {n}") for n in range(4))
    shown = "\n".join(live(state, height=15))
    assert [f"text {n}" in shown for n in range(4)] == [False, False, False, True]
    assert "who phone_only" in shown


def test_what_the_bench_fails_at_is_seen_in_a_low_live_view(recording):
    state = until(recording, e.Claim)
    state.trouble.append("kl30: unplugged")
    assert "bench at fault: kl30: unplugged" in live(state, height=16)


def test_a_live_view_has_its_matrix_whole_or_not_at_all(recording):
    state = until(recording, e.Claim)
    listed = [verdict("ble_key", None), verdict("cloud_app", None)]
    views = [live(state, listed, 120, height) for height in range(8, 50)]
    rows = [sum("   O" in line for line in view) for view in views]
    assert set(rows) == {0, len(listed)}
    assert rows == sorted(rows)


def test_a_low_live_view_keeps_the_matrix_of_what_is_down_and_leaves_the_other_phases(recording):
    state = until(recording, e.Claim)
    phases = ("onset_accepted", "onset_acknowledged", "onset_before_send", "onset_delivered",
              "onset_executed", "recovery")  # fmt: skip
    down = [verdict("ble_key", outage) for outage in (None, "refuse")]
    others = [verdict("ble_key", f"refuse@{phase}", phase=phase) for phase in phases]
    low, high = (
        [line for line in live(state, [*down, *others], 80, height) if line.startswith("ble_key")]
        for height in (32, 70)
    )
    assert [row.split() for row in low] == [["ble_key", "O", "O"]]
    assert [row.split() for row in high] == [["ble_key", "O", "O"], ["ble_key", *"OOOOOO"]]


def of_tests(count):
    """Return verdicts on tests of somebody's own, most of them good."""
    words = ["inconclusive", "fail", "inconclusive", *["pass"] * (count - 3)]
    return [
        verdict("test", None, word, scenario=f"test_a.py_test_{n}", reason=f"because {n}")
        for n, word in enumerate(words)
    ]


def test_tests_that_went_wrong_are_named_the_worst_first(recording):
    shown = drawn(until(recording, e.Claim), of_tests(20), width=120)
    found = re.findall(
        r"^(FAIL|INCONCLUSIVE) +(test_a.py_test_\d+): (because \d+)", shown, re.MULTILINE
    )
    assert found == [
        ("FAIL", "test_a.py_test_1", "because 1"),
        ("INCONCLUSIVE", "test_a.py_test_0", "because 0"),
        ("INCONCLUSIVE", "test_a.py_test_2", "because 2"),
    ]
    many = [replace(of_tests(3)[1], scenario=f"test_b.py_test_{n}") for n in range(20)]
    shown = drawn(until(recording, e.Claim), many, width=120)
    assert shown.count("FAIL ") == 12
    assert "and 8 more like these" in shown


@pytest.mark.parametrize(("height", "named"), [(40, 3), (24, 1), (12, 1)])
def test_a_live_view_names_tests_that_went_wrong_where_it_has_room(recording, height, named):
    lines = live(until(recording, e.Claim), of_tests(20), 100, height)
    assert len(lines) <= height
    last = [line for line in lines if "because" in line]
    assert len(last) == named
    assert "because 2" in last[-1]
    assert lines[-1] == "the end"
    assert 'told: succeeded: "Done"' in lines[-2]
