"""The discipline of a telematics unit: each measure against its limit, and each defect by its own."""

import io
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from bench import events as e
from bench.access.choosing.usual_faults import default_faults
from bench.access.discipline import LONG, LongOutage, discipline, named
from bench.access.runner import run_scenario
from bench.access.scenario import Scenario
from bench.car.model import load_car
from bench.cli import measuring
from bench.cli.main import main
from bench.config.bench_file import DEFAULT, StationFile, load_bench
from bench.config.limits_section import BOUNDS
from bench.errors import ConfigError
from bench.judge.asking import ask
from bench.judge.discipline.measures import MEASURES
from bench.judge.discipline.tries import tries_of
from bench.judge.judge import judge
from bench.judge.verdict import Case
from bench.recording import Recording
from bench.station.defects import defects

DEFECTS = [n for n in defects().names() if defects().get(n).caught_by == "telematics_discipline"]
# as long as their measure needs
SHORT = {
    "floods_can_on_loss": LongOutage("refuse", driven=True, hours=0.2),
    "tight_reconnect_loop": LongOutage("refuse", driven=True, hours=0.2),
    "sends_log_with_each_try": LongOutage("http_status", driven=True, hours=0.25),
    "ignores_retry_after": LongOutage("http_status:retry_after_s=300.0", driven=True, hours=0.3),
    "overlooks_retry_after_date": LongOutage(
        "http_status:retry_after_s=300.0,retry_after_as=date", driven=True, hours=0.3
    ),
}
# what only the mocked unit itself writes: a bench with a real unit never sees it
OWN = (e.RequestSent, e.ResponseReceived, e.ExchangeFailed, e.TelematicsState, e.Inside,
       e.TelematicsCommand, e.TelematicsReport, e.PushReceived)  # fmt: skip


def station(push: str) -> StationFile:
    """Return the built-in bench with its unit reached by a protocol."""
    file = load_bench(DEFAULT)
    return replace(file, content=file.content.model_copy(update={"telematics": {"push": push}}))


def push_of(outage: str) -> str:
    return LONG[outage].push or "websocket"


def run(scenario: Scenario, push: str = "websocket") -> Recording:
    return run_scenario(station(push), load_car("sound", Path()), scenario)


def group(names: list[str], *on: str, brief: LongOutage | None = None) -> list[Scenario]:
    chosen = {names[0]: brief} if brief is not None else named(names, push_of(names[-1]))
    return discipline(load_car("sound", Path()), chosen, 1, on).groups[0].scenarios()


@cache
def calm(use: str, push: str) -> Recording:
    """Return the longest baseline of a use: nothing fails in it, so no defect shows."""
    longest = {"websocket": "driven_absurd_retry_after", "mqtt": "driven_server_moved"}
    names = [f"{use}_refuse", *([longest[push]] if use == "driven" else [])]
    return run(group(names)[0], push)


@cache
def recorded(outage: str, *on: str, brief: LongOutage | None = None) -> Case:
    """Run a long outage; return it with its baseline."""
    scenario, push = group([outage], *on, brief=brief)[1], push_of(outage)
    return Case(run(scenario, push), calm(outage.partition("_")[0], push))


def measured(case: Case) -> dict[str, str]:
    return {m.name: m.verdict for m in ask("telematics_discipline", case).measurements}


def values(case: Case) -> dict[str, float | None]:
    return {m.name: m.value for m in ask("telematics_discipline", case).measurements}


def limited(case: Case, name: str, value: float) -> Case:
    """Return a case whose recording has another limit."""
    header = case.recording.header
    key = name if name == "battery" else f"telematics_discipline.{name}"
    limits = header.limits | {key: header.limits[key] | {"value": value}}
    recording = Recording(replace(header, limits=limits), case.recording.entries)
    return Case(recording, case.baseline)


def without(recording: Recording, *kinds: type[e.Event]) -> Recording:
    """Return a recording without these events, complete as it was."""
    kept = [entry for entry in recording.entries if not isinstance(entry.event, kinds)]
    kept[-1] = kept[-1]._replace(event=replace(kept[-1].event, entries=len(kept) - 1))
    return Recording(recording.header, kept)


def sound_for(name: str) -> Case:
    return recorded(defects().get(name).long_outage, brief=SHORT.get(name))


def test_every_limit_has_a_measure_and_every_measure_a_defect():
    assert set(BOUNDS) == set(MEASURES)
    caught = {m for name in DEFECTS for m in defects().get(name).measures}
    assert caught | {"retry_after_most"} == set(MEASURES)  # that one: see below


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_fails_its_own_measures_and_no_other_and_a_sound_unit_none(name):
    defect = defects().get(name)
    case = recorded(defect.long_outage, name, brief=SHORT.get(name))
    assert {m for m, word in measured(case).items() if word == "fail"} == set(defect.measures)
    sound = measured(sound_for(name))
    assert "fail" not in sound.values()
    assert {sound[m] for m in defect.measures} == {"pass"}


