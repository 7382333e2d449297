"""The links of an open station, driven by the same client: what it does is on the record."""

import re
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from toxiproxy import Toxiproxy
from toxiproxy.api import APIConsumer
from toxiproxy.exceptions import InvalidToxic

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT, load_bench
from bench.errors import ConfigError, StationError
from bench.events import Event, FaultArmed, FaultCleared, FaultMet
from bench.station.toxiproxy import toxiproxy_port


def bench_file(folder: Path, port: int, *, real: bool = True) -> Path:
    text = DEFAULT.read_text()
    text = text.replace('time = "simulated"', 'time = "real"') if real else text
    file = folder / "bench.toml"
    file.write_text(f"{text}\n[network]\ntoxiproxy_port = {port}\n")
    return file


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one open station and one client saw of each other."""
    port = free_port()
    client = Toxiproxy()
    client.update_api_consumer("127.0.0.1", port)
    bench = Bench(make_setup(bench_file(tmp_path_factory.mktemp("bench"), port))).open()
    try:
        proxies = client.proxies()
        phone = proxies["phone_api"]
        phone.add_toxic(type="latency", stream="upstream", attributes={"latency": 50})
        slow = bench.owner.unlock("cloud_app")
        phone.disable()
        down = bench.owner.lock("cloud_app")
        listed = client.proxies()["phone_api"]
        with pytest.raises(InvalidToxic) as refused:
            APIConsumer.delete("/proxies/phone_api")
        with pytest.raises(InvalidToxic) as made:
            client.create(upstream="127.0.0.1:1", name="other")
        client.reset()
        events = [entry.event for entry in bench.station.journal.entries]
    finally:
        bench.close()
    return SimpleNamespace(
        proxies=proxies, slow=slow, down=down, listed=listed, events=events,
        refused=str(refused.value), made=str(made.value), port=port,
    )  # fmt: skip


def of(seen: Any, *kinds: type[Event]) -> list[Any]:
    return [event for event in seen.events if isinstance(event, kinds)]


def test_every_link_is_a_proxy(seen):
    parties = ("phone", "tcu", "head_unit", "witness_phone", "witness_tcu")
    assert set(seen.proxies) == {f"{p}_{service}" for p in parties for service in ("api", "push")}


def test_what_a_client_does_is_met_by_the_owner(seen):
    assert (seen.slow.acted, seen.down.acted) == (True, False)
    assert not seen.listed.enabled


def test_what_a_client_does_is_on_the_record(seen):
    armed = [event.spec for event in of(seen, FaultArmed)]
    assert armed == [
        "latency:delay_s=0.05,jitter_s=0.0 on phone_api (upstream)", "refuse on phone_api (both)",
    ]  # fmt: skip
    met = {(event.fault, event.party) for event in of(seen, FaultMet)}
    assert met == {("latency", "phone/api"), ("refuse", "phone/api")}
    cleared = {event.fault: event.met for event in of(seen, FaultCleared)}
    assert cleared.keys() == {"latency", "refuse"}
    assert min(cleared.values()) > 0


def test_links_are_neither_made_nor_taken_away(seen):
    for said in (seen.refused, seen.made):
        assert "they cannot be made, moved or taken away" in said


def test_after_the_station_nobody_answers_any_more(seen):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", seen.port), 5)


def test_no_client_can_be_on_simulated_time(tmp_path):
    file = load_bench(bench_file(tmp_path, 8474, real=False))
    with pytest.raises(ConfigError, match=re.escape("network.toxiproxy_port: needs [bench] time")):
        toxiproxy_port(file)


def test_a_port_that_is_taken_is_one_clear_error(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StationError, match=f"port {port}: Address already in use"):
            Bench(make_setup(bench_file(tmp_path, port))).open()
