"""What is done under each fault, and what it then means: one script per fault at least.

A script is the same in both worlds, and so is what it expects: `expects` is what the phone (and
"unit: …", the telematics unit) sees while the fault is in force, `decides` what the unit has
decided about each command in the end.
"""

import asyncio

from fidelity_world import COMMAND, RETRY_S, VIN, Script, Step, World

from bench.cloud.policy import CloudPolicy
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


# a command expires after half a second, and 0.5 s later the cloud gives up waiting for its result
SHORT_LIVED = CloudPolicy(command_ttl_s=0.5, answer_grace_s=0.5)
EVERYWHERE = (open_connection, new_connection, unit_reconnects)
ACCEPTED = "202 application/json"
FULL = "503 text/html"
DONE = ("executing",)
NEVER: tuple[str, ...] = ()
OPEN_WORKS = (f"open connection: {ACCEPTED}", "open connection: result: succeeded")
NEW_WORKS = (f"new connection: {ACCEPTED}", "new connection: result: succeeded")
PATIENCE_WORKS = (f"patiently: {ACCEPTED}", "patiently: result: succeeded")
UNIT_WORKS, UNIT_TRIES = "unit: connected", "unit: backing_off"

SCRIPTS = (
    # ── names ─────────────────────────────────────────────────────────────────────────────
    Script(
        "nxdomain", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "nxdomain:names=push", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        # the first answer is remembered, and there is no second one; the unit is told the truth
        "nxdomain:party=phone,first=1,ttl_s=0.6",
        (new_connection, new_connection, pause(0.7), new_connection, unit_reconnects),
        expects=(
            "new connection: ClientConnectorDNSError, not sent",
            "new connection: ClientConnectorDNSError, not sent",
            *NEW_WORKS, UNIT_WORKS,
        ),
        decides={"new": DONE},
    ),
    # ── HTTP ──────────────────────────────────────────────────────────────────────────────
    Script(
        "http_status:status=503,retry_after_s=30", EVERYWHERE,
        expects=(
            "open connection: 503 text/plain, retry after 30",
            "new connection: 503 text/plain, retry after 30",
            UNIT_TRIES,
        ),
    ),
    Script(
        "http_status:status=504,effect=done,endpoint=api", EVERYWHERE,
        expects=("open connection: 504 text/plain", "new connection: 504 text/plain", UNIT_WORKS),
        decides={"open": DONE, "new": DONE},  # an error, and yet it was done
    ),
    Script(
        "http_status:status=502,endpoint=push", (unit_reconnects, open_connection),
        expects=(UNIT_TRIES, f"open connection: {ACCEPTED}", "open connection: result: created"),
        decides={"open": DONE},  # it has waited for the unit
    ),
    Script(
        "html_200", EVERYWHERE,
        expects=("open connection: 200 text/html", "new connection: 200 text/html", UNIT_TRIES),
    ),
    Script(
        "truncated_body", (*EVERYWHERE, same_again),
        expects=(
            "open connection: ClientPayloadError, sent",
            "new connection: ClientPayloadError, sent",
            UNIT_WORKS,
            "same again: ClientPayloadError, sent",
        ),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "slow_drip:bytes_per_s=20", EVERYWHERE,
        expects=(
            "open connection: TimeoutError, sent",
            "new connection: TimeoutError, sent",
            UNIT_WORKS,
            f"patiently: {ACCEPTED}",
        ),
        held=one_patient_request, held_within_s=0.2,
        decides={"open": DONE, "new": DONE, "patient": DONE},
    ),
    # ── capacity: a worker that is occupied for longer than the script takes ──────────────
    Script(
        "brown_out:load=1000,workers=1,service_s=5,law=deterministic,queue=1", EVERYWHERE,
        expects=(f"open connection: {FULL}", f"new connection: {FULL}", UNIT_TRIES),
    ),
    Script(
        # nobody else comes: the phone waits for a worker that is busy with its own first request
        "brown_out:load=0.000001,workers=1,service_s=5,law=deterministic", (open_connection,),
        expects=("open connection: TimeoutError, sent", *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},  # the phone gave up, the cloud did not
    ),
    Script(
        "brown_out:load=0.000001,workers=1,service_s=5,law=deterministic,response_timeout_s=0.3",
        (open_connection, pause(0.2)),
        expects=("open connection: 504 text/html",),
    ),
    Script(
        "thundering_herd:clients=50,within_s=0,workers=1,service_s=5,law=deterministic,queue=1",
        EVERYWHERE,
        expects=(f"open connection: {FULL}", f"new connection: {FULL}", UNIT_TRIES),
    ),
    Script(
        "cold_restart:down_s=60,load=0.1", EVERYWHERE,
        expects=(
            "open connection: 502 text/html",
            "new connection: 502 text/html",
            UNIT_TRIES,
        ),
    ),
    Script(
        "retry_storm:load=200,workers=1,service_s=1,law=deterministic,slowness=10,queue=1",
        EVERYWHERE,
        expects=(f"open connection: {FULL}", f"new connection: {FULL}", UNIT_TRIES),
    ),
    # ── link ──────────────────────────────────────────────────────────────────────────────
    Script(
        "latency:delay_s=0.3,jitter_s=0", (open_connection,),
        expects=(*OPEN_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "no_coverage", EVERYWHERE,
        expects=(
            "open connection: TimeoutError, sent",
            "new connection: ClientConnectorDNSError, not sent",
            UNIT_TRIES,
        ),
        # The phone gave up, but its bytes arrive at last, as do those with which the unit gave up
        # its channel. The cloud sends the command into that channel just before it is told.
        decides={"open": NEVER},
    ),
    Script(
        "no_coverage:side=phone", (open_connection,),
        expects=("open connection: TimeoutError, sent", *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},  # the phone gave up, its bytes did not
    ),
    Script(
        "no_coverage:side=car", (),
        expects=PATIENCE_WORKS,
        held=patiently, held_within_s=0.6,
        decides={"patient": DONE},
    ),
    Script(
        # The connections of before are lost at once. The unit has a new channel by 1.0 s, the
        # phone a request under way: both are lost at 1.2 s. The cloud knows nothing of it, and
        # sends the command into the channel that was lost.
        "network_switch:period_s=1.2", (pause(0.8), new_connection, pause(0.25)),
        expects=("new connection: ClientOSError, sent",),
        decides={"new": NEVER},
        link_delay_s=0.15,
    ),
    Script(
        "network_switch:period_s=1.2,side=phone", (pause(0.8), new_connection, same_again),
        expects=(
            "new connection: ClientOSError, sent",
            f"same again: {ACCEPTED}",
            "same again: result: succeeded",
        ),
        decides={"new": DONE},
        link_delay_s=0.15,
    ),
    # ── push ──────────────────────────────────────────────────────────────────────────────
    Script(
        "broker_unreachable", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},  # they have waited for the unit
    ),
    Script(
        "delayed:delay_s=1", (open_connection,),
        expects=(*OPEN_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.45,  # less than is left of the delay
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "delayed:delay_s=0.8", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: rejected"),
        decides={"open": ("refused: expired",)},
        cloud=SHORT_LIVED,
    ),
    Script(
        "duplicate:again=2,gap_s=0.5", (open_connection, pause(1.2)),
        expects=OPEN_WORKS,
        decides={"open": ("executing", "refused: duplicate", "refused: duplicate")},
    ),
    # ── push over MQTT ────────────────────────────────────────────────────────────────────
    Script(
        "broker_unreachable", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "cert_expired", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        push="mqtt",
    ),
    Script(
        "nxdomain:names=push", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        # what is in the channel when it stalls arrives; what the unit gave up is sent again
        "no_coverage:side=car", (),
        expects=PATIENCE_WORKS,
        held=patiently, held_within_s=0.6,
        decides={"patient": DONE},
        push="mqtt",
    ),
    Script(
        "delayed:delay_s=0.8", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: rejected"),
        decides={"open": ("refused: expired",)},
        cloud=SHORT_LIVED, push="mqtt",
    ),
    Script(
        "duplicate:again=2,gap_s=0.5", (open_connection, pause(1.2)),
        expects=OPEN_WORKS,
        decides={"open": ("executing", "refused: duplicate", "refused: duplicate")},
        push="mqtt",
    ),
    Script(
        "accepted_but_lost", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: timed_out",
            f"new connection: {ACCEPTED}", "new connection: result: timed_out",
            UNIT_WORKS,
        ),
        decides={"open": NEVER, "new": NEVER},
        cloud=SHORT_LIVED, push="mqtt",
    ),
    Script(
        "executed_ack_lost", (*EVERYWHERE, same_again),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: unknown",
            f"new connection: {ACCEPTED}", "new connection: result: unknown",
            UNIT_WORKS,
            f"same again: {ACCEPTED}", "same again: result: unknown",
        ),
        decides={"open": DONE, "new": DONE},
        cloud=SHORT_LIVED, push="mqtt",
    ),
    Script(
        "connack_refused", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},  # they have waited for the unit
        push="mqtt",
    ),
    Script(
        "connack_refused:reason=not_authorised,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "connack_refused:reason=server_moved,server=push.maker.example,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "connack_refused:reason=server_moved,server=push-2.maker.example,cut=False",
        (open_connection, unit_goes_elsewhere, new_connection),
        expects=(*OPEN_WORKS, UNIT_WORKS, *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "broker_disconnects:period_s=5", (pause(1.0), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt",
    ),
    Script(
        # commands wait for the unit, which finds no room at the broker
        "thundering_herd:endpoint=push,clients=50,within_s=0,workers=1,service_s=5,queue=1",
        EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "session_not_kept", (pause(0.8), open_connection, unit_reconnects, new_connection),
        expects=(*OPEN_WORKS, UNIT_WORKS, *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "puback_lost", (open_connection, unit_reconnects, pause(0.2)),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        # it comes again with each connection, until an acknowledgement arrives
        decides={"open": ("executing", "refused: duplicate", "refused: duplicate")},
        push="mqtt",
    ),
    Script(
        "puback_lost:whose=broker", (open_connection, unit_reconnects),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        decides={"open": DONE},  # its reports come again, and change nothing
        push="mqtt",
    ),
    Script(
        # the unit asks after 1 s, gives up 0.5 s later, and is back 0.4 s after that
        "keepalive_ignored", (pause(1.75), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt", heartbeat_s=1.0,
    ),
    # ── service ───────────────────────────────────────────────────────────────────────────
    Script(
        "accepted_but_lost", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: timed_out",
            f"new connection: {ACCEPTED}", "new connection: result: timed_out",
            UNIT_WORKS,
        ),
        decides={"open": NEVER, "new": NEVER},
        cloud=SHORT_LIVED,
    ),
    Script(
        "executed_ack_lost", (*EVERYWHERE, same_again),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: unknown",
            f"new connection: {ACCEPTED}", "new connection: result: unknown",
            UNIT_WORKS,
            f"same again: {ACCEPTED}", "same again: result: unknown",
        ),
        decides={"open": DONE, "new": DONE},
        cloud=SHORT_LIVED,
    ),
    Script(
        f"executed_ack_lost:account=owner,vin={VIN},first=1", (open_connection, new_connection),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: unknown", *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
        cloud=SHORT_LIVED,
    ),
    Script(
        "session_expired", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 401 application/json",
            "new connection: 401 application/json",
            UNIT_WORKS,
            "log in: 401 application/json",
        ),
    ),
    # ── TCP ───────────────────────────────────────────────────────────────────────────────
    Script(
        "blackhole_syn", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
            *PATIENCE_WORKS,
        ),
        held=patiently_anew, held_within_s=1.3,  # a SYN goes out again after 1 s
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "new_conn_only", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "refuse", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientConnectorError, not sent",
            UNIT_TRIES,
        ),
    ),
    Script(
        "reset_peer:service=api", (*EVERYWHERE, same_again),
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientOSError, sent",
            UNIT_WORKS,
            "same again: ClientOSError, sent",
        ),
        decides={"open": DONE, "new": DONE},  # the requests have had their effect, once
    ),
    Script(
        "reset_peer:service=push", (open_connection, unit_reconnects),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: unknown", UNIT_TRIES),
        decides={"open": DONE},  # and its first report was the last that got through
        cloud=SHORT_LIVED,
    ),
    # ── whose connections, how many of them, and when ─────────────────────────────────────
    Script(
        # of the phone's open connections the first is cut, and no other is met
        "refuse:party=phone,first=1", EVERYWHERE,
        expects=("open connection: ClientOSError, sent", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "refuse:side=phone,from_s=0.9,for_s=0.6",
        (open_connection, pause(0.7), new_connection, pause(0.6), new_connection),
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorError, not sent", *NEW_WORKS
        ),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "new_conn_only:share=0.5,party=phone", (new_connection, new_connection, new_connection),
        expects=(
            *NEW_WORKS, *NEW_WORKS, "new connection: ClientConnectorError, not sent"
        ),  # as the seed draws
        decides={"new": DONE},
    ),
    Script(
        "blackhole_syn:first=1,party=phone", (new_connection, new_connection, unit_reconnects),
        expects=(
            "new connection: ConnectionTimeoutError, not sent", *NEW_WORKS, UNIT_WORKS
        ),
        decides={"new": DONE},
    ),
    Script(
        # the phone's first connection; that of the patient client goes on
        "half_open:party=phone,first=1,direction=down", (open_connection,),
        expects=("open connection: TimeoutError, sent", *PATIENCE_WORKS),
        held=patiently, held_within_s=0.45,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "latency:delay_s=0.3,jitter_s=0,direction=down,side=phone", (open_connection,),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "no_coverage:party=phone,period_s=2.4,duty=0.3",
        (new_connection, pause(0.9), new_connection, unit_reconnects),
        expects=(
            "new connection: ClientConnectorDNSError, not sent", *NEW_WORKS, UNIT_WORKS
        ),
        decides={"new": DONE},
    ),
    # ── TLS ───────────────────────────────────────────────────────────────────────────────
    Script(
        "cert_expired", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    Script(
        "untrusted_chain", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    # ── names, link, TCP, TLS: asked for by name ──────────────────────────────────────────
    Script(
        "servfail", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "empty_answer", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "dns_timeout", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
            *PATIENCE_WORKS,
        ),
        held=patiently_anew, held_within_s=0.8,  # an open question is answered in the end
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "dns_timeout:names=api,after_s=0.3", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_WORKS),
        decides={"open": DONE},
    ),
    Script(
        "wrong_address", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    Script(
        "wrong_address:ip=127.0.0.99,names=api", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorError, not sent", UNIT_WORKS),
        decides={"open": DONE},
    ),
    Script(
        # both have forgotten when the fault is cleared
        "stale_ttl:ttl_s=0.6", (open_connection, new_connection, pause(0.8)),
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent"),
        decides={"open": DONE},
    ),
    Script(
        "stall:loss=1,most=1,rto_s=0.3", (open_connection,),
        expects=(*OPEN_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        # 0.3 s without traffic are too long for this network
        "nat_rebind:idle_s=0.3,service=api", (pause(0.5), open_connection, new_connection),
        expects=("open connection: TimeoutError, sent", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "nat_rebind:idle_s=0.3,then=reset,service=api", (pause(0.5), open_connection),
        expects=("open connection: ClientOSError, sent",),
    ),
    Script(
        "half_open:side=phone", (open_connection, new_connection),
        expects=("open connection: TimeoutError, sent", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "half_open:side=phone,direction=down", (open_connection, same_again, new_connection),
        expects=(
            "open connection: TimeoutError, sent",
            f"same again: {ACCEPTED}", "same again: result: succeeded",
            *NEW_WORKS,
        ),
        decides={"open": DONE, "new": DONE},  # it arrived; only the answer did not
    ),
    Script(
        "slow_close:delay_s=0.5", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "bandwidth:bytes_per_s=30000", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "new": DONE, "patient": DONE},
    ),
    Script(
        "slicer:gap_s=0.003", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        # its channel idles, and is reset all the same; by then it waits before it tries again
        "reset_peer:after_s=0.25,service=push,side=car", (pause(0.45), look_at_the_unit),
        expects=(UNIT_TRIES,),
    ),
    Script(
        "timeout:after_s=0.3,side=phone", (open_connection, new_connection),
        expects=(
            "open connection: ServerDisconnectedError, sent",
            "new connection: ClientConnectorError, not sent",
        ),
    ),
    Script(
        "timeout:after_s=0,direction=down,side=phone", (open_connection,),
        expects=("open connection: TimeoutError, sent",),
        decides={"open": DONE},
    ),
    Script(
        # the first 100 bytes of an answer, and of a handshake
        "limit_data:after_bytes=100,service=api,side=phone", (
            open_connection, new_connection, pause(SETTLE_S),
        ),
        expects=(
            "open connection: ServerDisconnectedError, sent",
            "new connection: ClientConnectorError, not sent",
        ),
        decides={"open": DONE},
    ),
    Script(
        "slicer:bytes_each=40,bytes_vary=20,gap_s=0.003", (open_connection,),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "handshake_stall", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
            *PATIENCE_WORKS,
        ),
        held=patiently_anew, held_within_s=0.8,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "wrong_host", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    Script(
        # TLS 1.3: the phone has sent its request by the time it is refused
        "client_cert_expired:side=both,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientOSError, sent", UNIT_TRIES),
        decides={"open": DONE},
        mutual_tls=True,
    ),
    Script(
        "client_cert_expired", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},  # they have waited for the unit
        push="mqtt", mutual_tls=True,
    ),
    Script(
        "client_cert_expired:alert=unknown_ca,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientOSError, sent", UNIT_TRIES),
        decides={"open": DONE},
        mutual_tls=True,
    ),
    Script(
        "ocsp:kind=revoked", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp:kind=revoked", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        push="mqtt", ocsp="hard_fail",
    ),
    Script(
        "ocsp", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="hard_fail",
    ),
    Script(
        "ocsp:kind=stale", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp:kind=stale", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="hard_fail",
    ),
    Script(
        "ocsp:kind=try_later", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp:kind=try_later", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="hard_fail",
    ),
    # ── windows of time, in which nothing that is held is lost ────────────────────────────
    Script(
        # the window closes while the command is held: it goes out then, not after its delay
        "delayed:delay_s=60,for_s=0.6", (open_connection,),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "handshake_stall:side=phone,for_s=0.5", (new_connection,),
        expects=NEW_WORKS,
        decides={"new": DONE},
    ),
    Script(
        "half_open:side=phone,for_s=0.8", (open_connection, new_connection),
        expects=("open connection: ClientOSError, sent", *NEW_WORKS),  # reset as it closes
        decides={"new": DONE},
    ),
    # ── whose sessions, commands and handshakes ───────────────────────────────────────────
    Script(
        "cert_expired:by_s=60,first=1,service=api",
        (new_connection, new_connection, unit_reconnects),
        expects=(
            "new connection: ClientConnectorCertificateError, not sent", *NEW_WORKS, UNIT_WORKS
        ),
        decides={"new": DONE},
    ),
    Script(
        "session_expired:account=owner,first=1", EVERYWHERE,
        expects=("open connection: 401 application/json", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        f"replay:gap_s=0.4,first=1,vin={VIN}", (open_connection, pause(0.5), new_connection),
        expects=(*OPEN_WORKS, *NEW_WORKS),
        decides={
            "open": DONE, "replayed-open": ("refused: out of order",), "new": DONE
        },
    ),
    Script(
        # cut, refused once, and let in
        f"connack_refused:first=1,vin={VIN}", (pause(1.4), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt",
    ),
    # ── HTTP: asked for by name ───────────────────────────────────────────────────────────
    Script(
        "http_status:endpoint=command,party=phone,first=1", EVERYWHERE,
        expects=("open connection: 503 text/plain", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        # the log-in is the account's, too, and about no vehicle; the unit's channel is both
        f"http_status:account=owner,vin={VIN}", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 503 text/plain", "new connection: 503 text/plain", UNIT_TRIES,
            "log in: 200 application/json",
        ),
    ),
    Script(
        "http_status:from_s=0.5,for_s=1", (open_connection, pause(0.5), new_connection),
        expects=(*OPEN_WORKS, "new connection: 503 text/plain"),
        decides={"open": DONE},
    ),
    Script(
        "rate_limited:quota=0,window_s=1000.5", EVERYWHERE,
        expects=(
            "open connection: 429 application/json, retry after 1001",
            "new connection: 429 application/json, retry after 1001",
            UNIT_TRIES,
        ),
    ),
    Script(
        "rate_limited:quota=1,window_s=0.5,endpoint=auth", (log_in, log_in, pause(0.6), log_in),
        expects=(
            "log in: 200 application/json",
            "log in: 429 application/json, retry after 1",
            "log in: 200 application/json",
        ),
    ),
    Script(
        "unauthorised", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 401 application/json",
            "new connection: 401 application/json",
            UNIT_WORKS,
            "log in: 503 text/plain",
        ),
    ),
    Script(
        "unauthorised:says=forbidden,renewal=works", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 403 application/json",
            "new connection: 403 application/json",
            UNIT_WORKS,
            "log in: 200 application/json",
        ),
    ),
    Script(
        "malformed_body", EVERYWHERE,
        expects=(f"open connection: {ACCEPTED}", f"new connection: {ACCEPTED}", UNIT_WORKS),
        decides={"open": DONE, "new": DONE},  # the phone does not know
    ),
    Script(
        "malformed_body:kind=schema", EVERYWHERE,
        expects=(f"open connection: {ACCEPTED}", f"new connection: {ACCEPTED}", UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "malformed_body:kind=huge,endpoint=command", (open_connection, new_connection),
        expects=(*OPEN_WORKS, *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "bad_chunk", (*EVERYWHERE, same_again),
        expects=(
            "open connection: ClientResponseError, sent",
            "new connection: ClientResponseError, sent",
            UNIT_WORKS,
            "same again: ClientResponseError, sent",
        ),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "redirect_loop", EVERYWHERE,
        expects=(
            "open connection: 307 application/octet-stream",
            "new connection: 307 application/octet-stream",
            UNIT_TRIES,
        ),
    ),
    Script(
        "captive_portal", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientConnectorCertificateError, not sent",
            UNIT_TRIES,
        ),
    ),
    Script(
        "captive_portal:answer=page", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent", "new connection: 200 text/html", UNIT_WORKS
        ),
    ),
    # ── push and service: asked for by name ───────────────────────────────────────────────
    Script(
        "out_of_order:wait_s=0.6", (open_connection, two_at_once),
        expects=(*OPEN_WORKS, f"first: {ACCEPTED}", f"second: {ACCEPTED}"),
        decides={"open": DONE, "first": ("refused: out of order",), "second": DONE},
    ),
    Script(
        "out_of_order:wait_s=5", (),
        expects=PATIENCE_WORKS,
        held=patiently, held_within_s=0.45,
        decides={"patient": DONE},
    ),
    Script(
        "retained", (open_connection, unit_reconnects, pause(0.2)),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        decides={"open": ("executing", "refused: duplicate")},
    ),
    Script(
        "retained", (open_connection, unit_reconnects, pause(0.2)),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        decides={"open": ("executing", "refused: duplicate")},
        push="mqtt",
    ),
    Script(
        "replay:gap_s=0.4", (open_connection, pause(0.8)),
        expects=OPEN_WORKS,
        decides={"open": DONE, "replayed-open": ("refused: out of order",)},
    ),
    Script(
        "replay:kind=old_epoch,gap_s=0.4", (open_connection, pause(0.8)),
        expects=OPEN_WORKS,
        decides={"open": DONE, "replayed-open": ("refused: expired",)},
    ),
    Script(
        "wrong_vehicle", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: timed_out"),
        decides={"open": NEVER},  # there is no other vehicle here
        cloud=SHORT_LIVED,
    ),
    Script(
        "session_taken_over:period_s=5", (pause(1.0), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "session_taken_over:period_s=5", (pause(1.0), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt",
    ),
    Script(
        "stuck_pending:pending_s=1000", (open_connection, new_connection),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: in_progress",
            "new connection: 409 application/json",
        ),
        decides={"open": DONE},
    ),
    Script(
        "stuck_pending:pending_s=999", (),
        expects=PATIENCE_WORKS,
        held=patiently, held_within_s=0.45,
        decides={"patient": DONE},
    ),
    Script(
        "partial:service=auth", (*EVERYWHERE, log_in),
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS, "log in: 503 text/plain"),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "partial:service=command", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 503 text/plain", "new connection: 503 text/plain", UNIT_WORKS,
            "log in: 200 application/json",
        ),
    ),
    Script(
        "partial:service=push", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "revocation_lag", (revoke_a_key, open_connection),
        expects=(
            "revoke: 200 application/json", *OPEN_WORKS,
            "revoke another: 200 application/json", "unit: told twice",
        ),
        held=unit_is_told, held_within_s=0.2,
        decides={"open": DONE},
    ),
    Script(
        "bad_config", EVERYWHERE,
        expects=(
            "open connection: 403 application/json", "new connection: 403 application/json",
            UNIT_WORKS,
        ),
    ),
    Script(
        "flapping:period_s=1.6,endpoint=api", (open_connection, pause(0.9), new_connection),
        expects=("open connection: 503 text/plain", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "clock_skew", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: rejected"),
        decides={"open": ("refused: expired",)},
    ),
    Script(
        "clock_skew:offset_s=60", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        # commands are dated by counting on, certificates by the clock
        "clock_skew:whose=tcu,offset_s=3600", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "clock_skew:whose=tcu,at_1970=True", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "clock_skew:whose=tcu,at_1970=True", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "clock_skew:whose=phone,at_1970=True", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_WORKS
        ),
        decides={"open": DONE},
    ),
    Script(
        "sessions_lost", (open_connection, log_in, new_connection, unit_reconnects),
        expects=(
            "open connection: 401 application/json", "log in: 200 application/json",
            *NEW_WORKS, UNIT_WORKS,
        ),
        decides={"new": DONE},
    ),
    Script(
        "planned_maintenance:notice_s=0,window_s=1000.5", (*EVERYWHERE, pause(0.1)),
        expects=(
            "open connection: 503 application/json, retry after 1001",
            "new connection: 503 application/json, retry after 1001",
            UNIT_TRIES,
        ),
    ),
    Script(
        "planned_maintenance:notice_s=1000", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "counters_apart", (open_connection, new_connection, unit_reconnects),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: rejected",
            f"new connection: {ACCEPTED}", "new connection: result: rejected", UNIT_WORKS,
        ),
        decides={"open": ("refused: out of order",), "new": ("refused: out of order",)},
    ),
    Script(
        "dc_failover:gap_s=0.5,sessions=lost", (new_connection, pause(0.6), log_in, new_connection),
        expects=(
            "new connection: ClientConnectorDNSError, not sent",
            "log in: 200 application/json",
            *NEW_WORKS,
        ),
        decides={"new": DONE},
    ),
    Script(
        "dc_failover:gap_s=0.5", (new_connection, pause(0.6), new_connection),
        expects=("new connection: ClientConnectorDNSError, not sent", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "dc_failover:gap_s=0.4,address=new,data=lost",
        (new_connection, pause(0.5), new_connection, pause(0.4), look_at_the_unit),
        expects=("new connection: ClientConnectorDNSError, not sent", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "rollback:bad_s=0.8,instances=1,endpoint=api", (open_connection, pause(1.0), new_connection),
        expects=("open connection: 500 text/plain", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "silence", EVERYWHERE,
        expects=(
            "open connection: TimeoutError, sent",
            "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
        ),
    ),
    Script(
        "silence:party=tcu", (open_connection, pause(0.2)),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: in_progress"),
        decides={"open": NEVER},  # it was sent to nobody
    ),
    Script(
        "bad_config:kind=wrong_entitlement", (open_connection, ask_for_a_key),
        expects=(*OPEN_WORKS, "key: 403 application/json"),
        decides={"open": DONE},
    ),
    Script(
        "shutdown_forever", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientConnectorDNSError, not sent",
            UNIT_TRIES,
        ),
    ),
)  # fmt: skip
