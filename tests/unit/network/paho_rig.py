"""A broker in real time, and clients that nobody here wrote: paho-mqtt, over TLS, on loopback."""

import queue
import time
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bench.clock.real import RealTime
from bench.cloud.backend import Backend
from bench.events import BrokerConnect
from bench.faults.fault import Site
from bench.faults.injector import Injector
from bench.journal import Journal
from bench.network.certificates import Certificates, client_context
from bench.network.network import DOMAIN, Network
from bench.network.trust import trust_of

VIN, TOKEN, OTHER = "PAHO0000000000001", "paho's token", "PAHO0000000000002"
COMMANDS, REPORTS = f"vehicles/{VIN}/commands", f"vehicles/{VIN}/reports"
VERSIONS = {"3.1.1": MQTTProtocolVersion.MQTTv311, "5.0": MQTTProtocolVersion.MQTTv5}
SOON_S = 20.0


class World:
    """A cloud with a broker, and a link to it, in real time."""

    def __init__(self, *, mutual: bool = False) -> None:
        self.certificates = Certificates(mutual=mutual)
        self.time = RealTime(guard_s=30.0)
        self.journal = Journal(self.time.now_ns)
        self.time.run(self._open())

    async def _open(self) -> None:
        self.network = Network(self.journal, delay_s=0.0, certificates=self.certificates)
        self.cloud = Backend(self.time, self.journal, self.network, 1, mqtt=True)
        await self.cloud.start()
        await self.network.connect("tcu", mqtt=True)
        self.cloud.register(VIN, "owner", "owner's word", TOKEN)
        self.cloud.register(OTHER, "other", "other's word", "other's token")
        site = Site(self.network, self.cloud.front, self.cloud.state)
        self.injector = Injector(site, self.journal, 1)
        self.address = self.network.names.table["tcu", f"push.{DOMAIN}"]

    @property
    def state(self):
        return self.cloud.state

    def run(self, function, *arguments) -> Any:
        """Call a function on the loop."""

        async def call() -> Any:
            return function(*arguments)

        return self.time.run(call())

    def push(self, document: dict[str, Any], to: str = VIN) -> bool:
        return self.time.run(self.state.push.send(to, "a document", document, None))

    def connected(self, *, wanted: bool = True) -> None:
        """Wait until the cloud can reach the vehicle, or cannot."""
        until_s = time.monotonic() + SOON_S
        while self.run(self.state.push.connected, VIN) != wanted:
            assert time.monotonic() < until_s, "the cloud and the vehicle did not get together"
            time.sleep(0.01)

    def connack_codes(self) -> list[int]:
        """Return the codes of all CONNACKs so far."""
        entries = self.run(lambda: list(self.journal.entries))
        return [each.event.code for each in entries if isinstance(each.event, BrokerConnect)]

    def close(self) -> None:
        async def close() -> None:
            await self.cloud.stop()
            self.network.close()
            await self.time.drain()

        try:
            self.time.run(close())
        finally:
            self.time.close()


class Client:
    """A paho client that writes down what it is told."""

    def __init__(self, world: World, version: str, *, name: str = "paho-1", **options: Any) -> None:
        self.connects: queue.Queue[Any] = queue.Queue()
        self.disconnects: queue.Queue[Any] = queue.Queue()
        self.messages: queue.Queue[paho.MQTTMessage] = queue.Queue()
        self.granted: queue.Queue[list[Any]] = queue.Queue()
        self.published: queue.Queue[tuple[int, Any]] = queue.Queue()
        self.version, self.world = version, world
        clean = options.pop("clean", True)
        self.will = options.pop("will", None)
        extra = {} if version == "5.0" else {"clean_session": clean}
        self.paho = paho.Client(CallbackAPIVersion.VERSION2, client_id=name,
                                protocol=VERSIONS[version], **extra)  # fmt: skip
        self.clean = clean
        self.paho.username_pw_set(options.pop("user", VIN), options.pop("password", TOKEN))
        self.paho.tls_set_context(client_context())
        # paho checks the name that it connects to; the bench's DNS is tested elsewhere
        trust = trust_of(world.certificates, options.pop("certified", VIN))
        self.paho._ssl_context = _Named(trust.context)
        self.properties: Any = None  # of the latest CONNACK, by MQTT 5
        self.paho.on_connect = self._on_connect
        self.paho.on_disconnect = lambda _c, _u, _f, code, _p: self.disconnects.put(code)
        self.paho.on_message = lambda _c, _u, message: self.messages.put(message)
        self.paho.on_subscribe = lambda _c, _u, _m, codes, _p: self.granted.put(codes)
        self.paho.on_publish = lambda _c, _u, mid, code, _p: self.published.put((mid, code))
        if self.will:
            self.paho.will_set(*self.will)

    def _on_connect(self, _client: Any, _user: Any, flags: Any, code: Any, properties: Any) -> None:
        self.properties = properties
        self.connects.put((code, flags))

    def start(self, keepalive: int = 60, most_bytes: int = 0):
        """Connect, wait for the CONNACK, and return it."""
        properties = None
        if self.version == "5.0":
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = 0 if self.clean else 100
            if most_bytes:
                properties.MaximumPacketSize = most_bytes
        host, port = self.world.address
        extra = {"clean_start": self.clean} if self.version == "5.0" else {}
        self.paho.connect(host, port, keepalive, properties=properties, **extra)
        self.paho.loop_start()
        return self.connects.get(timeout=SOON_S)

    def listen(self, topic: str = COMMANDS, qos: int = 1) -> Any:
        self.paho.subscribe(topic, qos)
        return self.granted.get(timeout=SOON_S)[0]

    def lose_connection(self) -> None:
        """Drop the socket without a word."""
        self.paho.loop_stop()
        sock = self.paho.socket()
        if sock is not None:
            sock.close()
        self.paho._sock = None

    def stop(self) -> None:
        self.paho.disconnect()
        self.paho.loop_stop()


class _Named:
    """A TLS context that asks for the push service's name, whatever address it goes to."""

    def __init__(self, context):
        self._context = context

    def wrap_socket(self, sock, *, server_hostname=None, **options):
        del server_hostname
        return self._context.wrap_socket(sock, server_hostname=f"push.{DOMAIN}", **options)

    def __getattr__(self, name):
        return getattr(self._context, name)


def opened(**how: bool) -> Iterator[World]:
    """Yield a world, and close it."""
    world = World(**how)
    yield world
    world.close()


def clients_of(world: World, version: str) -> Iterator[Any]:
    """Yield what makes clients of a version of MQTT, and stop them all."""
    clients: list[Client] = []

    def make(**options: Any) -> Client:
        clients.append(Client(world, version, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.stop()
