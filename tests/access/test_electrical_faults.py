"""Faults of the car's wires and supplies: what is asked of whom, and what a bench must have."""

from pathlib import Path

import pytest
from short_scenario import judged, recorded

from bench.access.choosing.usual_faults import default_faults
from bench.access.handles.bench import Bench, make_setup
from bench.access.outage import single
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.access.timeline import short_timeline
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError, InstrumentFault
from bench.events import BenchFault, Edge, FaultMet, Inside, SupplySet, WireDisturbed
from bench.faults.electrics import Electrics
from bench.faults.injector import faults
from bench.station import fault_site, instruments
from bench.station.wire_ends import WireEnds
from bench.units import to_ns

ELECTRICAL = [name for name in faults().names() if faults().folder_of(name) == "electrical"]
SWITCHED_OFF_NS = to_ns(200)  # runs are longer; at their end the bench takes the supply away
REAL = Path(__file__).parents[1] / "smoke" / "real.toml"


def test_a_campaign_injects_none_of_them_unless_they_are_asked_for():
    assert len(ELECTRICAL) == 6
    for push in ("websocket", "mqtt"):
        assert not {spec.partition(":")[0] for spec in default_faults(push)} & set(ELECTRICAL)


# ── what a sound car does ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", ELECTRICAL)
def test_a_sound_car_passes_with_a_key_that_needs_a_handle_a_unit_and_a_bus(fault):
    verdict = judged("ble_key", "unlock", fault)
    assert verdict.verdict == "pass", verdict.reason
    assert verdict.outcome == ("acted" if fault == "supply_dip" else "no_effect")
    assert verdict.faults_met[fault] > 0
    if fault != "supply_dip":
        assert "takes away" in verdict.reason


def test_a_sound_car_is_not_asked_to_open_while_an_engine_is_cranked():
    """Its units are off below 6 V; the try falls into one of the dips."""
    verdict = judged("ble_key", "unlock", "supply_dip:every_s=20")
    assert (verdict.verdict, verdict.outcome) == ("pass", "no_effect"), verdict.reason
    assert "no unit is asked to work below 6 V" in verdict.reason


def test_a_car_that_stays_off_after_a_dip_fails_though_the_try_was_in_it():
    verdict = judged("ble_key", "unlock", "supply_dip:every_s=20", "stays_off_after_dip")
    assert verdict.verdict != "pass", verdict.reason


@pytest.mark.parametrize("fault", ELECTRICAL)
def test_the_blade_opens_whatever_the_handle_a_unit_or_the_bus_has(fault):
    verdict = judged("mechanical_key", "unlock", fault)
    assert (verdict.verdict, verdict.outcome) == ("pass", "acted"), verdict.reason


def test_who_needs_neither_the_wire_nor_the_unit_is_asked_as_ever():
    assert judged("peps_fob", "unlock", "loss_of_ground").outcome == "acted"
    assert judged("ble_key", "start", "open_wire").outcome == "acted"
    verdict = judged("cloud_app", "unlock", "open_wire")
    assert (verdict.verdict, verdict.oracle) == ("pass", "opens_in_time"), verdict.reason


def test_a_body_controller_without_ground_takes_every_key_away_and_no_claim_is_false():
    for path in ("ble_key", "peps_fob", "rke_fob"):
        verdict = judged(path, "unlock", "loss_of_ground:unit=BCM")
        assert (verdict.verdict, verdict.outcome) == ("pass", "no_effect"), verdict.reason
    verdict = judged("cloud_app", "unlock", "loss_of_ground:unit=BCM")
    assert verdict.verdict == "pass", verdict.reason


def test_a_battery_below_what_lock_motors_need_is_a_finding_about_everything_but_the_blade():
    verdict = judged("peps_fob", "unlock", "supply_dip:profile=low_battery")
    assert verdict.verdict == "fail", verdict.reason
    assert judged("mechanical_key", "unlock", "supply_dip:profile=low_battery").outcome == "acted"


# ── on record ─────────────────────────────────────────────────────────────────────────────


