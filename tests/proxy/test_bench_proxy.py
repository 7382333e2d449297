"""`bench proxy`, driven by a client of Toxiproxy that nobody here wrote (toxiproxy-python).

One process serves all tests; times are looked at with generous bounds only.
"""

import contextlib
import http.client
import json
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from toxiproxy import Toxiproxy
from toxiproxy.api import APIConsumer
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists

COMMAND = [sys.executable, "-m", "bench.cli.main", "proxy"]
PATIENCE_S = 30.0


class Echo(socketserver.BaseRequestHandler):
    """Sends back what it gets."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # some toxics reset
            while data := self.request.recv(4096):
                self.request.sendall(data)


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    """The address of an echo server."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def process(upstream: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """`bench proxy` with one proxy from a file."""
    config = tmp_path_factory.mktemp("proxy") / "toxiproxy.json"
    config.write_text(json.dumps([{"name": "from_file", "upstream": upstream}]))
    options = ["--config", str(config), "--listen", "127.0.0.1:0"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as served:
        yield served
        served.send_signal(signal.SIGTERM)
        assert served.wait(PATIENCE_S) == 0
        assert served.stdout.read().splitlines()[-1] == "ended"


@pytest.fixture(scope="module")
def served_at(process) -> int:
    """The port of the interface, as the command says."""
    said = process.stdout.readline()
    assert said.startswith("Toxiproxy's interface at http://127.0.0.1:"), said
    assert process.stdout.readline().startswith("from_file: 127.0.0.1:")
    return int(said.rpartition(":")[2])


@pytest.fixture
def client(served_at: int) -> Iterator[Toxiproxy]:
    """The client from PyPI, and nothing left behind by it."""
    made = Toxiproxy()
    made.update_api_consumer("127.0.0.1", served_at)
    yield made
    made.destroy_all()


@pytest.fixture
def proxy(client: Toxiproxy, upstream: str) -> Any:
    return client.create(upstream=upstream, name="echo")


def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Send a request as it stands; return the status and what the answer holds."""
    connection = http.client.HTTPConnection(APIConsumer.host, APIConsumer.port, timeout=PATIENCE_S)
    text = body if isinstance(body, str) else json.dumps(body)
    connection.request(method, path, text, headers)
    answer = connection.getresponse()
    found = answer.read().decode()
    connection.close()
    return answer.status, json.loads(found) if found[:1] in {"{", "["} else found


def dial(proxy: Any) -> socket.socket:
    host, _, port = proxy.listen.rpartition(":")
    return socket.create_connection((host, int(port)), PATIENCE_S)


def exchange(proxy: Any, data: bytes = b"hello") -> tuple[bytes, float]:
    """Return what comes back over a new connection, and how long that took."""
    with dial(proxy) as sock:
        began_s = time.monotonic()
        sock.sendall(data)
        got = b""
        while len(got) < len(data) and (more := sock.recv(4096)):
            got += more
        return got, time.monotonic() - began_s


# ── with the client from PyPI ─────────────────────────────────────────────────────────────


def test_a_proxy_is_made_listed_and_taken_away(client, proxy, upstream):
    assert client.running()
    assert json.loads(client.version())["version"].startswith("2.")
    assert exchange(proxy) == (b"hello", pytest.approx(0, abs=PATIENCE_S))
    assert (client.proxies()["echo"].upstream, client.proxies()["echo"].enabled) == (upstream, True)
    assert client.destroy(proxy)
    assert client.get_proxy("echo") is None
    with pytest.raises(ConnectionRefusedError):
        dial(proxy)


def counted(proxy: Any, direction: str) -> dict[str, int]:
    """Return what Prometheus is told of a proxy's direction, by the last word before "_bytes"."""
    status, text = ask("GET", "/metrics")
    assert status == 200
    labels = (
        f'direction="{direction}",listener="{proxy.listen}",proxy="echo",'
        f'upstream="{proxy.upstream}"'
    )
    found = {}
    for line in text.splitlines():
        name, _, rest = line.partition("{")
        if rest.startswith(labels + "} "):
            assert f"# TYPE {name} counter" in text
            found[name.removeprefix("toxiproxy_proxy_")] = int(rest.rpartition(" ")[2])
    return found


