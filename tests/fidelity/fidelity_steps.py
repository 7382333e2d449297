"""What the phone and the unit do in a script, step by step."""

import asyncio

from fidelity_script import Step
from fidelity_world import COMMAND, RETRY_S, VIN, World

from bench.events import PushReceived

SETTLE_S = 0.2  # enough for a command on its way to reach the unit, and for its reports
TRY_S = 0.3  # enough for the unit to connect over a new channel, were it let


async def open_connection(world: World) -> None:
    """A command over the connection that was open before the fault."""
    await world.command("open connection", "open")


async def new_connection(world: World) -> None:
    """A command over a new connection."""
    await world.phone.drop_connections()
    await world.command("new connection", "new")


async def same_again(world: World) -> None:
    """The command before, once more under its own id: one effect, not two."""
    await world.command("same again", "new")


async def unit_reconnects(world: World) -> None:
    """The unit loses its channel and tries to get another."""
    await asyncio.sleep(SETTLE_S)
    await world.tcu.drop_connections()
    await asyncio.sleep(RETRY_S + TRY_S)
    world.saw.append(f"unit: {world.unit.state}")


async def unit_goes_elsewhere(world: World) -> None:
    """The unit loses its channel and finds another at the second server that it asks."""
    await asyncio.sleep(SETTLE_S)
    await world.tcu.drop_connections()
    await asyncio.sleep(RETRY_S + 3 * TRY_S)
    world.saw.append(f"unit: {world.unit.state}")


async def look_at_the_unit(world: World) -> None:
    """Nothing is done; only how the unit is."""
    world.saw.append(f"unit: {world.unit.state}")


async def log_in(world: World) -> None:
    """The phone tries to log in."""
    await world.log_in()


def pause(seconds: float) -> Step:
    """Return a step that lets time pass."""

    async def step(_world: World) -> None:
        await asyncio.sleep(seconds)

    return step


async def patiently(world: World) -> None:
    """A command, over its open connection, by a client that outlives the fault."""
    await world.command("patiently", "patient", client=world.patient)


async def patiently_anew(world: World) -> None:
    """A command, over a new connection, by a client that outlives the fault."""
    await world.patient.drop_connections()
    await patiently(world)


async def one_patient_request(world: World) -> None:
    """A command, without asking for its result, by a client that outlives the fault."""
    body = {"idempotency_key": "patient"}
    await world.exchange("patiently", "POST", COMMAND, body, client=world.patient)


async def ask_for_a_key(world: World) -> None:
    """The phone asks for a digital key."""
    await world.exchange("key", "POST", f"/api/1/vehicles/{VIN}/keys", {"credential": "phone"})


async def revoke_a_key(world: World) -> None:
    """The phone has a key taken away."""
    await world.exchange("revoke", "DELETE", f"/api/1/vehicles/{VIN}/keys/phone")


async def unit_is_told(world: World) -> None:
    """Another key is taken away; the unit hears of both in the end."""
    await world.exchange("revoke another", "DELETE", f"/api/1/vehicles/{VIN}/keys/card")
    while [e.what for e in world.events(PushReceived)].count("key revoked") < 2:
        await asyncio.sleep(0.01)
    world.saw.append("unit: told twice")


async def two_at_once(world: World) -> None:
    """Two commands, of which the first is not waited for."""
    for key in ("first", "second"):
        await world.exchange(key, "POST", COMMAND, {"idempotency_key": key})
    await asyncio.sleep(SETTLE_S)


EVERYWHERE = (open_connection, new_connection, unit_reconnects)