def test_units_reset_below_six_volts_and_come_back_and_nothing_moves():
    recording = recorded("mechanical_key", "unlock", "supply_dip:profile=brown_out")
    said = [(e.unit, e.what) for entry, e in recording.of(Inside) if entry.t_ns < SWITCHED_OFF_NS]
    for unit in ("BCM", "DKM", "PEPS", "IMMO", "GW"):
        assert said.count((unit, "loses its supply")) == 1
        assert said.index((unit, "resets")) > said.index((unit, "loses its supply"))
    began = next(entry.t_ns for entry, _ in recording.of(SupplySet))
    moved = [e for entry, e in recording.of(Edge) if began < entry.t_ns < began + 20 * 10**9]
    assert not moved


def test_a_dip_above_six_volts_resets_nobody():
    recording = recorded("mechanical_key", "unlock", "supply_dip:profile=cranking_level_1")
    lost = [entry.t_ns for entry, e in recording.of(Inside) if e.what == "loses its supply"]
    assert lost, "at the end, when the bench is switched off"
    assert all(t_ns > SWITCHED_OFF_NS for t_ns in lost)
    met = {e.operation for _, e in recording.of(FaultMet)}
    assert met == {"kl30 at 8 V, measured 8.00 V", "kl30 at 9.5 V, measured 9.50 V"}


def test_a_profile_that_repeats_is_met_again_and_again():
    once = recorded("mechanical_key", "unlock", "supply_dip:profile=momentary_drop")
    often = recorded("mechanical_key", "unlock", "supply_dip:profile=momentary_drop,every_s=20")
    count = [sum(1 for _ in each.of(FaultMet)) for each in (once, often)]
    assert count == [3, 18]


def test_a_wire_that_is_disturbed_is_whole_again_afterwards():
    setup = make_setup(DEFAULT)
    with Bench(setup) as bench:
        before = bench.station.wiring.net("handle_driver")
        with bench.cloud.failing("open_wire", "short_to_ground:wire=lock_motor_driver"):
            assert before.opened_by
            assert bench.station.wiring.net("lock_motor_driver").touches
            bench.wait(1)
        assert not before.opened_by
        assert not bench.station.wiring.net("lock_motor_driver").touches
        bench.wait(5)
        assert bench.owner.unlock("ble_key").acted


@pytest.mark.parametrize("supply", ["terminal_30", "kl30"])
def test_a_wire_shorted_to_the_supply_runs_its_motor(supply):
    """Named as the wire that is fed, or as the bench file's supply that feeds it."""
    setup = make_setup(DEFAULT)
    with Bench(setup) as bench:
        with bench.cloud.failing(f"short_to_supply:wire=lock_motor_driver,supply={supply}"):
            bench.wait(2)
        recording = bench.close()
    edges = [e.level for _, e in recording.of(Edge) if e.line == "lock_motor_driver"]
    assert "unlock" in edges
    disturbed = [e for _, e in recording.of(WireDisturbed)]
    assert disturbed[0].how == "to_supply"


# ── what a bench cannot do ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        (
            "open_wire:wire=handle_drivr",
            'opens "handle_drivr": there is no wire "handle_drivr": did you mean "handle_driver"\\?$',
        ),
        (
            "open_wire:wire=Cylinder_unlok",
            'no wire "Cylinder_unlok": did you mean "cylinder_unlock"',
        ),
        ("open_wire:wire=handle_rear", 'opens "handle_rear": put one into the wire'),
        ("loss_of_ground:unit=DKMM", 'no wire "ground_dkmm": did you mean "ground_dkm"\\?$'),
        ("short_to_ground:wire=hood_opn", 'no wire "hood_opn": did you mean "hood_open"\\?$'),
        ("bus_short:to=grond", 'no wire "grond": did you mean "ground"\\?$'),
        ("short_to_ground:wire=hood_open", 'shorts "hood_open" to ground: wire one'),
        ("short_to_supply:supply=terminal_15", 'shorts "handle_driver" to terminal_15'),
        ("loss_of_ground:unit=HU", 'opens "ground_hu"'),
        ("bus_short:line=low,to=ground", 'shorts "can_body_l" to ground'),
        ("bus_short:bus=bodi", 'no bus "bodi": did you mean "body"'),
        ("supply_dip:supply=terminal_31", 'no supply of this bench feeds "terminal_31"'),
        ("supply_dip:profile=cranking_level_5", 'no supply profile named "cranking_level_5"'),
        ("supply_dip:profile=brown_out,every_s=1", "every_s: brown_out lasts 3.4 s, longer"),
    ],
)
def test_a_fault_that_the_wiring_cannot_do_ends_the_run_with_what_is_missing(spec, says):
    with pytest.raises(ConfigError, match=says):
        recorded("ble_key", "unlock", spec)


