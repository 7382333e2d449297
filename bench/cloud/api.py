"""The cloud's interface: log-in, vehicles, commands, keys, assistant, status page."""

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bench.cloud.commands import described
from bench.cloud.front import Handler, cause_from, device_of, token_from
from bench.cloud.state import CloudState
from bench.cloud.vehicles import Vehicle
from bench.events import IntentBegan
from bench.network.certificates import common_name
from bench.network.json_object import json_object
from bench.network.trace_context import HEADER, cause_of
from bench.protocol.command import ALIASES, INTENTS, NAMES

Answer = Awaitable[web.StreamResponse]
PHRASES = {
    "open the doors": "door_unlock",
    "lock the doors": "door_lock",
    "hello car": "listen",
}


def problem(status: int, text: str) -> web.Response:
    """Return an error as the interface words it."""
    return web.json_response({"error": text}, status=status)


class Api:
    """Handlers over the cloud's state.

    Args:
        state: accounts, vehicles, commands, keys, push.
    """

    def __init__(self, state: CloudState) -> None:
        self._state = state
        self._numbers = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        """Return what the interface offers."""
        return [
            web.post("/oauth2/token", self.token),
            web.get("/api/1/vehicles", self._of_account(self.vehicles)),
            web.get("/api/1/vehicles/{vin}/state", self._of_vehicle(self.vehicle_state)),
            web.post("/api/1/vehicles/{vin}/command/{name}", self._of_vehicle(self.command)),
            web.post("/api/1/vehicles/{vin}/wake_up", self._of_vehicle(self.wake_up)),
            web.get("/api/1/commands/{id}", self._of_account(self.command_state)),
            web.post("/api/1/vehicles/{vin}/keys", self._of_vehicle(self.issue_key)),
            web.delete(
                "/api/1/vehicles/{vin}/keys/{credential}", self._of_vehicle(self.revoke_key)
            ),
            web.post(
                "/api/1/vehicles/{vin}/keys/{credential}/session",
                self._of_vehicle(self.key_session),
            ),
            web.post("/api/1/assistant/understand", self.understand),
            web.get("/status", self.status),
        ]

    def push_routes(self) -> list[web.RouteDef]:
        """Return the push channels."""
        return [
            web.get("/push/vehicle/{vin}", self.vehicle_channel),
            web.get("/push/app", self._of_account(self.app_channel)),
        ]

    # ── sessions ──────────────────────────────────────────────────────────────────────────

    async def token(self, request: web.Request) -> web.Response:
        """Log in with a password, or trade a refresh token."""
        body = await _document(request)
        accounts = self._state.accounts
        if body.get("grant_type") == "refresh_token":
            session = accounts.refresh(str(body.get("refresh_token")))
        else:
            session = accounts.log_in(str(body.get("account")), str(body.get("password")))
        if session is None:
            return problem(401, "log in again")
        return web.json_response({
            "access_token": session.access,
            "refresh_token": session.refresh,
            "expires_in": session.access_until - self._state.now(),
        })  # fmt: skip

    def _of_account(self, answer: Callable[[web.Request, str], Answer]) -> Handler:
        """Have a request answered by the account that sends it; without a session, refuse it."""

        async def handler(request: web.Request) -> web.StreamResponse:
            account = self._state.accounts.account_of(token_from(request))
            if account is None:
                return problem(401, "session expired")
            return await answer(request, account)

        return handler

    def _of_vehicle(self, answer: Callable[[web.Request, Vehicle], Answer]) -> Handler:
        """Have a request answered by the vehicle that it is about, if its sender may ask."""

        async def of_account(request: web.Request, account: str) -> web.StreamResponse:
            vehicle = self._state.vehicles.get(request.match_info["vin"])
            if vehicle is None or vehicle.account != account:
                return problem(404, "no such vehicle")
            return await answer(request, vehicle)

        return self._of_account(of_account)

    # ── vehicles and commands ─────────────────────────────────────────────────────────────

    async def vehicles(self, _request: web.Request, account: str) -> web.Response:
        """List the account's vehicles."""
        found = [{"vin": vehicle.vin} for vehicle in self._state.vehicles.of(account)]
        return web.json_response({"vehicles": found})

    async def vehicle_state(self, _request: web.Request, vehicle: Vehicle) -> web.Response:
        """Return what the vehicle reported last, and when."""
        return web.json_response({"state": vehicle.state, "reported_at": vehicle.state_at})

    async def command(self, request: web.Request, vehicle: Vehicle) -> web.Response:
        """Accept a command (202): accepted is not executed."""
        name = ALIASES.get(request.match_info["name"], request.match_info["name"])
        if name not in NAMES:
            return problem(404, "no such command")
        body = await _document(request)
        record = self._state.commands.create(
            vehicle, name, vehicle.account, str(body.get("idempotency_key", "")),
            self._wanted(request, vehicle, name),
        )  # fmt: skip
        return web.json_response(described(record) | self._state.noticed(), status=202)

    def _wanted(self, request: web.Request, vehicle: Vehicle, name: str) -> int | None:
        """Return what a command comes from; that of a real device is on record nowhere else."""
        cause, device, intent = cause_from(request), device_of(request), INTENTS.get(name)
        if device is None or intent is None:
            return cause
        attempt = f"flight-{device}-{next(self._numbers)}"  # beside what the bench itself tries
        path = "remote_start" if name.startswith("remote") else "cloud_app"
        began = IntentBegan(attempt, vehicle.account, intent, path, entitled=True, credential="")
        return self._state.journal.write(began, cause)

    async def wake_up(self, request: web.Request, vehicle: Vehicle) -> web.Response:
        """Wake the vehicle's telematics unit."""
        if not self._state.push.connected(vehicle.vin):
            self._state.carrier.tap(vehicle.vin, cause_from(request))
        return web.json_response({"state": "accepted"}, status=202)

    async def command_state(self, request: web.Request, account: str) -> web.Response:
        """Return a command's state."""
        record = self._state.commands.get(request.match_info["id"])
        if record is None or record.account != account:
            return problem(404, "no such command")
        return web.json_response(described(record))

    # ── keys and assistant ────────────────────────────────────────────────────────────────

    async def issue_key(self, request: web.Request, vehicle: Vehicle) -> web.Response:
        """Issue or renew a digital key's entitlement."""
        body = await _document(request)
        right = self._state.keys.issue(
            vehicle.vin, str(body.get("credential")), str(body.get("public_key")),
            shared=body.get("shared") is True,
        )  # fmt: skip

        if right is None:
            return problem(403, "this key was revoked")
        return web.json_response({"entitlement": right.signed().hex()})

    async def revoke_key(self, request: web.Request, vehicle: Vehicle) -> web.Response:
        """Revoke a digital key and tell the vehicle."""
        credential = request.match_info["credential"]
        self._state.revocations.revoke(vehicle.vin, credential, cause_from(request))
        return web.json_response({"state": "revoked"})

    async def key_session(self, request: web.Request, vehicle: Vehicle) -> web.Response:
        """Return a ticket for cars that want to see a live session."""
        ticket = self._state.keys.ticket(vehicle.vin, request.match_info["credential"])
        return web.json_response({"ticket": ticket.hex()})

    async def understand(self, request: web.Request) -> web.Response:
        """Understand a phrase that a head unit has heard."""
        if self._state.vehicles.by_token(token_from(request)) is None:
            return problem(401, "unknown vehicle")
        body = await _document(request)
        command = PHRASES.get(str(body.get("phrase")))
        return web.json_response({"command": command} if command else {})

    async def status(self, _request: web.Request) -> web.Response:
        """The public status page."""
        noticed = self._state.noticed()
        text = "Maintenance" if noticed else self._state.status_text
        return web.json_response({"status": text} | noticed)

    # ── push ──────────────────────────────────────────────────────────────────────────────

    async def vehicle_channel(self, request: web.Request) -> web.StreamResponse:
        """A telematics unit's channel."""
        transport = request.transport
        certified = common_name(transport.get_extra_info("peercert") if transport else None)
        vin = self._state.vehicles.authenticate(
            request.match_info["vin"], token_from(request), certified
        )
        if vin is None:
            return problem(401, "unknown vehicle")
        return await self._state.push.serve(vin, request, self.on_vehicle_message)

    async def on_vehicle_message(self, vin: str, message: dict[str, Any] | None) -> None:
        """Take what a vehicle says, which may be anything; None says that its channel is open."""
        if message is None:
            await self._state.commands.on_vehicle_connected(vin)
            await self._state.revocations.on_vehicle_connected(vin)
        elif message.get("type") == "ack":
            await self._state.commands.on_ack(
                vin, str(message.get("command_id")), str(message.get("stage")),
                str(message.get("result")),
                self._state.journal.known(cause_of(message.get(HEADER))),
            )  # fmt: skip
        elif message.get("type") == "state":
            vehicle, state = self._state.vehicles.get(vin), message.get("state")
            if vehicle is not None and isinstance(state, dict):
                vehicle.report(state, self._state.now())

    async def app_channel(self, request: web.Request, account: str) -> web.StreamResponse:
        """An app's channel: states of its commands as they change."""

        async def ignore(_to: str, _message: dict[str, Any] | None) -> None:
            return None

        return await self._state.push.serve(f"app:{account}", request, ignore)


async def _document(request: web.Request) -> dict[str, Any]:
    """Return what a client says, which may be anything; JSON is UTF-8, whatever else it claims."""
    return json_object(await request.read())