@pytest.mark.parametrize("outage", ["driven_503", "driven_retry_after", "parked_refuse"])
def test_a_sound_unit_passes_and_the_whole_verdict_says_so(outage):
    case = recorded(outage)
    verdict = judge(case.recording, case.baseline)
    assert (verdict.verdict, verdict.oracle) == ("pass", "telematics_discipline"), verdict.reason
    assert judge(case.baseline).verdict == "pass"


@pytest.mark.parametrize("fault", ["limit_data:after_bytes=100", "timeout"])
def test_connections_that_a_fault_cuts_count_once_each(fault):
    case = recorded("driven_refuse", brief=LongOutage(fault, driven=True, hours=0.5))
    opened = [x for _, x in case.recording.of(e.ConnectionOpened) if x.party == "tcu/push"]
    assert len(tries_of(case.recording, "tcu")) == len(opened)
    assert ask("telematics_discipline", case).verdict == "pass"


@pytest.mark.parametrize(
    "outage",
    ["driven_503", "driven_refuse", "driven_retry_after", "parked_refuse", "driven_server_moved"],
)
def test_nothing_that_only_a_mocked_unit_tells_is_measured(outage):
    case = recorded(outage)
    bare = Case(without(case.recording, *OWN), without(case.baseline, *OWN))
    assert ask("telematics_discipline", bare) == ask("telematics_discipline", case)


def test_a_unit_that_comes_late_after_a_retry_after_fails():
    case = recorded("driven_retry_after")
    found = measured(limited(case, "retry_after_most", 1.1))
    assert [m for m, word in found.items() if word == "fail"] == ["retry_after_most"]


def test_a_unit_whose_tls_says_no_name_is_not_said_to_have_stayed():
    case = recorded("driven_server_moved")
    nameless = [
        entry._replace(event=replace(entry.event, host=""))
        if isinstance(entry.event, e.BrokerConnect) else entry
        for entry in case.recording.entries
    ]  # fmt: skip
    found = measured(Case(Recording(case.recording.header, nameless), case.baseline))
    assert found["server_reference"] == "inconclusive"


@pytest.mark.parametrize("outage", ["driven_503", "driven_connack_refused"])
def test_nobody_who_was_not_sent_away_is_asked_whether_it_went(outage):
    assert "server_reference" not in measured(recorded(outage))


def test_charge_is_that_of_the_supply_and_none_without_its_reading():
    case = recorded("parked_refuse")
    found = measured(Case(without(case.recording, e.SupplyCurrent), case.baseline))
    unmeasured = {"charge", "days_to_no_start", "resets"}
    assert {m for m, word in found.items() if word == "inconclusive"} == unmeasured
    assert "fail" not in found.values()


def test_a_second_supply_that_tells_no_current_leaves_the_charge_open():
    """What the first one gives is no sum of both: the unit may hang on the other."""
    case = recorded("parked_refuse")
    entries = list(case.recording.entries)
    place = next(i for i, entry in enumerate(entries) if isinstance(entry.event, e.SupplySwitched))
    second = replace(entries[place].event, supply="kl15", channel="kl15", on=True)
    entries.insert(place, entries[place]._replace(event=second))
    entries[-1] = entries[-1]._replace(event=replace(entries[-1].event, entries=len(entries) - 1))
    both = Case(Recording(case.recording.header, entries), case.baseline)
    found = measured(both)
    unmeasured = {m for m, word in found.items() if word == "inconclusive"}
    assert unmeasured == {"charge", "days_to_no_start", "resets"}
    assert (
        "charge: no current is read back of supplies.kl15"
        in ask("telematics_discipline", both).reason
    )


def test_a_supply_that_reads_too_coarsely_shows_no_reset_and_a_near_charge_is_open():
    case = recorded("parked_refuse")
    coarse = [
        entry._replace(event=replace(entry.event, error_a=0.005))
        if isinstance(entry.event, e.SupplyCurrent) else entry
        for entry in case.recording.entries
    ]  # fmt: skip
    found = measured(limited(Case(Recording(case.recording.header, coarse), case.baseline),
                             "charge", 4.0))  # fmt: skip
    assert (found["resets"], found["charge"]) == ("inconclusive", "inconclusive")


def heard(case: Case, counts: list[int]) -> Case:
    """Return a case in which a unit's counter of starts was heard, the first before the outage."""
    entries, began = list(case.recording.entries), case.recording.of(e.FaultArmed)
    from_ns = next(iter(began))[0].t_ns
    for number, value in enumerate(counts):
        changed = e.RoleChanged("telematics", "telematics_restarts", str(value), (), (value,))
        t_ns = from_ns + (number * 2 - 1) * 60_000_000_000
        place = next(i for i, entry in enumerate(entries) if entry.t_ns > t_ns)
        entries.insert(place, entries[place]._replace(t_ns=t_ns, event=changed))
    entries[-1] = entries[-1]._replace(event=replace(entries[-1].event, entries=len(entries) - 1))
    return Case(Recording(case.recording.header, entries), case.baseline)