@pytest.mark.parametrize("spec", ["open_wire", "bus_short"])
def test_a_bench_without_such_contacts_says_which_to_wire(spec):
    scenario = Scenario(
        "sound", "phone_only", "ble_key", "unlock", single(spec, 1.0), short_timeline(1.0)
    )
    with pytest.raises(ConfigError, match=r"no contact of this bench .* \[relays\.\*\]\.channels"):
        run_scenario(load_bench(REAL), load_car("sound", Path()), scenario)


@pytest.mark.parametrize("after_s", [5, 15], ids=["seen at the end", "seen meanwhile"])
def test_a_contact_that_does_not_stay_as_a_fault_holds_it_is_the_bench_s_fault(after_s):
    with Bench(make_setup(DEFAULT)) as bench:
        board = bench.station.instruments.relays["faults"]
        with bench.cloud.failing("loss_of_ground:unit=DKM"):
            bench.wait(1)
            bench.run(later(lambda: board.set("ground_dkm_open", closed=False)))  # de-energised
            bench.wait(after_s)
        faults = [
            entry.event for entry in bench.journal.entries if isinstance(entry.event, BenchFault)
        ]
        assert [fault.reason for fault in faults] == [
            "ground_dkm_open was held open by a fault, and its board says that it is closed"
        ]
        assert board.state("ground_dkm_open") is False, "and the wire is whole again"


async def later(call):
    call()


@pytest.mark.parametrize(("real", "met"), [(True, 0), (False, 2)])
def test_a_real_wire_is_met_by_what_its_board_reads_back_and_by_nothing_else(
    monkeypatch, real, met
):
    """The bench's own nets follow its contacts; a real contact that did not move is met by nobody."""
    with Bench(make_setup(DEFAULT, owner="phone_and_fob")) as bench:
        instruments = bench.station.instruments
        monkeypatch.setattr(instruments, "contact_closed", lambda _function: None)
        if real:
            monkeypatch.setattr(instruments, "simulated", set())
            monkeypatch.setattr(Electrics, "must_reach", lambda *_arguments: None)
        with bench.cloud.failing("open_wire:wire=handle_driver"):
            bench.owner.unlock("peps_fob")  # its contact is closed, and opened
        assert sum(1 for _ in bench.recording().of(FaultMet)) == met


@pytest.mark.parametrize(
    ("spec", "device", "method"),
    [
        ("open_wire:wire=handle_driver", "relays.faults", "state"),
        ("supply_dip:profile=brown_out", "supplies.kl30", "set_voltage"),
        ("open_wire:wire=handle_driver,from_s=5", "relays.faults", "set"),
        ("open_wire:wire=handle_driver,for_s=5", "relays.faults", "set"),
        ("supply_dip:profile=brown_out", "supplies.kl30", "measure_voltage"),
    ],
)
def test_a_device_that_is_gone_while_a_fault_needs_it_makes_it_inconclusive_and_no_more(
    monkeypatch, spec, device, method
):
    """The fault's own timers notice it: nobody waits for these."""
    kind, _, name = device.partition(".")
    with Bench(make_setup(DEFAULT)) as bench:
        instrument = getattr(bench.station.instruments, kind)[name]

        def gone(*_arguments, **_options):
            raise InstrumentFault(f"{name} is gone")

        with bench.cloud.failing(spec):
            bench.wait(0.1)
            with monkeypatch.context() as patch:
                patch.setattr(instrument, method, gone)
                bench.wait(15)
            bench.wait(1)
        faults = [event for _, event in bench.recording().of(BenchFault)]
    assert faults
    assert all(fault.reason.endswith(f"{name} is gone") for fault in faults)


@pytest.mark.parametrize(
    ("name", "keys", "net"),
    [
        ("kl30", 'net = "terminal_30"', "terminal_30"),
        ("fob_cell", 'net = "fob_cell"', "fob_cell"),
        ("fob_cell", "", "fob_cell"),
    ],
)
def test_a_supply_that_is_set_tells_what_it_feeds(tmp_path, name, keys, net):
    """A car whose own supply is below 6 V is asked nothing; of a fob's cell that is no excuse."""
    file, text = tmp_path / "bench.toml", DEFAULT.read_text()
    own = "" if name == "kl30" else f'\n[supplies.{name}]\nmodel = "simulated"\n{keys}\n'
    file.write_text(text + own)
    with Bench(make_setup(file)) as bench:
        getattr(bench.supplies, name).set_voltage(3.0)
        [told] = [e for _, e in bench.recording().of(SupplySet) if e.volts == 3.0]
    assert told.net == net


