"""Who goes on over a bad certificate is seen at the cloud, in both worlds and by both protocols."""

import asyncio
from dataclasses import replace

import pytest
from fidelity_world import POLICY, RETRY_S, World

from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.events import BadCertificateAccepted
from bench.network.memory import MemoryInternet

PUSH, API = "push.maker.example", "api.maker.example"


def careless(world: World, party: str) -> None:
    """Let a party look at no certificate."""
    world.network.trusts[party].accept_anything()


def dateless(world: World, party: str) -> None:
    """Let a party look at no dates."""
    world.network.trusts[party].ignore_dates()


def unasking(world: World, party: str) -> None:
    """Let a party never ask whether a certificate was revoked."""
    world.network.trusts[party].status = None


def sound(world: World, party: str) -> None:
    """Change nothing."""


def went_on(kind, spec, change, *, push="websocket", mutual=False, ocsp="off"):
    """Return who went on where, when phone and unit had to connect anew under a fault."""
    time: Timebase = SimulatedTime() if kind == "simulated" else RealTime(guard_s=30.0)
    world = World(time, unit_policy=replace(POLICY, push=push), mutual_tls=mutual, ocsp=ocsp)

    async def live() -> list[tuple[str, str, str]]:
        await world.open()
        try:
            for party in ("phone", "tcu"):
                change(world, party)
            armed = world.arm(spec)
            await world.phone.drop_connections()
            await world.tcu.drop_connections()
            await world.exchange("first", "GET", "/status")
            await world.exchange("second", "GET", "/status")
            await asyncio.sleep(2.5 * RETRY_S)
            world.injector.clear(armed)
            await world.connected(5.0)
        finally:
            await world.close()
        return sorted((e.party, e.host, e.problem) for e in world.events(BadCertificateAccepted))

    try:
        if isinstance(time, SimulatedTime):
            MemoryInternet(time.loop)
        return time.run(live())
    finally:
        time.close()


@pytest.mark.parametrize("kind", ["simulated", "real"])
@pytest.mark.parametrize("push", ["websocket", "mqtt"])
@pytest.mark.parametrize(
    ("spec", "change", "problem"),
    [("cert_expired", dateless, "expired"), ("wrong_host", careless, "wrong_host"),
     ("untrusted_chain", careless, "untrusted")],
)  # fmt: skip
def test_who_goes_on_is_named_once_for_each_connection(kind, push, spec, change, problem):
    assert went_on(kind, spec, change, push=push) == [
        ("phone", API, problem), ("tcu", PUSH, problem),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "change"),
    [("cert_expired", sound), ("wrong_host", sound), ("untrusted_chain", sound),
     ("wrong_host", dateless), ("untrusted_chain", dateless)],
)  # fmt: skip
def test_who_looks_does_not_go_on(spec, change):
    assert went_on("simulated", spec, change) == []


def test_mutual_tls_does_not_keep_a_careless_client_from_going_on():
    assert went_on("simulated", "cert_expired", careless, mutual=True) == [
        ("phone", API, "expired"), ("tcu", PUSH, "expired"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "change", "who"),
    [("revoked", sound, []), ("revoked", unasking, ["phone", "tcu"]),
     ("unreachable", sound, []), ("unreachable", unasking, [])],
)  # fmt: skip
def test_a_revoked_certificate_is_refused_by_whoever_asks(kind, change, who):
    found = went_on("simulated", f"ocsp:kind={kind}", change, ocsp="soft_fail")
    assert [(party, problem) for party, _host, problem in found] == [(w, "revoked") for w in who]