@pytest.mark.parametrize(
    ("counts", "starts", "verdict"),
    [([7], 0, "pass"), ([7, 8, 9], 2, "pass"), ([7, 11], 4, "fail"), ([254, 255, 0, 1, 2], 4, "fail")],
    ids=["none", "two in three hours", "four, three of them unheard", "it wraps"],
)  # fmt: skip
def test_a_start_shows_by_the_units_own_counter_where_its_current_does_not_fall(
    counts, starts, verdict
):
    case = heard(recorded("parked_refuse"), counts)
    assert values(case)["resets"] == pytest.approx(starts / 3, rel=0.01)
    assert measured(case)["resets"] == verdict


@pytest.mark.parametrize(("counts", "verdict"), [([7], "inconclusive"), ([7, 11], "fail")])
def test_without_a_reading_of_current_a_counter_can_only_convict(counts, verdict):
    case = heard(recorded("parked_refuse"), counts)
    bare = Case(without(case.recording, e.SupplyCurrent), case.baseline)
    assert measured(bare)["resets"] == verdict


def test_a_counter_that_stood_still_does_not_outweigh_the_current():
    case = heard(recorded("parked_refuse", "resets_modem"), [7])
    assert measured(case)["resets"] == "fail"


def test_the_days_follow_from_the_battery():
    case = recorded("parked_refuse")
    days = values(case)["days_to_no_start"]
    small = limited(case, "battery", 6.0)
    assert values(small)["days_to_no_start"] == pytest.approx(days / 3, rel=1e-3)
    assert measured(small)["days_to_no_start"] == "fail"


def test_too_few_tries_are_inconclusive_and_never_a_pass():
    case = recorded("driven_refuse", brief=LongOutage("refuse", driven=True, hours=0.1))
    found = measured(case)
    assert {found[m] for m in ("growth_ratio", "longest_wait", "jitter_share", "jitter_evenness",
                               "attempts", "data")} == {"inconclusive"}  # fmt: skip
    assert ask("telematics_discipline", case).verdict == "inconclusive"


def test_without_a_baseline_what_needs_one_is_inconclusive():
    found = measured(Case(recorded("parked_refuse").recording))
    assert {m for m, w in found.items() if w == "inconclusive"} == {
        "wake_ups", "charge", "bus_load", "resets",
    }  # fmt: skip


def test_a_baseline_that_cannot_be_relied_on_is_nothing_to_compare_with():
    case = recorded("parked_refuse")
    unchecked = without(case.baseline, e.StateChecked)
    judgement = ask("telematics_discipline", Case(case.recording, unchecked))
    assert judgement.verdict == "inconclusive"
    assert "the baseline cannot be compared with: the starting state" in judgement.reason


def test_a_campaign_does_not_run_long_outages_and_does_not_ask_for_discipline():
    assert not set(named([], "websocket")) & set(default_faults("websocket"))
    header = replace(recorded("parked_refuse").recording.header, limits={})
    case = Case(Recording(header, recorded("parked_refuse").recording.entries))
    assert ask("telematics_discipline", case).verdict == "not_asked"


def test_outages_are_those_that_the_unit_can_meet_by_how_it_is_reached():
    by_mqtt, by_websocket = named([], "mqtt"), named([], "websocket")
    assert set(by_mqtt) - set(by_websocket) == {
        "driven_connack_refused", "parked_connack_refused", "driven_server_moved",
    }  # fmt: skip
    assert "driven_503" in set(by_websocket) - set(by_mqtt)
    with pytest.raises(ConfigError, match=r"driven_503: .*over mqtt .*websocket"):
        named(["driven_503"], "mqtt")


# ── the command ───────────────────────────────────────────────────────────────────────────