@pytest.mark.parametrize("spec", ["open_wire:wire=can_body_h", "short_to_ground:wire=can_body_h"])
def test_a_line_of_a_bus_that_is_open_or_touches_ground_takes_the_bus_away(tmp_path, spec):
    file = tmp_path / "bench.toml"
    cut = 'can_high_open = { channel = 40, contact = "nc", opens = "can_body_h" }'
    file.write_text(f"{DEFAULT.read_text()}\n[relays.cut]\nmodel = \"simulated\"\n"
                    f"[relays.cut.channels]\n{cut}\n")  # fmt: skip
    with Bench(make_setup(file)) as bench:
        with bench.cloud.failing(spec):
            bench.wait(1)
            assert not bench.owner.unlock("ble_key").acted
        bench.wait(10)
        assert bench.owner.unlock("ble_key").acted


def test_a_simulated_contact_in_a_line_of_a_bus_that_an_interface_carries_is_refused():
    refused = pytest.raises(ConfigError, match=r"can_body_high_to_ground is a simulated contact")
    with Bench(make_setup(DEFAULT)) as bench:
        bench.station.sites["body"].interface = "socketcan"
        with refused, bench.cloud.failing("short_to_ground:wire=can_body_h"):
            pass


@pytest.mark.parametrize(
    ("spec", "unit"),
    [
        ("open_wire:wire=handle_driver", "passive_entry"),
        ("loss_of_ground:unit=DKM", "digital_key"),
        ("short_to_supply:wire=lock_motor_driver", "bcm"),
        ("open_wire:wire=terminal_30", "car"),
    ],
)
def test_a_real_contact_in_the_wire_of_a_simulated_unit_is_refused(monkeypatch, spec, unit):
    """Its board reads back that it stands as the fault wants it, and the car has felt nothing."""
    monkeypatch.setattr(instruments, "is_device", lambda _section: True)
    with (
        Bench(make_setup(DEFAULT)) as bench,
        pytest.raises(ConfigError, match=rf"is a real contact, and the {unit} .* is simulated"),
        bench.cloud.failing(spec),
    ):
        pass


@pytest.mark.parametrize(
    ("units", "telematics", "wire", "real"),
    [
        (("bcm",), False, "lock_motor_driver", True),
        (("bcm",), False, "ground_bcm", True),
        (("bcm",), False, "terminal_30_dkm", False),
        (("bcm",), False, "handle_driver", False),
        (("bcm",), False, "cylinder_unlock", True),
        (("bcm",), False, "terminal_30", True),
        ((), True, "telematics_supply", True),
        ((), True, "terminal_30", False),
        ((), False, "horn", False),
    ],
)
def test_a_wire_is_as_real_as_the_unit_at_its_end(units, telematics, wire, real):
    assert WireEnds(units, telematics=telematics)(wire).real is real


def test_of_a_wire_of_ones_own_nobody_knows_beside_what_is_real():
    assert WireEnds(("bcm",), telematics=False)("horn") is None
    assert WireEnds((), telematics=True)("antenna") is None


def test_a_real_contact_at_a_bus_without_lines_is_refused(monkeypatch):
    monkeypatch.setattr(instruments, "is_device", lambda _section: True)
    refused = pytest.raises(ConfigError, match=r"real contact, and can\.body \(.*\) has no lines")
    with Bench(make_setup(DEFAULT)) as bench:
        bench.station.sites["body"].interface = "virtual"  # as python-can's own
        with refused, bench.cloud.failing("bus_short"):
            pass


def test_a_simulated_contact_in_the_wire_of_a_real_unit_is_refused(monkeypatch):
    monkeypatch.setattr(
        fault_site, "WireEnds", lambda _units, telematics: WireEnds({"bcm"}, telematics)
    )
    with (
        Bench(make_setup(DEFAULT)) as bench,
        pytest.raises(ConfigError, match=r"is a simulated contact, and the bcm .* is real"),
        bench.cloud.failing("loss_of_ground:unit=BCM"),
    ):
        pass


