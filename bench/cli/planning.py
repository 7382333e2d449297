"""What `--plan` and `--budget` print."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench.access.choosing.plan import plan
from bench.presentation.left_out import left_out_lines
from bench.presentation.lines import write_json, write_lines
from bench.units import counted, duration

if TYPE_CHECKING:
    from bench.cli.job import Job

SCHEMA = 1


def tell_what_is_left_out(job: "Job", *, why: bool = True) -> None:
    """Say what a job does not ask: what the bench cannot do, what is beyond a budget."""
    chosen = job.selection
    write_lines(*left_out_lines(chosen.out_of_reach, chosen.unmet, ask="" if why else "--plan"))
    if job.left_out is not None:
        tell_left_out(job.left_out, job.selection.count)


def tell_left_out(left_out: Sequence[str], fitting: int) -> None:
    """Say what a budget had no room for, a line per owner, path and intent."""
    count = len(left_out)
    write_lines(f"budget: {fitting} scenarios fit, {count} are left out")
    outages: dict[str, list[str]] = defaultdict(list)
    for scenario in left_out:
        way, _, outage = scenario.rpartition(".")
        outages[way].append(outage)
    for way, names in outages.items():
        write_lines(f"  left out: {way}: {', '.join(names)}")


def show_plan(job: "Job") -> int:
    """Print what a job would take, and run nothing; return the exit status."""
    planned = plan(job.file, job.model, job.selection)
    if job.as_json:
        document: dict[str, Any] = {
            "schema": SCHEMA, "seed": job.seed, "car": job.model.name, "plan": asdict(planned),
            **job.beyond_the_bench,
        }  # fmt: skip
        if job.left_out is not None:
            document["left_out"] = list(job.left_out)
        write_json(document)
        return 0
    tell_what_is_left_out(job)
    times = f" × {planned.repeat}" if planned.repeat > 1 else ""
    takes = f"{duration(planned.duration_s)} of {job.file.content.bench.time} time"
    write_lines(
        f"plan: {job.what} on {job.model.name}: {counted(planned.scenarios, 'scenario')}{times}",
        f"duration: {takes}, one after another; at most {duration(planned.longest_s)}",
    )
    if planned.phases:
        counts = ", ".join(f"{name} {count}" for name, count in planned.phases.items())
        write_lines(f"phases: {counts}")
    if planned.pacing:
        write_lines(f"pacing: {planned.pacing}")
    if planned.relay_cycles:
        write_lines("relay cycles, if every try acts:")
    for channel, cycles in planned.relay_cycles.items():
        write_lines(f"  {channel:28} {cycles}")
    return 0
