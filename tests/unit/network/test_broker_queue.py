"""A broker with a queue as paho-mqtt sees it: full, waiting, let in."""

import queue
import time

import pytest
from paho_rig import SOON_S, VERSIONS, clients_of, opened

from bench.faults.injector import parse_fault


@pytest.fixture
def world():
    yield from opened()


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def make(world, version):
    yield from clients_of(world, version)


def test_a_client_that_finds_the_queue_full_is_told_that_the_server_is_busy(world, make, version):
    spec = "thundering_herd:endpoint=push,clients=50,within_s=0,workers=1,service_s=5,queue=1"
    armed = world.run(world.injector.arm, parse_fault(spec, source="test"))
    code, _ = make().start()
    assert code.getName() == {"3.1.1": "Server unavailable", "5.0": "Server busy"}[version]
    world.run(world.injector.clear, armed)
    assert armed.met == 1
    code, _ = make().start()
    assert code == 0


def test_a_client_waits_for_its_turn_and_what_it_says_meanwhile_is_kept(world, make, version):
    del version
    spec = "brown_out:endpoint=push,load=0.000001,workers=1,service_s=0.5,law=deterministic"
    armed = world.run(world.injector.arm, parse_fault(spec, source="test"))
    began_s = time.monotonic()
    client = make()
    code, _ = client.start()
    assert code == 0
    assert time.monotonic() - began_s >= 0.45
    assert client.listen() == 1
    assert armed.met == 1


@pytest.mark.parametrize("way", ["cleared", "gone"])
def test_whoever_waits_is_let_in_when_the_limits_go_and_forgotten_when_it_goes(world, make, way):
    spec = "brown_out:endpoint=push,load=0.000001,workers=1,service_s=600,law=deterministic"
    armed = world.run(world.injector.arm, parse_fault(spec, source="test"))
    client = make()
    host, port = world.address
    client.paho.connect(host, port, 60)
    client.paho.loop_start()
    with pytest.raises(queue.Empty):
        client.connects.get(timeout=0.3)
    if way == "gone":
        client.lose_connection()
    world.run(world.injector.clear, armed)
    if way == "cleared":
        code, _ = client.connects.get(timeout=SOON_S)
        assert code == 0
    else:
        time.sleep(0.3)
        assert not world.run(lambda: list(world.state.broker.sessions))
