"""The mock cloud as a whole: its listeners (interface, push, a broker) over one state."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bench.clock.timebase import Timebase
from bench.cloud.api import Api
from bench.cloud.front import Front
from bench.cloud.policy import CloudPolicy
from bench.cloud.state import CloudState, make_state
from bench.cloud.vehicles import Vehicle
from bench.journal import Journal
from bench.network.network import DOMAIN, LOOPBACK, Network


class Backend:
    """The mock cloud.

    Args:
        time: its clock.
        journal: where it writes.
        network: where it is reachable.
        seed: of its own randomness.
        policy: how it behaves.
        mqtt: whether vehicles are pushed to over MQTT, too. It needs the extra `telematics`.
    """

    def __init__(
        self,
        time: Timebase,
        journal: Journal,
        network: Network,
        seed: int,
        policy: CloudPolicy | None = None,
        *,
        mqtt: bool = False,
    ) -> None:
        self._mqtt = mqtt
        self._policy = policy or CloudPolicy()
        self.state: CloudState = make_state(time, journal, seed, self._policy)
        self.front = Front(journal, time, network)
        # behind whatever else answers: what is turned away before costs no worker
        self.front.rules.add(self.state.capacity.admit)
        self.api = Api(self.state)
        self._network = network
        self._runners: list[web.AppRunner] = []
        self._servers: list[asyncio.AbstractServer] = []

    async def start(self) -> None:
        """Listen for the interface and for push, over TLS."""
        self.state.capacity.open(self._policy.capacity, self._policy.population)
        for service, routes in (("api", self.api.routes()), ("push", self.api.push_routes())):
            await self._run(
                service, self.front.application(routes), certified=service,
                keepalive_timeout=self._policy.idle_s,
            )  # fmt: skip
        if self._mqtt:
            await self._start_broker()
        if self._network.certificates.ocsp != "off":
            await self._start_responder()

    async def _start_responder(self) -> None:
        from bench.cloud.ocsp_responder import OcspResponder

        certificates = self._network.certificates
        responder = OcspResponder(certificates.authority, self.state.time, certificates.ocsp_rules)
        await self._run("ocsp", responder.application())

    async def _start_broker(self) -> None:
        from bench.cloud.broker import Broker

        state = self.state
        broker = state.broker = Broker(
            state.push, state.vehicles.authenticate, self.api.on_vehicle_message,
            network=self._network, rules=state.mqtt, journal=state.journal,
            spawn=state.time.spawn, admit=state.capacity.admit_connect,
        )  # fmt: skip
        await self._listen("mqtt", broker.endpoint, certified="push")

    async def _run(
        self, service: str, application: web.Application, certified: str = "", **options: Any
    ) -> None:
        runner = web.AppRunner(
            application, handle_signals=False, access_log=None, shutdown_timeout=1.0, **options
        )
        await runner.setup()
        self._runners.append(runner)
        if runner.server is not None:
            await self._listen(service, runner.server, certified)

    async def _listen(
        self, service: str, protocol: Callable[[], asyncio.BaseProtocol], certified: str
    ) -> None:
        """Be reachable as `service`, over TLS if `certified` names whose certificate to show."""
        certificates, loop = self._network.certificates, asyncio.get_running_loop()
        tls = certificates.server_context(f"{certified}.{DOMAIN}") if certified else None
        server = await loop.create_server(protocol, LOOPBACK, 0, ssl=tls)
        self._servers.append(server)
        self._network.expose(service, server.sockets[0].getsockname())

    def register(self, vin: str, account: str, password: str, token: str) -> Vehicle:
        """Know an account and its vehicle."""
        self.state.accounts.passwords[account] = password
        # counting begins anew with each cloud, and a real unit remembers how far it had come
        vehicle = Vehicle(vin, account, token, epoch=self.state.time.wall().isoformat())
        self.state.vehicles.add(vehicle)
        return vehicle

    async def stop(self) -> None:
        """Close channels and listeners."""
        self.state.capacity.close()
        await self.state.push.close_all()
        if self.state.broker is not None:
            self.state.broker.close()
        for server in self._servers:
            server.close()
        for runner in self._runners:
            await runner.cleanup()
