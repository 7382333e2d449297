"""The owner's real things, moved by channels: each act is sensed, and its path begins there."""

from collections import Counter

import pytest

from bench.access.choosing.plan import plan_run
from bench.access.choosing.selection import OUTAGE_S
from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import single
from bench.access.path import get_path
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError, Inconclusive
from bench.events import ActSensed, BenchFault, Edge, RelaySwitched, SupplySwitched, Telegram
from bench.judge.judge import judge
from bench.units import to_ns

RIG = """
[relays.owner]
model = "simulated"
channels = { fob_button_unlock = 1, fob_button_lock = 2, card_at_pillar = 3, card_at_console = 4 }

[supplies.fob_cell]
model = "simulated"
voltage_v = 3.0
current_limit_a = 0.1

[meters.owner]
model = "simulated"
channels = { fob_lamp = 1, card_seen_at_pillar = 2, card_seen_at_console = 3 }

[owner.fob]
button_unlock = "relays.owner.fob_button_unlock"
button_lock = "relays.owner.fob_button_lock"
cell = "supplies.fob_cell"
sense = "meters.owner.fob_lamp"

[owner.card]
pillar = "relays.owner.card_at_pillar"
console = "relays.owner.card_at_console"
pillar_sense = "meters.owner.card_seen_at_pillar"
console_sense = "meters.owner.card_seen_at_console"
"""


@pytest.fixture
def rigged(tmp_path):
    """Opens a bench with the rig, changed as (before, after) pairs say."""
    opened = []

    def open_it(*changes, owner="phone_and_fob", locked=True, mode="off"):
        bench = Bench(
            make_setup(bench_file(tmp_path, *changes), owner=owner, locked=locked, mode=mode)
        ).open()
        opened.append(bench)
        return bench

    yield open_it
    for bench in opened:
        bench.close()


def bench_file(folder, *changes):
    """Return the default bench with the rig, changed."""
    text = DEFAULT.read_text(encoding="utf-8") + RIG
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    file = folder / "bench.toml"
    file.write_text(text, encoding="utf-8")
    return file


def of(bench, kind):
    """Return (entry, event) of a kind in a bench's recording so far."""
    return list(bench.recording().of(kind))


# ── a fob's buttons ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("intent", "locked"), [("unlock", True), ("lock", False)])
def test_a_channel_presses_the_fob_s_button_and_the_car_acts(rigged, intent, locked):
    bench = rigged(locked=locked)
    attempt = getattr(bench.owner, intent)("rke_fob")
    assert attempt.acted, attempt.story()
    bench.wait(1)
    switched = [e.channel for _, e in of(bench, RelaySwitched) if "fob" in e.channel]
    assert switched == [f"fob_button_{intent}"] * 2  # closed, and open again
    assert bench.relays.fob_button_unlock.state is False
    assert not of(bench, BenchFault)


def test_the_path_s_time_begins_with_the_sensed_act(rigged):
    bench = rigged()
    bench.owner.unlock("rke_fob")
    ((act, sensed),) = of(bench, ActSensed)
    assert sensed.act == "button unlock pressed"
    lamp = next(entry for entry, event in of(bench, Edge) if event.line == "fob_lamp")
    assert (act.cause, act.t_ns) == (lamp.seq, lamp.t_ns)
    heard = next(e for e, event in of(bench, Telegram) if event.channel == "uhf")
    assert act.t_ns < heard.t_ns


def test_the_relay_s_switching_is_the_act_where_nothing_senses_it(rigged):
    bench = rigged(('sense = "meters.owner.fob_lamp"\n', ""))
    assert bench.owner.unlock("rke_fob").acted
    ((act, _),) = of(bench, ActSensed)
    switched = next(
        e for e, event in of(bench, RelaySwitched) if event.channel == "fob_button_unlock"
    )
    assert act.cause == switched.seq


def test_a_press_that_the_fob_does_not_feel_is_the_bench_s_fault_and_no_act(rigged):
    bench = rigged()
    bench.supplies.fob_cell.off()
    attempt = bench.owner.unlock("rke_fob")
    assert not attempt.acted
    assert not of(bench, ActSensed)
    ((_, fault),) = of(bench, BenchFault)
    assert fault.what == "fob_button_unlock"
    assert "fob_lamp did not show it within 1 s" in fault.reason
    bench.supplies.fob_cell.on()
    bench.wait(5)
    assert bench.owner.unlock("rke_fob").acted


OTHER_LINE = ('sense = "meters.owner.fob_lamp"', 'sense = "meters.owner.card_seen_at_console"')