def test_prometheus_is_told_what_was_taken_and_what_was_passed_on(proxy):
    received, sent = "received_bytes_total", "sent_bytes_total"
    assert counted(proxy, "upstream") == {received: 0, sent: 0}
    assert exchange(proxy)[0] == b"hello"
    for direction in ("upstream", "downstream"):
        assert counted(proxy, direction) == {received: 5, sent: 5}
    proxy.add_toxic(type="limit_data", attributes={"bytes": 2})
    assert exchange(proxy)[0] == b"he"
    assert counted(proxy, "upstream") == {received: 10, sent: 10}
    assert counted(proxy, "downstream") == {received: 10, sent: 7}


def test_latency_is_added_met_changed_and_removed(proxy):
    proxy.add_toxic(type="latency", attributes={"latency": 300})
    assert proxy.get_toxic("latency_downstream").attributes == {"latency": 300, "jitter": 0}
    assert exchange(proxy)[1] >= 0.3
    APIConsumer.post("/proxies/echo/toxics/latency_downstream", json={"attributes": {"latency": 1}})
    assert proxy.get_toxic("latency_downstream").attributes["latency"] == 1
    with dial(proxy) as sock:
        proxy.add_toxic(
            type="latency", name="long", stream="upstream", attributes={"latency": 60_000}
        )
        sock.sendall(b"held")
        assert proxy.destroy_toxic("long")  # what it holds is handed on
        assert sock.recv(4) == b"held"
    assert proxy.destroy_toxic("latency_downstream")
    assert proxy.toxics() == {}


def test_a_proxy_that_is_down_refuses_and_cuts(proxy):
    with dial(proxy) as sock:
        sock.sendall(b"a")
        assert sock.recv(1) == b"a"
        with proxy.down():
            with pytest.raises(ConnectionResetError):
                sock.recv(1)
            with pytest.raises(ConnectionRefusedError):
                dial(proxy)
    assert exchange(proxy)[0] == b"hello"


def test_reset_enables_everything_and_removes_every_toxic(client, proxy):
    proxy.add_toxic(type="timeout", attributes={"timeout": 0})
    proxy.disable()
    assert client.reset()
    assert proxy.toxics() == {}
    assert client.get_proxy("echo").enabled
    assert exchange(proxy)[0] == b"hello"


def test_the_client_populates(client, upstream):
    wanted = [
        {"name": "a", "upstream": upstream, "listen": "127.0.0.1:0"},
        {"name": "b", "upstream": upstream, "listen": "localhost:0"},
    ]
    made = client.populate(wanted)
    assert [exchange(each)[0] for each in made] == [b"hello"] * 2


def test_errors_are_those_that_the_client_knows(client, proxy, upstream):
    with pytest.raises(NotFound):
        client.get_proxy("echo").destroy_toxic("none")
    with pytest.raises(InvalidToxic, match="did you mean"):
        proxy.add_toxic(type="latncy")
    with pytest.raises(ProxyExists):
        APIConsumer.post("/proxies", json={"name": "echo", "upstream": upstream})


def test_timeout_closes_and_reset_peer_resets_an_idle_connection(proxy):
    proxy.add_toxic(type="timeout", attributes={"timeout": 50})
    with dial(proxy) as sock:
        sock.sendall(b"nobody answers")
        assert sock.recv(1) == b""
    proxy.destroy_toxic("timeout_downstream")
    proxy.add_toxic(type="reset_peer", attributes={"timeout": 50})
    with dial(proxy) as sock, pytest.raises(ConnectionResetError):
        sock.recv(1)


