"""What `--plan` and `--budget` print."""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench.access.plan import plan
from bench.units import duration

if TYPE_CHECKING:
    from bench.cli.job import Job

SCHEMA = 1


def tell_what_is_left_out(job: "Job", *, why: bool = True) -> None:
    """Say what a job does not ask: faults that the bench cannot do, what is beyond a budget."""
    if job.unmet and not why:
        sys.stdout.write(f"left out (--plan says why): {', '.join(job.unmet)}\n")
    elif job.unmet:
        sys.stdout.writelines(f"left out: {fault}: {told}\n" for fault, told in job.unmet.items())
    if job.left_out is not None:
        tell_left_out(job.left_out, job.selection.count)


def tell_left_out(left_out: Sequence[str], fitting: int) -> None:
    """Say what a budget had no room for, a line per owner, path and intent."""
    count = len(left_out)
    sys.stdout.write(f"budget: {fitting} scenarios fit, {count} are left out\n")
    outages: dict[str, list[str]] = defaultdict(list)
    for scenario in left_out:
        way, _, outage = scenario.rpartition(".")
        outages[way].append(outage)
    for way, names in outages.items():
        sys.stdout.write(f"  left out: {way}: {', '.join(names)}\n")


def show_plan(job: "Job") -> int:
    """Print what a job would take, and run nothing; return the exit status."""
    planned = plan(job.file, job.model, job.selection)
    if job.as_json:
        document: dict[str, Any] = {
            "schema": SCHEMA, "seed": job.seed, "car": job.model.name, "plan": asdict(planned),
        }  # fmt: skip
        if job.left_out is not None:
            document["left_out"] = list(job.left_out)
        if job.unmet:
            document["faults_left_out"] = job.unmet
        sys.stdout.write(json.dumps(document) + "\n")
        return 0
    tell_what_is_left_out(job)
    times = f" × {planned.repeat}" if planned.repeat > 1 else ""
    takes = f"{duration(planned.duration_s)} of {job.file.content.bench.time} time"
    sys.stdout.write(
        f"plan: {job.what} on {job.model.name}: {planned.scenarios} scenarios{times}\n"
        f"duration: {takes}, one after another; at most {duration(planned.longest_s)}\n"
    )
    if planned.phases:
        counts = ", ".join(f"{name} {count}" for name, count in planned.phases.items())
        sys.stdout.write(f"phases: {counts}\n")
    if planned.pacing:
        sys.stdout.write(f"pacing: {planned.pacing}\n")
    sys.stdout.write("relay cycles, if every try acts:\n")
    for channel, cycles in planned.relay_cycles.items():
        sys.stdout.write(f"  {channel:28} {cycles}\n")
    return 0