def test_a_press_that_nobody_sees_is_the_bench_s_fault_though_the_car_has_moved_by_then(rigged):
    bench = rigged(OTHER_LINE)
    attempt = bench.owner.unlock("rke_fob")
    assert attempt.acted
    assert not attempt.opened_within(2)
    ((_, fault),) = of(bench, BenchFault)
    assert "card_seen_at_console did not show it within 1 s" in fault.reason


@pytest.mark.parametrize("polled_s", [0.05, 2.0])
def test_a_press_that_is_seen_after_the_car_has_moved_counts_where_lines_are_so_coarse(
    rigged, polled_s
):
    """A meter that asks one line after another may hear of the lock motor first."""
    bench = rigged(OTHER_LINE)
    net = bench.station.wiring.net("card_seen_at_console")
    bench.station.time.loop.call_later(0.9, net.drive, "late", 12_000, None)
    attempt = bench.owner.unlock("rke_fob")
    bench.journal.write(Edge("a line of such a meter", "closed", uncertain_ns=to_ns(polled_s)))
    assert not of(bench, BenchFault)
    if polled_s > 1:
        assert attempt.opened_within(10), attempt.story()
        return
    with pytest.raises(Inconclusive, match=r"the car moved 79\d ms before the act was sensed"):
        attempt.opened_within(10)


def test_a_time_too_near_to_its_limit_for_the_meter_is_inconclusive(rigged):
    bench = rigged()
    attempt = bench.owner.unlock("rke_fob")
    bench.journal.write(Edge("a line of such a meter", "closed", uncertain_ns=to_ns(0.05)))
    assert attempt.opened_within(attempt.latency_s + 0.06)
    assert not attempt.opened_within(attempt.latency_s - 0.06)
    for limit_s in (attempt.latency_s - 0.04, attempt.latency_s + 0.04):
        with pytest.raises(Inconclusive, match=r"too near .* to tell \(within 5\d ms: a line of "):
            attempt.opened_within(limit_s)


def test_a_line_that_shows_the_act_before_it_is_the_bench_s_fault_and_nothing_is_pressed(rigged):
    """A button that is stuck, or a line that is wired the other way round: there is no edge."""
    bench = rigged()
    bench.station.wiring.net("fob_lamp").drive("stuck", 12_000, None)
    assert not bench.owner.unlock("rke_fob").acted
    ((_, fault),) = of(bench, BenchFault)
    assert fault.what == "fob_button_unlock"
    assert fault.reason.startswith("not closed: fob_lamp shows it already: a button or an arm that")
    assert "fob_button_unlock" not in [e.channel for _, e in of(bench, RelaySwitched) if e.closed]


def test_a_button_without_a_channel_is_named_and_nobody_s_finger_helps_out(rigged):
    bench = rigged(('button_lock = "relays.owner.fob_button_lock"\n', ""), locked=False)
    assert not bench.owner.lock("rke_fob").acted
    ((_, fault),) = of(bench, BenchFault)
    assert (fault.what, fault.reason) == (
        "owner.fob",
        "no channel does it: name one as owner.fob.button_lock",
    )


# ── a fob's cell ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("owner", "on"), [("phone_and_fob", True), ("phone_and_blade", False), ("phone_only", False)]
)
def test_the_cell_is_on_only_for_who_carries_a_charged_fob(rigged, owner, on):
    bench = rigged(owner=owner)
    switched = [e.on for _, e in of(bench, SupplySwitched) if e.supply == "fob_cell"]
    assert switched == ([True] if on else [])
    assert bench.supplies.fob_cell.volts == (3.0 if on else 0.0)


def test_passive_entry_ends_with_the_cell_and_comes_back_with_it(rigged):
    bench = rigged()
    bench.supplies.fob_cell.set_voltage(1.9)
    assert not bench.owner.unlock("peps_fob").acted
    bench.supplies.fob_cell.set_voltage(3.0)
    bench.wait(5)
    assert bench.owner.unlock("peps_fob").acted


# ── a card's arm ──────────────────────────────────────────────────────────────────────────


def test_the_arm_brings_the_card_to_the_pillar_and_the_end_switch_is_the_act(rigged):
    bench = rigged(owner="phone_and_card")
    assert bench.owner.unlock("nfc_card").opened_within(1.5)
    ((act, _),) = of(bench, ActSensed)
    moved = next(e for e, event in of(bench, RelaySwitched) if event.channel == "card_at_pillar")
    seen = next(e for e, event in of(bench, Edge) if event.line == "card_seen_at_pillar")
    assert act.cause == seen.seq
    assert seen.t_ns - moved.t_ns == 400_000_000  # the arm's travel is not the path's time
    assert bench.relays.card_at_pillar.state is True  # held there until a reader has surely seen it
    bench.wait(2)
    assert bench.relays.card_at_pillar.state is False


