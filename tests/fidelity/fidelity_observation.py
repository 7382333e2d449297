"""What a world has shown, in words that both worlds can be compared by.

What differs by nature (numbers of chunks, of polls, of retries) is left out or collapsed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fidelity_world import VIN, World

from bench.events import (
    BenchFault,
    CommandState,
    Event,
    ExchangeFailed,
    FaultArmed,
    FaultCleared,
    FaultMet,
    NameFailed,
    PushReceived,
    PushSent,
    ResponseReceived,
    TelematicsCommand,
    TelematicsReport,
    TelematicsState,
)
from bench.faults.injector import Armed

# a channel that ends while it is opened: what is read first, reset or end, is the kernel's affair
LOST = dict.fromkeys(("ClientOSError", "ServerDisconnectedError"), "connection lost")
COMMAND_ID = re.compile(r"(?<=/commands/)[0-9a-f]+")  # each cloud gives its own


@dataclass(frozen=True)
class Observation:
    """What one world showed under a script.

    Attributes:
        before, during, held, after: what the phone saw, in order, per part of the script.
        took: what took how long, in seconds.
        met: who met the fault with what.
        meetings: how often it was met, and how often its clearing says that it was.
        story: commands, pushes, decisions, reports, states of the unit and the fault, in order.
        decisions: per command what the unit decided, in order.
        unit_saw: what the unit's own exchanges ended with, each once.
        unresolved: whose names failed, and why, each once.
        bench_faults: failures of the bench itself.
        lateness_s: how late the loop's timers were at worst.
    """

    before: list[str]
    during: list[str]
    held: list[str]
    after: list[str]
    took: list[tuple[str, float]]
    met: set[tuple[str, str]]
    meetings: tuple[int, int]
    story: list[str]
    decisions: dict[str, list[str]]
    unit_saw: list[str]
    unresolved: list[str]
    bench_faults: list[str]
    lateness_s: float


def observation(world: World, armed: Armed, marks: list[int], lateness_s: float) -> Observation:
    armed_at, during_ends, held_ends = marks
    cleared = world.events(FaultCleared)[0]
    return Observation(
        before=world.saw[:armed_at],
        during=world.saw[armed_at:during_ends],
        held=world.saw[during_ends:held_ends],
        after=world.saw[held_ends:],
        took=world.took,
        met={(e.party, COMMAND_ID.sub("…", e.operation)) for e in world.events(FaultMet)},
        meetings=(len(world.events(FaultMet)), cleared.met),
        story=_story(world),
        decisions=_decisions(world),
        unit_saw=_unit_saw(world),
        unresolved=_each_once(f"{e.party}: {e.name}: {e.reason}" for e in world.events(NameFailed)),
        bench_faults=[f"{e.what}: {e.reason}" for e in world.events(BenchFault)],
        lateness_s=lateness_s,
    )


def _each_once(words: Any) -> list[str]:
    return list(dict.fromkeys(words))


class _Keys(dict[str, str]):
    """Per command id the key that the phone gave it; a replayed command is called so."""

    def __missing__(self, command: str) -> str:
        replayed = "replayed-"
        if not command.startswith(replayed):
            raise KeyError(command)
        return replayed + self[command.removeprefix(replayed)]


def _keys(world: World) -> dict[str, str]:
    """Return per command id the key that the phone gave it: ids mean nothing to a reader."""
    ids = dict.fromkeys(e.command for e in world.events(CommandState))
    commands = world.cloud.state.commands
    return _Keys({id_: commands.get(id_).command.idempotency_key for id_ in ids})


def _story(world: World) -> list[str]:
    keys = _keys(world)
    words: dict[type[Event], Callable[[Any], str]] = {
        FaultArmed: lambda e: f"fault {e.fault} armed",
        FaultCleared: lambda e: f"fault {e.fault} cleared",
        CommandState: lambda e: f"{keys[e.command]}: {e.state}",
        PushSent: lambda e: f"pushed to the unit: {e.what}" if e.to == VIN else "",
        PushReceived: lambda e: f"unit received: {e.what}",
        TelematicsCommand: lambda e: f"unit on {keys[e.command]}: {e.decision}",
        TelematicsReport: lambda e: f"unit reports {keys[e.command]}: {e.result}",
        TelematicsState: lambda e: f"unit {e.state}",
    }
    return [word for e in world.events(*words) if (word := words[type(e)](e))]


def _decisions(world: World) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {key: [] for key in _keys(world).values()}
    for event in world.events(TelematicsCommand):
        found.setdefault(_keys(world)[event.command], []).append(event.decision)
    return found


def _unit_saw(world: World) -> list[str]:
    ends = [e for e in world.events(ResponseReceived, ExchangeFailed) if e.party == "tcu"]
    return _each_once(
        f"{LOST.get(e.error, e.error)}, {'sent' if e.sent else 'not sent'}"
        if isinstance(e, ExchangeFailed)
        else f"{e.status} {e.note}"
        for e in ends
    )