def test_limit_data_cuts_an_answer_at_the_byte_and_slicer_and_bandwidth_lose_nothing(proxy):
    text = bytes(range(256)) * 40
    proxy.add_toxic(
        type="slicer", attributes={"average_size": 100, "size_variation": 50, "delay": 10}
    )
    proxy.add_toxic(type="bandwidth", attributes={"rate": 100})
    proxy.add_toxic(type="slow_close", attributes={"delay": 10})
    got, took_s = exchange(proxy, text)
    assert got == text
    assert took_s >= len(text) / 100_000 * 0.9
    proxy.add_toxic(type="limit_data", attributes={"bytes": 1000})
    assert exchange(proxy, text)[0] == text[:1000]


def test_toxicity_hits_its_share_of_connections_and_always_the_same(client, upstream):
    def hit() -> list[bool]:
        made = client.create(upstream=upstream, name="drawn")
        made.add_toxic(type="limit_data", toxicity=0.5, attributes={"bytes": 0})
        found = [exchange(made)[0] == b"" for _ in range(12)]
        client.destroy(made)
        return found

    first = hit()
    assert 1 <= sum(first) <= 11
    assert hit() == first


def test_the_benchs_own_faults_are_toxics_too(proxy):
    proxy.add_toxic(type="stall", stream="both", attributes={"loss": 0})
    assert exchange(proxy)[0] == b"hello"
    with dial(proxy) as sock:
        sock.sendall(b"a")
        assert sock.recv(1) == b"a"
        proxy.add_toxic(type="new_conn_only", stream="both")
        with pytest.raises(ConnectionRefusedError):
            dial(proxy)
        sock.sendall(b"b")  # what is open lives on
        assert sock.recv(1) == b"b"


# ── on the wire ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/proxies/none", None, 404, "proxy not found"),
        ("DELETE", "/proxies/none", None, 404, "proxy not found"),
        ("GET", "/proxies/echo/toxics/none", None, 404, "toxic not found"),
        ("PATCH", "/proxies/echo/toxics/none", {}, 404, "toxic not found"),
        ("POST", "/proxies", "{", 400, "bad request body: "),
        ("POST", "/proxies", [], 400, "bad request body: an object"),
        ("POST", "/proxies", {}, 400, "missing required field: name"),
        ("POST", "/proxies", {"name": "x"}, 400, "missing required field: upstream"),
        ("POST", "/proxies", {"name": "x", "upstream": "db"}, 400, 'upstream: "db" is not host:port'),
        ("POST", "/proxies", {"name": "x", "upstream": "db:1", "listen": "0.0.0.0:0"}, 400,
         "not loopback"),
        ("POST", "/populate", [{"name": "y", "upstream": "db:1"}, {"name": "x"}], 400,
         "missing required field: upstream at proxy 2"),
        ("POST", "/proxies/echo/toxics", {"type": "latency", "stream": "sideways"}, 400,
         "stream was invalid, can be either upstream or downstream"),
        ("POST", "/proxies/echo/toxics", {"type": "packet_loss"}, 400, 'use "stall"'),
        ("POST", "/proxies/echo/toxics", {"type": "bandwidth", "attributes": {"rate": 0}}, 400,
         "bandwidth.rate: 0 is not right"),
        ("POST", "/proxies/echo/toxics", {"type": "latency", "attributes": {"latncy": 1}}, 400,
         'did you mean "latency"?'),
        ("POST", "/proxies/echo/toxics", {"type": "latency", "toxicity": 2}, 400, "toxicity"),
        ("POST", "/proxies/echo/toxics",
         {"type": "slicer", "attributes": {"average_size": 2, "size_variation": 2}}, 400,
         "must be smaller"),
        ("POST", "/proxies/echo/toxics", {"type": "refuse", "toxicity": 0.5}, 400, "toxicity is 1"),
        ("POST", "/proxies/echo/toxics", {"type": "nat_rebind", "stream": "upstream"}, 400,
         'its stream is "both"'),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_one_clear_error(
    proxy, method, path, body, status, said
):
    answered, document = ask(method, path, body)
    assert (answered, document["status"]) == (status, status)
    assert said in document["error"]
    assert ask("GET", "/proxies/echo")[1]["toxics"] == []
    assert "y" not in ask("GET", "/proxies")[1]  # nothing is made unless all can be