def test_the_command_tells_every_measure_with_its_limit_and_source(capsys, tmp_path):
    out = tmp_path / "run"
    assert main(["discipline", "--outages", "parked_refuse", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "parked_refuse: pass" in said
    for name in ("attempts", "wake_ups", "charge", "days_to_no_start", "resets"):
        line = next(line for line in said.splitlines() if line.startswith(name))
        assert f"{BOUNDS[name].bound} {BOUNDS[name].value:g}" in line
        assert BOUNDS[name].source in line
    assert main(["judge", str(out)]) == 0
    assert "0 differ" in capsys.readouterr().out


def test_what_it_keeps_of_a_car_of_ones_own_can_be_run_again(capsys, tmp_path):
    mine, out = tmp_path / "mine.toml", tmp_path / "run"
    mine.write_text((DEFAULT.parent.parent / "cars" / "sound.toml").read_text())
    options = ["--car", str(mine), "--outages", "driven_refuse", "--out", str(out)]
    assert main(["discipline", *options]) == 0
    (kept,) = (out / "recordings").glob("*driven_refuse*")
    assert main(["replay", str(kept), "--no-report", "--out", str(tmp_path / "again")]) == 0
    assert "byte for byte the same" in capsys.readouterr().out


def test_a_narrow_terminal_has_each_measure_by_name_and_the_sources_once(monkeypatch):
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    monkeypatch.setattr(measuring, "Console", lambda **_: console)
    assert main(["discipline", "--outages", "parked_refuse", "parked_503"]) == 0
    said = console.file.getvalue()
    assert "days_to_no_start" in said
    assert "…" not in said
    assert said.count("limit of days_to_no_start: ") == 1
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "status"),
    [(["driven_connack_refused"], 0), (["parked_connack_refused"], 0),
     (["driven_connack_refused", "--defects", "no_jitter"], 1)],
)  # fmt: skip
def test_a_unit_that_is_reached_over_mqtt_is_measured_too(capsys, tmp_path, options, status):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + '\n[telematics]\npush = "mqtt"\n')
    assert main(["discipline", "--bench", str(file), "--outages", *options, "--json"]) == status
    found = json.loads(capsys.readouterr().out)["outages"][0]
    failed = {m["name"] for m in found["measurements"] if m["verdict"] == "fail"}
    assert failed == ({"jitter_share"} if status else set()), found["reason"]


def test_the_command_fails_with_a_defect_and_its_document_says_by_what(capsys, tmp_path):
    file = tmp_path / "bench.toml"
    limits = '[limits.telematics_discipline]\ncharge = { value = 1.0, source = "REQ-7" }\n'
    file.write_text(DEFAULT.read_text() + limits)
    options = ["--bench", str(file), "--outages", "parked_refuse", "--defects", "wakes_the_car"]
    assert main(["discipline", *options, "--json"]) == 1
    measurements = json.loads(capsys.readouterr().out)["outages"][0]["measurements"]
    failed = {m["name"]: m["source"] for m in measurements if m["verdict"] == "fail"}
    assert failed == {"wake_ups": BOUNDS["wake_ups"].source, "charge": "REQ-7"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[limits.telematics_discipline]\nattemps = 3\n", 'no measure "attemps": did you mean'),
        ("[limits.telematics_discipline]\nattempts = -3\n", "attempts.value: -3 is not right"),
        ("[limits.telematics_discipline]\nattempts = 'few'\n", "telematics_discipline.attempts"),
        ("[battery]\ncharge = 0.4\n", "least_charge = 0.5 is not below charge = 0.4"),
    ],
)
def test_a_wrong_limit_is_one_clear_error(tmp_path, text, said):
    file = tmp_path / "bench.toml"
    file.write_text(DEFAULT.read_text() + text)
    with pytest.raises(ConfigError, match=r"bench\.toml: ") as raised:
        load_bench(file)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--outages", "parked_refus"], 'did you mean "parked_refuse"'),
        (["--defects", "no_jiter"], 'did you mean "no_jitter"'),
    ],
)
def test_a_wrong_name_is_one_clear_error(capsys, options, said):
    assert main(["discipline", *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "said"), [("real.toml", "2 scenarios, 6.2 h of real time\n"), (None, "")]
)
def test_who_starts_it_in_real_time_is_told_how_long_it_takes(capsys, monkeypatch, file, said):
    """Nothing else is printed for hours."""
    monkeypatch.setattr(measuring, "_run", lambda *_: iter(()))
    smoke = Path(__file__).parents[1] / "smoke"
    bench = ["--bench", str(smoke / file if file else DEFAULT)]
    assert main(["discipline", *bench, "--outages", "parked_503"]) == 0
    assert capsys.readouterr().out == said


def test_an_outage_that_this_unit_does_not_meet_is_refused_with_those_that_it_does():
    with pytest.raises(ConfigError) as refused:
        named(["parked_503"], "mqtt")
    assert str(refused.value).endswith(
        'it is for telematics.push = "websocket"; over mqtt: parked_refuse, parked_nxdomain, '
        "parked_broker_unreachable, parked_connack_refused"
    )


def test_what_was_reached_is_kept_and_said_so_when_somebody_ends_it(tmp_path, monkeypatch, capsys):
    def interrupted(*_how, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(measuring, "run_group", interrupted)
    out = tmp_path / "run"
    assert main(["discipline", "--outages", "parked_refuse", "--out", str(out)]) == 130
    assert capsys.readouterr().err == f"bench: interrupted; what was reached is kept in {out}\n"
    assert "2 of 2 planned scenarios have no verdict" in (out / "report.html").read_text()
