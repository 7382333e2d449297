"""Events in words: as a story tells them, and the kinds that a story leaves out."""

from collections.abc import Callable
from typing import Any

from bench import events as e
from bench.evidence.story import WORDS, describe
from bench.report.identifiers import identifier_name

MORE: dict[type[e.Event], Callable[[Any], str]] = {
    e.InstrumentFound: lambda v: f"{v.instrument}: {v.identity}",
    e.LineLevel: lambda v: f"{v.line} stands at {v.level}",
    e.CyclicSegment: lambda v: (
        f"{v.count} cyclic frames 0x{v.identifier:X} every {v.period_ns / 1e6:g} ms ({v.sender})"
    ),
    e.ConnectionOpened: lambda v: f"{v.party}: connection {v.connection} opened",
    e.ConnectionClosed: lambda v: f"{v.party}: connection {v.connection} {v.how}",
    e.ChannelOpened: lambda v: f"push channel to {v.party} opened",
    e.ToldToWait: lambda v: f"told {v.party} to wait: Retry-After {v.retry_after}",
    e.LinkCounted: lambda v: f"{v.party}: {v.up_bytes} bytes up, {v.down_bytes} down so far",
    e.BusCounted: lambda v: f"{v.bus}: {v.frames} frames, busy for {v.busy_ns / 1e9:.3f} s so far",
    e.SupplyCurrent: lambda v: f"supply {v.supply} gives {v.amperes * 1000:.0f} mA",
    e.CloudLoad: lambda v: (
        f"load of {v.endpoint}: {v.offered_per_s:g}/s asked, {v.good_per_s:g}/s served, "
        f"{v.waiting} wait"
    ),
    e.RequestServed: lambda v: f"answered {v.party}: {v.method} {v.path}: {v.status}",
    e.EntitlementGranted: lambda v: f"right of {v.credential} granted",
    e.WitnessProbed: lambda v: f"the witness {'got through' if v.ok else 'failed'}: {v.detail}",
    e.Control: lambda v: f"{v.attempt} {'acted' if v.acted else 'did not act'}",
    e.UnitIdentified: lambda v: f"{v.unit}: {identifier_name(v.identifier)}: {v.value}",
    e.SupplySet: lambda v: f"supply {v.supply} set to {v.volts:g} V",
    e.WireDisturbed: lambda v: f"wire {v.wire}: {v.how}",
    e.ErrorSeen: lambda v: f"{v.bus}: error frame ({v.what}) on a frame of {v.sender or '?'}",
    e.BusStateChanged: lambda v: f"{v.node} is {v.state} (TEC {v.tec}, REC {v.rec})",
    e.FrameSpoiled: lambda v: f"{v.bus} 0x{v.identifier:X} made invalid: {v.how}",
    e.JitterMeasured: lambda v: f"the bench was late by {v.worst_ns / 1e6:g} ms at worst",
    e.End: lambda v: f"end: {v.entries} entries, {v.frames} frames",
}


def say(event: e.Event) -> str:
    """Return an event in words; by its kind where its fields are not what they should be."""
    words = None if type(event) in WORDS else MORE.get(type(event))
    try:
        return words(event) if words else describe(event)
    except (TypeError, ValueError, AttributeError):  # a recording that somebody has edited
        return event.kind.replace("_", " ")