def test_the_arm_lays_the_card_on_the_console_and_the_button_is_the_act(rigged):
    bench = rigged(owner="phone_and_card", locked=False)
    assert bench.owner.start("nfc_card").acted
    assert [e.act for _, e in of(bench, ActSensed)] == ["start_button closed"]
    assert "card_seen_at_console" in [e.line for _, e in of(bench, Edge)]


def test_an_arm_that_does_not_arrive_is_the_bench_s_fault(rigged):
    bench = rigged(('pillar_sense = "meters.owner.card_seen_at_pillar"',
                    'pillar_sense = "meters.owner.card_seen_at_console"'), owner="phone_and_card")  # fmt: skip
    bench.owner.unlock("nfc_card")
    bench.wait(3)
    ((_, fault),) = of(bench, BenchFault)
    assert "card_seen_at_console did not show it within 3 s" in fault.reason


def test_in_real_time_the_same_channels_do_the_same(rigged):
    bench = rigged(('time = "simulated"', 'time = "real"'))
    assert bench.owner.unlock("rke_fob").opened_within(1.0)
    ((act, _),) = of(bench, ActSensed)
    assert bench.recording().entries[act.cause].event == Edge("fob_lamp", "closed")


# ── verdicts ──────────────────────────────────────────────────────────────────────────────


def judged(setup, path, fault):
    """Return the verdict on unlocking by a path under a fault."""
    scenario = Scenario(
        "sound", get_path(path).owner, path, "unlock", None, short_timeline(OUTAGE_S)
    )
    baseline = run_scenario(setup.file, setup.model, scenario)
    outage = Scenario(**{**scenario.__dict__, "outage": single(fault, OUTAGE_S)})
    return judge(run_scenario(setup.file, setup.model, outage), baseline)


@pytest.mark.parametrize("path", ["rke_fob", "nfc_card"])
def test_a_campaign_s_scenario_passes_with_the_owner_s_real_things(tmp_path, path):
    verdict = judged(make_setup(bench_file(tmp_path)), path, "http_status")
    assert verdict.verdict == "pass", verdict.reason


@pytest.mark.parametrize(
    ("path", "intent"),
    [("rke_fob", "unlock"), ("nfc_card", "unlock"), ("nfc_card", "start"), ("peps_fob", "unlock")],
)
def test_the_plan_counts_what_moves_the_owner_s_things(tmp_path, path, intent):
    setup = make_setup(bench_file(tmp_path))
    timeline = short_timeline(OUTAGE_S)
    scenario = Scenario("sound", get_path(path).owner, path, intent, None, timeline)
    recording = run_scenario(setup.file, setup.model, scenario)
    closed = Counter(f"{e.board}.{e.channel}" for _, e in recording.of(RelaySwitched) if e.closed)
    planned = plan_run(setup.file, setup.model, scenario).relay_cycles
    assert closed == planned
    assert any(name.startswith("owner.") for name in planned) is (path != "peps_fob")


def test_an_act_that_is_never_sensed_makes_the_verdict_inconclusive(tmp_path):
    file = bench_file(
        tmp_path, ("fob_lamp = 1", "fob_cell = 1"), ("owner.fob_lamp", "owner.fob_cell")
    )
    verdict = judged(make_setup(file), "rke_fob", "http_status")
    assert verdict.verdict == "inconclusive"
    assert "fob_button_unlock" in verdict.reason


# ── bad input ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"relays.owner.fob_button_unlock"', '"relays.owner.fob_buton_unlock"'),
         'owner.fob.button_unlock: no "relays.owner.fob_buton_unlock": did you mean "relays.owner.fob_button_unlock"'),
        (('cell = "supplies.fob_cell"', 'cell = "supplies.cell"'), 'owner.fob.cell: no "supplies.cell"'),
        (('sense = "meters.owner.fob_lamp"', 'sense = "meters.owner.lamp"'), 'owner.fob.sense: no "meters.owner.lamp"'),
        (("voltage_v = 3.0\n", ""), r"supplies.fob_cell.voltage_v: 13.5 V is no fob's cell \(2 V: empty, to 6.6 V"),
        (("voltage_v = 3.0", "voltage_v = 1.9"), "supplies.fob_cell.voltage_v: 1.9 V is no fob's cell"),
        (("[owner.card]", "[owner.card]\ntravel_s = 0.0"), "owner.card.travel_s"),
        (("pillar = ", "piller = "), "owner.card.piller: unknown key"),
    ],
)  # fmt: skip
def test_a_channel_that_is_not_there_is_named_with_the_nearest(rigged, change, says):
    with pytest.raises(ConfigError, match=says):
        rigged(change)
