"""The object that `--json` prints of a run."""

from collections import Counter
from typing import Any

from bench.cli.job import Done, Job
from bench.judge.kept_working import kept_working
from bench.judge.stranded import Stranded
from bench.judge.verdict import public
from bench.station.stamp import stamp_of

SCHEMA = 1
WORDS = ("pass", "fail", "inconclusive", "not_fitted")


def document_of(job: Job, done: Done, helpless: list[Stranded]) -> dict[str, Any]:
    """Return the object that `--json` prints."""
    counts: Counter[str] = Counter(verdict.verdict for verdict in done.verdicts)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "stamp": stamp_of(job.file.content),
        "seed": job.seed,
        "car": job.model.name,
        "compress": job.file.content.bench.compress,
        "simulated_s": round(done.simulated_s, 3),
        "wall_s": round(done.wall_s, 3),
        "counts": {word: counts.get(word, 0) for word in WORDS},
        "verdicts": [public(verdict) for verdict in done.verdicts],
        "stranded_minutes": {each.owner: each.minutes for each in helpless},
        "stranded_known": {
            each.owner: {word: minutes.known for word, minutes in each.of.items()}
            for each in helpless
        },
        "run": str(job.out),
    }
    if job.left_out is not None:
        document["left_out"] = list(job.left_out)
    document |= job.beyond_the_bench
    if job.kept_working:
        kept = kept_working(job.kept_working, done.verdicts)
        document["kept_working"] = {each.path: each.here for each in kept}
    return document
