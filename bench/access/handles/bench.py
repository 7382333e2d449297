"""The bench in a test's hands."""

from pathlib import Path
from typing import Any

from bench.access.handles.asleep import until_asleep
from bench.access.handles.can import CanHandle
from bench.access.handles.car import CarHandle
from bench.access.handles.cloud import CloudHandle
from bench.access.handles.diagnosis import DiagnosisHandle
from bench.access.handles.durations import checked_amount, checked_s
from bench.access.handles.instruments import MetersHandle, RelaysHandle, SuppliesHandle
from bench.access.handles.lin import LinHandle
from bench.access.handles.owner import OwnerHandle
from bench.access.handles.setup import Setup
from bench.access.handles.telematics import TelematicsHandle
from bench.access.handles.thief import ThiefHandle
from bench.access.handles.wanted import check_wanted
from bench.access.handles.world import World
from bench.car.model import load_car
from bench.config.bench_file import load_bench
from bench.file_name import FileName


def make_setup(
    bench_file: FileName | None = None, *, car: FileName | None = None, **rest: Any
) -> Setup:
    """Return a setup from a bench file and a car's name.

    Args:
        bench_file: the bench file (default as on the command line).
        car: a car's name or file (default: the bench file's).
        **rest: of `Setup`: owner, locked, mode, seed, defects.

    Raises:
        ConfigError: a file, a name or a value is wrong.
    """
    check_wanted(rest)
    file = load_bench(bench_file)
    chosen = car or file.content.bench.car or "sound"
    model = load_car(chosen, Path.cwd() if car else file.base)
    if rest.get("seed") is None:
        rest["seed"] = file.content.bench.seed
    return Setup(file, model, **rest)


class Bench(World):
    """An open bench: one world, and all of it that a test holds in its hands.

    Every call returns when what it did is done on the bench's clock. In simulated time the loop
    runs while a call waits; in real time it lives on a thread.
    """

    def _hand_out(self) -> None:
        """Make what a test holds in its hands."""
        self.owner = OwnerHandle(self)
        self.cloud = CloudHandle(self)
        self.can = CanHandle(self)
        self.lin = LinHandle(self)
        self.relays = RelaysHandle(self)
        self.supplies = SuppliesHandle(self)
        self.meters = MetersHandle(self)
        self.telematics = TelematicsHandle(self, self.relays)
        self.car = CarHandle(self)
        self.thief = ThiefHandle(self)
        self.diagnosis = DiagnosisHandle(self)

    def expect_asleep(
        self, *, within_s: float, quiet_s: float = 2.0, limit_ma: float | None = None
    ) -> None:
        """Wait until the car sleeps: every bus silent, and next to no current.

        Args:
            within_s: how long it may take.
            quiet_s: silence that counts as sleep; longer than any cycle.
            limit_ma: the most that all supplies of the car together may give (a parked car draws
                some 10 to 50 mA); None where no supply can measure.

        Raises:
            StillAwake: which bus, or which supply, and how far from asleep; Inconclusive: nearer
                to the limit than `current_error_ma` of the supplies; NotOnBench: none
                feeds it, or one of them does not tell its current.
        """
        within_s, quiet_s = checked_s("within_s", within_s), checked_s("quiet_s", quiet_s)
        if limit_ma is not None:
            limit_ma = checked_amount("limit_ma", limit_ma, "mA")
        asleep = until_asleep(self.station, within_s, quiet_s, limit_ma)
        self.run(asleep, lasts_s=within_s)

    @property
    def unproven(self) -> str:
        """Why the test proves nothing, whatever it asserts ("": it may)."""
        unentered = [
            f"{each.call} did nothing: it acts inside a `with` block, and was called without one"
            for each in self.blocks.unentered
        ]
        unseen = [
            f"nobody has looked at what {answer.call} has answered: assert it"
            for answer in self.answers
            if not answer.looked_at
        ]
        return "; ".join(filter(None, (self.cloud.unproven, *unentered, *unseen)))

    def __repr__(self) -> str:
        return f"<bench {self.setup.file.content.bench.name!r} at {self.now_s:.3f} s>"


def open_bench(bench_file: FileName | None = None, **rest: Any) -> Bench:
    """Return a bench for a script, to be used as a context manager.

    Args:
        bench_file: the bench file, as text or a path (default as on the command line).
        **rest: what `make_setup` takes: car (a name or a file), owner, locked, mode, seed, defects.
    """
    return Bench(make_setup(bench_file, **rest))
