"""`bench fleet`: from options to a situation, to a projection, to what is told of it."""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.capacity.retry_law import RetryLaw, TokenBucket, describe
from bench.cli.choosing import chosen_station
from bench.cli.tracing import recordings_in
from bench.errors import ConfigError, nearest
from bench.evidence.recording_file import read_recording
from bench.fleet.closed_forms import cannot_recover, settled_demand_per_s
from bench.fleet.document import SCHEMA, closed_forms, curve, inputs, summary
from bench.fleet.event_driven import simulate
from bench.fleet.fit import fit
from bench.fleet.plot import svg
from bench.fleet.projection import project
from bench.fleet.recovery import Recovery
from bench.fleet.situation import Server, Situation
from bench.fleet.terminal import show
from bench.fleet.variants import least_capacity, shared_seed, variants
from bench.judge.discipline.tries import waits_in
from bench.presentation.lines import write_json, write_lines
from bench.station.telematics import telematics_policy
from bench.units import duration, parse_duration

AS_GIVEN, SHARED, REFERENCE = "as given", "all cars share one seed", "event by event"
LEAST_WIDTH = 110
QUEUES = ("bounded", "unbounded")
DEFAULT_CAPACITY = 0.002  # of the cars a second: a fleet in 500 s, the example of docs/fleet.md


def tell_projection(arguments: argparse.Namespace) -> int:
    """Project, print, and draw where that is asked; return the exit status."""
    law, source, seed = _law(arguments)
    situation = _situation(arguments, law)
    began_s = time.perf_counter()  # what the user waited, not what the bench measures
    rows = _rows(arguments, situation, seed)
    wall_s = time.perf_counter() - began_s
    needed = None
    if arguments.recover_in is not None:
        needed = least_capacity(situation, arguments.recover_in)
    if arguments.plot is not None:
        _draw(arguments.plot, situation, rows)
    if arguments.json:
        document = _document(rows, seed, source, wall_s)
        if arguments.recover_in is not None:
            document["least_capacity_per_s"] = None if needed is None else round(needed, 1)
        write_json(document)
        return 0
    _print(situation, rows, f"{source}, seed {seed}")
    if arguments.recover_in is not None:
        found = "more than 1000 times this one" if needed is None else f"{needed:,.0f} a second"
        write_lines(f"capacity for 99 % in {duration(arguments.recover_in)}: {found}")
    return 0


def _rows(
    arguments: argparse.Namespace, situation: Situation, seed: int
) -> list[tuple[str, Recovery]]:
    rows = [(AS_GIVEN, project(situation))]
    if situation.law.decorrelated or situation.law.jitter > 0:
        rows.append((SHARED, project(shared_seed(situation, seed))))
    if arguments.event_by_event:
        rows.append((REFERENCE, simulate(situation, seed)))
    if arguments.what_if:
        rows += [(name, project(each)) for name, each in variants(situation)]
    return rows


def _law(arguments: argparse.Namespace) -> tuple[RetryLaw, str, int]:
    """Return the law, where it comes from, and the seed."""
    file, model, seed = chosen_station(arguments, default_car="sound")
    if arguments.from_run is not None:
        law, source = _fitted(arguments.from_run, arguments.party)
    else:
        law = telematics_policy(file, model).law
        source = f"[telematics] of car {model.name}"
    given = {
        key: getattr(arguments, option)
        for key, option in (("base_s", "base"), ("factor", "factor"), ("cap_s", "cap"))
        if getattr(arguments, option) is not None
    }
    if arguments.jitter is not None:
        law = law.with_jitter(arguments.jitter)
    obeys = law.obeys_retry_after or arguments.obeys_retry_after
    law = replace(law, obeys_retry_after=obeys, **given)
    return law, source + (", with options" if given or arguments.jitter else ""), seed