def test_a_port_that_is_taken_is_refused(proxy, upstream):
    body = {"name": "twin", "upstream": upstream, "listen": proxy.listen}
    status, document = ask("POST", "/proxies", body)
    assert (status, "in use" in document["error"]) == (500, True)


def test_browsers_are_kept_out(client):
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    assert ask("GET", "/proxies", **agent)[0] == 403


def test_populate_leaves_alone_what_is_as_asked_and_replaces_what_is_not(proxy, upstream):
    proxy.add_toxic(type="latency")
    same = [{"name": "echo", "listen": proxy.listen, "upstream": upstream}]
    status, document = ask("POST", "/populate", same)
    assert (status, len(document["proxies"][0]["toxics"])) == (201, 1)
    status, document = ask("POST", "/populate", [{**same[0], "upstream": "127.0.0.1:9"}])
    assert (status, document["proxies"][0]["toxics"]) == (201, [])


def test_a_proxy_moves_under_its_toxics(proxy, upstream):
    proxy.add_toxic(type="limit_data", attributes={"bytes": 2})
    with dial(proxy) as sock:
        status, document = ask("PATCH", "/proxies/echo", {"listen": "127.0.0.1:0"})
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
    assert (status, len(document["toxics"])) == (200, 1)
    assert document["listen"] != proxy.listen
    with pytest.raises(ConnectionRefusedError):
        dial(proxy)
    proxy.listen = document["listen"]
    assert exchange(proxy)[0] == b"he"
    assert ask("PATCH", "/proxies/echo", {"upstream": "127.0.0.1:9"})[1]["upstream"].endswith(":9")


# ── the command ───────────────────────────────────────────────────────────────────────────


def test_ctrl_c_ends_it_and_events_are_told_one_a_line(tmp_path: Path):
    config = tmp_path / "toxiproxy.json"
    config.write_text('[{"name": "off", "upstream": "db.invalid:1", "enabled": false}]')
    options = ["--config", str(config), "--listen", "127.0.0.1:0", "--events"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as served:
        armed = json.loads(served.stdout.readline())
        said = [served.stdout.readline() for _ in range(2)]
        served.send_signal(signal.SIGINT)
        assert served.wait(PATIENCE_S) == 0
        cleared = json.loads(served.stdout.readlines()[-1])
    assert (armed["event"], armed["spec"]) == ("fault_armed", "refuse on off (both)")
    assert said[1].rstrip().endswith("to db.invalid:1 (down)")
    assert (cleared["event"], cleared["met"]) == ("fault_cleared", 0)


@pytest.fixture
def refused(capsys):
    from bench.cli.main import main

    def run(*arguments: str) -> str:
        assert main(["proxy", *arguments]) == 2
        lines = capsys.readouterr().err.strip().splitlines()
        assert len(lines) == 1
        return lines[0]

    return run


def test_a_taken_port_of_the_interface_is_one_clear_error(refused, served_at):
    said = refused("--listen", f"127.0.0.1:{served_at}")
    assert (
        said
        == f"bench: error: cannot listen at 127.0.0.1, port {served_at}: Address already in use"
    )


def test_an_address_that_others_can_reach_has_to_be_meant(refused):
    assert "0.0.0.0 is not loopback" in refused("--listen", ":0")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "no.json: cannot be read: No such file"),
        ("[{", "is not valid JSON"),
        ("{}", "a list of proxies is needed"),
        ('[{"name": "a"}]', "missing required field: upstream at proxy 1"),
        ('[{"name": "a", "upstream": "b:1", "listen": "c"}]', 'listen: "c" is not host:port'),
    ],
)
def test_a_bad_config_is_one_clear_error_that_names_the_file(
    refused, tmp_path: Path, text: str | None, said: str
):
    file = tmp_path / "no.json"
    if text is not None:
        file.write_text(text)
    found = refused("--config", str(file), "--listen", "127.0.0.1:0")
    assert said in found
    assert "no.json: " in found
