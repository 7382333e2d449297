"""The owner's phone and the telematics unit in the middle of a cloud that others load."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT
from bench.errors import ConfigError
from bench.events import BrokerConnect, CloudLoad, FaultMet, RequestServed

METASTABLE = """
[cloud.capacity.api]
workers = 8
service_s = 0.04
queue = 4000
response_timeout_s = 10
retry_after_s = 30

[cloud.population.phones]
endpoint = "api"
arrivals_per_s = 140
patience_s = 3
tries = 4
cap_s = 8
"""
BUDGET = "retry_budget = 0.1\n"
# a weakness of fifteen seconds, and hardly a crowd of its own
WEAKNESS = "retry_storm:load=0.0001,slowness=5,trigger_s=15"


@pytest.fixture(scope="module")
def bench_of(tmp_path_factory):
    """Opens a bench with more in its file; closes it afterwards."""
    benches = []

    def make(more):
        file = tmp_path_factory.mktemp("bench") / "bench.toml"
        file.write_text(DEFAULT.read_text() + more)
        benches.append(Bench(make_setup(file)).open())
        return benches[-1]

    yield make
    for bench in benches:
        bench.close()


def events(bench, kind):
    return [entry.event for entry in bench.journal.entries if isinstance(entry.event, kind)]


@pytest.fixture(scope="module")
def stuck(bench_of):
    """A bench whose weakness is over, and the tries before and two minutes after it."""
    return lived_through(bench_of(METASTABLE))


@pytest.fixture(scope="module")
def budgeted(bench_of):
    """The same, with clients that have a budget of tries."""
    return lived_through(bench_of(METASTABLE + BUDGET))


def lived_through(bench):
    bench.wait(10)
    before = bench.owner.unlock("cloud_app")
    bench.owner.lock("cloud_app")
    with bench.cloud.failing(WEAKNESS):
        bench.wait(20)
    bench.wait(120)
    return bench, before, bench.owner.unlock("cloud_app"), bench.owner.unlock("ble_key")


def test_before_the_weakness_the_app_opens_the_car(stuck, budgeted):
    for _, before, _, _ in (stuck, budgeted):
        assert before.acted


def test_two_minutes_after_it_the_app_still_does_not_open_the_car_but_the_key_does(stuck):
    _, _, app, key = stuck
    assert not app.acted
    assert key.acted


def test_with_a_budget_of_tries_the_cloud_has_recovered_by_then(budgeted):
    _, _, app, _ = budgeted
    assert app.acted


def test_the_load_balancer_has_answered_for_what_did_not(stuck):
    bench = stuck[0]
    statuses = {event.status for event in events(bench, RequestServed) if event.party == "phone"}
    assert statuses & {503, 504}


def test_the_recording_tells_what_the_cloud_lived_through(stuck, budgeted):
    offered_per_s, good_per_s = means(events(stuck[0], CloudLoad)[-20:])
    assert offered_per_s > 300
    assert good_per_s < 70
    offered_per_s, good_per_s = means(events(budgeted[0], CloudLoad)[-10:])
    assert offered_per_s < 180
    assert good_per_s > 120


def means(loads):
    assert {load.endpoint for load in loads} == {"api"}
    return (
        sum(load.offered_per_s for load in loads) / len(loads),
        sum(load.good_per_s for load in loads) / len(loads),
    )


def test_the_weakness_is_met_by_real_exchanges_only(stuck):
    parties = {event.party for event in events(stuck[0], FaultMet)}
    assert parties <= {"phone", "tcu", "witness_phone", "witness_tcu", "head_unit"}
    assert parties


@pytest.mark.parametrize(
    ("spec", "status"),
    [
        ("brown_out:load=3,workers=2,queue=5", 503),
        ("thundering_herd:clients=4000,workers=2,queue=5", 503),
        ("cold_restart:down_s=60,load=0.2", 502),
        ("retry_storm:load=2,workers=2,queue=5,slowness=20,trigger_s=300", 503),
    ],
)
def test_a_fault_brings_limits_where_the_bench_file_has_none_and_takes_them_away(
    bench_of, spec, status
):
    bench = bench_of("")
    assert bench.owner.unlock("cloud_app").acted
    assert not events(bench, CloudLoad)  # nothing is limited
    with bench.cloud.failing(spec) as armed:
        bench.wait(5)
        bench.owner.lock("cloud_app")
        assert bench.owner.unlock("ble_key").acted
    assert armed[0].met > 0
    assert status in {event.status for event in events(bench, RequestServed)}
    bench.wait(60)
    told = len(events(bench, CloudLoad))
    assert bench.owner.lock("cloud_app").acted
    bench.wait(20)
    assert len(events(bench, CloudLoad)) == told > 0


@pytest.mark.parametrize("version", ["3.1.1", "5.0"])
def test_a_herd_of_cars_that_come_back_overloads_the_broker(bench_of, version):
    mqtt = f'\n[telematics]\npush = "mqtt"\nmqtt_version = "{version}"\n'
    limits = "[cloud.capacity.push]\nworkers = 4\nservice_s = 0.1\nqueue = 200\n"
    bench = bench_of(mqtt + limits)
    bench.wait(5)
    herd = "thundering_herd:endpoint=push,clients=3000,within_s=5,cap_s=60"
    with bench.cloud.failing("broker_unreachable"):
        bench.wait(10)
    with bench.cloud.failing(herd) as (armed,):
        bench.wait(30)
        busy = {event.code for event in events(bench, BrokerConnect)} - {0}
        assert bench.owner.unlock("ble_key").acted
        bench.wait(300)
        assert bench.owner.lock("cloud_app").acted, "the herd has been let in"
    assert busy == {0x89 if version == "5.0" else 3}
    assert armed.met > 1
    assert max(load.waiting for load in events(bench, CloudLoad)) >= 150


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("[cloud.capacity.api]\nworkrs = 8\n",
         'cloud.capacity.api.workrs: unknown key: did you mean "workers"?'),
        ("[cloud.capacity.statsu]\nworkers = 8\n", 'cloud.capacity.statsu: \'statsu\' is not right: did you mean "status"?'),
        ("[cloud.capacity.api]\nworkers = 0\n", "cloud.capacity.api.workers: 0 is not right"),
        ('[cloud.population.cars]\nendpoint = "push"\narrivals_per_s = 3\n',
         "population.cars: asks 'push', and there is no [cloud.capacity.push] to load"),
        ('[cloud.capacity.api]\n[cloud.population.cars]\nendpoint = "api"\n',
         "cloud.population.cars: needs one of arrivals_per_s, think_s and within_s"),
        ('[cloud.capacity.api]\n[cloud.population.c]\nendpoint = "api"\nthink_s = 3\njitter = "ful"\n',
         'no jitter law named "ful": did you mean "full"?'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_bench_file_is_one_clear_error(bench_of, more, says):
    with pytest.raises(ConfigError) as error:
        bench_of(more)
    assert says in str(error.value)
    assert len(str(error.value).splitlines()) == 1