def _fitted(run: Path, party: str) -> tuple[RetryLaw, str]:
    """Return the law of a recorded unit, and what it was fitted to."""
    found = fit(
        (
            wait
            for file in recordings_in(run, []).values()
            for wait in waits_in(read_recording(file)[0], party)
        ),
        source=f"{run}: {party}",
    )
    limit = "" if found.cap_seen else ", which show no cap: the longest stands for it"
    return found.law, f"fitted to {found.waits} waits of {party} in {run.name}{limit}"


def _situation(arguments: argparse.Namespace, law: RetryLaw) -> Situation:
    capacity = arguments.capacity
    if capacity is None:
        capacity = arguments.cars * DEFAULT_CAPACITY
    server = Server(
        capacity,
        arguments.timeout,
        _queue(arguments.queue, capacity * arguments.timeout),
        arguments.reject_cost,
        _retry_after(arguments.retry_after),
        arguments.told_when_down,
    )
    return Situation(
        law, server, arguments.cars, arguments.outage, arguments.horizon, arguments.drop_spread,
        arguments.fails_after, _bucket(arguments.bucket),
    )  # fmt: skip


def _queue(text: str, bounded: float) -> float | None:
    if text in QUEUES:
        return bounded if text == "bounded" else None
    try:
        return float(text)
    except ValueError:
        raise ConfigError(
            f'--queue: "{text}": {nearest(text, QUEUES)}; or a number of requests'
        ) from None


def _retry_after(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    low, _, high = text.partition("-")
    return _length_s("--retry-after", low), _length_s("--retry-after", high or low)


def _bucket(text: str | None) -> TokenBucket | None:
    if text is None:
        return None
    size, _, refill = text.partition(":")
    if not size.isdecimal() or not refill:
        raise ConfigError(f'--bucket: "{text}": write SIZE:TIME, as in 3:5min')
    return TokenBucket(int(size), _length_s("--bucket", refill))


def _length_s(option: str, text: str) -> float:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ConfigError(f"{option}: {error}") from None


def _draw(file: Path, situation: Situation, rows: list[tuple[str, Recovery]]) -> None:
    title = f"{situation.cars:,} cars, {duration(situation.outage_s)} without cloud: a projection"
    try:
        file.write_text(svg(title, rows), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--plot: {file}: {error.strerror}") from None


def _document(
    rows: list[tuple[str, Recovery]], seed: int, source: str, wall_s: float
) -> dict[str, Any]:
    first = rows[0][1]
    return {
        "schema": SCHEMA,
        "inputs": inputs(first, seed, source),
        "closed_forms": closed_forms(first),
        "result": summary(first),
        "curve": curve(first),
        "others": {name: summary(each) for name, each in rows[1:]},
        "wall_s": round(wall_s, 3),
    }


def _print(situation: Situation, rows: list[tuple[str, Recovery]], source: str) -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, LEAST_WIDTH)  # a row stays a row
    server = situation.server
    queue = "unbounded queue" if server.queue_limit is None else f"queue {server.queue_limit:,.0f}"
    told = "no Retry-After"
    if server.retry_after_s is not None:
        told = "Retry-After {:g}–{:g} s".format(*server.retry_after_s)
    behaves = f"{queue}, rejecting costs {server.reject_cost:g}, {told}"
    doom = "; cannot recover while this lasts" if cannot_recover(situation) else ""
    lines = [
        f"projection: {situation.cars:,} cars down for {duration(situation.outage_s)} ({source})",
        f"unit: {describe(situation.law, situation.bucket)}",
        f"server: {server.capacity_per_s:,g} a second, time-out {server.timeout_s:g} s, {behaves}",
        f"closed forms: demand while down {_settled(situation):.3g} × capacity{doom}",
        f"at best: 99 % after {duration(situation.ideal_s)}",
        "",
    ]
    write_lines(*lines)
    show(console, rows)
    if rows[0][1].metastable:
        write_lines("metastable: the retries keep the server busy after it is back")


def _settled(situation: Situation) -> float:
    return settled_demand_per_s(situation) / situation.server.capacity_per_s
