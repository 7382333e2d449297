"""A script, lived through in one of the two worlds."""

import asyncio
from dataclasses import replace

from fidelity_observation import Observation, observation
from fidelity_script import Script
from fidelity_world import POLICY, RETRY_S, World

from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.network.memory import MemoryInternet


def observe(script: Script, kind: str) -> Observation:
    """Run a script in the "simulated" or in the "real" world."""
    time: Timebase = SimulatedTime() if kind == "simulated" else RealTime(guard_s=30.0)
    try:
        if isinstance(time, SimulatedTime):
            MemoryInternet(time.loop)
        unit = replace(POLICY, push=script.push, heartbeat_s=script.heartbeat_s)
        return time.run(
            _play(
                World(
                    time, script.link_delay_s, script.cloud, unit, script.mutual_tls, script.ocsp
                ),
                script,
            )
        )
    finally:
        time.close()


async def _play(world: World, script: Script) -> Observation:
    await world.open()
    try:
        return await _live_through(world, script)
    finally:
        await world.close()


async def _live_through(world: World, script: Script) -> Observation:
    # durations count from here on, as lateness does: worlds that open side by side are slow
    world.time.worst_lateness_ns()
    world.took.clear()
    await world.command("before", "before")
    marks = [len(world.saw)]
    armed = world.arm(script.spec)
    for step in script.during:
        await step(world)
    marks.append(len(world.saw))
    holding = asyncio.ensure_future(_held(world, script))
    if script.held is not None:
        await asyncio.sleep(script.hold_s)
    world.injector.clear(armed)
    cleared_s = world.now()
    await holding
    if script.held is not None:
        world.took.append(("held, from clearing", world.now() - cleared_s))
    marks.append(len(world.saw))
    await world.connected(5.0)
    world.took.append(("unit connected, from clearing", world.now() - cleared_s))
    await _once_more(world)
    lateness_s = world.time.worst_lateness_ns() / 1e9
    return observation(world, armed, marks, lateness_s)


async def _held(world: World, script: Script) -> None:
    if script.held is not None:
        await script.held(world)


async def _once_more(world: World) -> None:
    """The fault is gone: everything must work, on open connections and on new ones."""
    await world.command("after", "after")
    await world.phone.drop_connections()
    await world.log_in("after: log in")
    await world.command("after, on a new connection", "after-new")
    await world.tcu.drop_connections()
    await asyncio.sleep(RETRY_S / 2)
    await world.connected(5.0)
    await world.command("after, over a new channel", "after-channel")