def dipped_by(tmp_path: Path, supply: str, profile: str) -> None:
    """Dip a supply of a bench file that says `supply` of it."""
    file = tmp_path / "bench.toml"
    text = DEFAULT.read_text()
    head, _, tail = text.partition('[supplies.kl30]\nmodel = "simulated"\n')
    tail = tail.replace("current_limit_a = 30.0", "current_limit_a = 3.0")
    file.write_text(f"{head}[supplies.kl30]\n{supply}\n{tail}")
    with Bench(make_setup(file)) as bench:
        with bench.cloud.failing(f"supply_dip:profile={profile}"):
            bench.wait(0.5)
        met = [e.event for e in bench.journal.entries if isinstance(e.event, FaultMet)]
        assert met, "it is looked at when it has had the time that it takes"


TWIN = 'model = "rigol_dp832"\nresource = "TCPIP0::1.2.3.4::5555::SOCKET"\nbackend = "@sim"'


def test_a_supply_of_which_nobody_knows_how_fast_it_is_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"nobody says how fast supplies\.kl30 .* write step_s"):
        dipped_by(tmp_path, TWIN, "brown_out")


def test_a_supply_that_is_too_slow_for_a_profile_is_refused_and_a_slower_profile_is_not(tmp_path):
    with pytest.raises(ConfigError, match=r"takes 0\.05 s to a voltage.* needs a faster supply"):
        dipped_by(tmp_path, f"{TWIN}\nstep_s = 0.05", "cranking_level_2")
    dipped_by(tmp_path, f"{TWIN}\nstep_s = 0.05", "brown_out")


CELL = '\n[supplies.fob_cell]\nmodel = "simulated"\nvoltage_v = 3.0\n'


def test_a_profile_of_a_car_that_would_raise_the_voltage_of_a_fob_s_cell_is_refused(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + CELL)
    with (
        Bench(make_setup(file)) as bench,
        pytest.raises(
            ConfigError, match=r"low_battery goes down to 8 V, and supplies.fob_cell is set to 3 V"
        ),
        bench.cloud.failing("supply_dip:profile=low_battery,supply=fob_cell"),
    ):
        pass


def test_a_dip_never_goes_above_what_the_supply_was_set_to(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text().replace("voltage_v = 13.5", "voltage_v = 10.0"))
    with Bench(make_setup(file)) as bench:
        with bench.cloud.failing("supply_dip:profile=brown_out"):  # from 12 V to 5 V and back
            bench.wait(4)
        told = [e.volts for _, e in bench.recording().of(SupplySet)]
        assert (min(told), max(told)) == (5.0, 10.0)


def test_a_supply_that_does_not_follow_has_not_dipped_and_is_the_bench_s_fault(monkeypatch):
    with Bench(make_setup(DEFAULT)) as bench:
        supply = bench.station.instruments.supplies["kl30"]
        monkeypatch.setattr(supply, "set_voltage", lambda _volts: None)
        with bench.cloud.failing("supply_dip:profile=momentary_drop"):
            bench.wait(3)
        events = [entry.event for entry in bench.journal.entries]
        assert not [event for event in events if isinstance(event, FaultMet)]
        (fault,) = (event for event in events if isinstance(event, BenchFault))
        assert fault.what == "supplies.kl30"
        assert fault.reason.startswith("gives 13.50 V where a fault has set 9.00 V")


# ── normally closed ───────────────────────────────────────────────────────────────────────


def test_a_switch_that_is_wired_normally_closed_opens_the_car_as_any_other(tmp_path):
    file = tmp_path / "bench.toml"
    closed = 'handle_driver = { channel = 1, contact = "nc", safe = "closed" }'
    file.write_text(DEFAULT.read_text().replace("handle_driver = 1", closed, 1))
    with Bench(make_setup(file)) as bench:
        assert bench.relays.handle_driver.state is False
        assert bench.owner.unlock("ble_key").acted
        bench.wait(1)
        instruments = bench.station.instruments
        assert instruments.relays["doors"].state("handle_driver") is True, "it rests energised"
        wiring = bench.station.wiring
        instruments.safe()
        assert wiring.net("handle_driver").mv > 0, "safe is de-energised: the contact is closed"
        assert wiring.net("terminal_30").mv == 0, "and the car has no supply to act on it"
