"""What became of a bench whose run had died, kept for this computer until it is settled.

Whoever comes next at the same bench file, or at a bench file that shares a device with it, is told.
A device that was not safe stays so in here until a run has left it safe, or somebody says that it
is: a bench file that names it no longer settles nothing.
"""

import contextlib
import json
import os
import re
from collections.abc import Collection, Iterator, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.errors import StationError
from bench.guardian.identity import is_same
from bench.guardian.outcome import FAILED, SETTLED, Outcome, outcome_of, write_json
from bench.guardian.plan import SafePlan
from bench.guardian.shared_folder import FOLDER, shared_folder, temporary

# what a restart of the computer leaves alone comes first: it makes no board safe
ROOTS = (Path("/var/tmp"), temporary())  # noqa: S108 everybody's on purpose
ENDING = ".outcome.json"
Devices = Collection[Collection[str]]  # the names of each


@dataclass(frozen=True)
class KeptOutcome:
    """One outcome that is not settled yet.

    Attributes:
        outcome: what became of the bench.
        bench_file: its file, as an absolute path.
        names: per device its names: its resource, its USB port and serial number.
    """

    outcome: Outcome
    bench_file: str
    names: dict[str, tuple[str, ...]]

    def concerns(self, bench_file: str, devices: Devices) -> bool:
        """Whether it is told to a bench: the same file's, or one that shares a device with it."""
        shared = any(is_same(own, each) for own in self.names.values() for each in devices)
        return shared or self.bench_file == bench_file

    def not_safe(self) -> dict[str, tuple[str, ...]]:
        """Return the devices that were not safe, with their names."""
        failed = {channel.device for channel in self.outcome.channels if channel.state == FAILED}
        return {device: self.names.get(device, ()) for device in sorted(failed)}

    def settled(self, devices: Set[str]) -> "KeptOutcome":
        """Return it with these devices safe."""
        channels = tuple(
            replace(channel, state=SETTLED, error="")
            if channel.device in devices and channel.state == FAILED
            else channel
            for channel in self.outcome.channels
        )
        safe = all(channel.state != FAILED for channel in channels)
        return replace(self, outcome=replace(self.outcome, channels=channels, safe=safe))


def keep(outcome: Outcome, plan: SafePlan) -> None:
    """Keep an outcome; what it has made safe settles what was kept before. Raises OSError."""
    names = {device.name: device.names for device in plan.devices}
    failed = {channel.device for channel in outcome.channels if channel.state == FAILED}
    settle(plan.bench_file, [own for device, own in names.items() if device not in failed])
    _tidy_up()
    kept = KeptOutcome(outcome, plan.bench_file, names)
    words = re.sub(r"[^A-Za-z0-9]+", "-", f"{outcome.bench[:40]} {outcome.at} {os.getpid()}")
    _write_anywhere(kept, f"{words.strip('-')}{ENDING}")


def _write_anywhere(kept: KeptOutcome, name: str) -> None:
    """Write an outcome down in the best place that takes it: a full disk is when runs die."""
    lost: Exception | None = None
    for root in ROOTS:
        try:
            file = shared_folder((root,), "what became of a bench") / name
            write_json(asdict(kept), file)
        except (OSError, StationError) as error:
            lost = lost or error
        else:
            file.chmod(0o666)  # whoever leaves the device safe may settle it
            return
    if lost is not None:
        raise lost


def _tidy_up() -> None:
    """Forget how benches were made safe of which there is no file any more to tell it to."""
    for file, kept in _kept():
        if kept.outcome.safe and not os.path.exists(kept.bench_file):  # noqa: PTH110 raises nothing
            _forget(file)


def kept_outcomes(bench_file: str, devices: Devices) -> list[KeptOutcome]:
    """Return what a bench is to be told, the oldest first.

    Args:
        bench_file: its file, as an absolute path.
        devices: the names of each of its devices.
    """
    told = [kept for _, kept in _kept() if kept.concerns(bench_file, devices)]
    return sorted(told, key=lambda kept: kept.outcome.at)


def settle(bench_file: str, seen: Devices) -> None:
    """Take note of devices that a run has left safe; what is settled as a whole is forgotten.

    Where that cannot be noted (a full disk) they go on being told.

    Args:
        bench_file: the run's bench file, as an absolute path.
        seen: the names of each of the devices.
    """
    for file, kept in _kept():
        if kept.concerns(bench_file, seen):
            not_safe = kept.not_safe().items()
            safe = {device for device, own in not_safe if any(is_same(own, s) for s in seen)}
            with contextlib.suppress(OSError):
                _put(file, kept, kept.settled(safe))


def take_word(bench_file: str, devices: Devices, safe: Set[str]) -> None:
    """Take somebody's word that devices are safe.

    Args:
        bench_file: a bench's file, as an absolute path.
        devices: the names of each of its devices.
        safe: what is safe, as that bench was told of it.

    Raises:
        StationError: it cannot be noted.
    """
    for file, kept in _kept():
        if kept.concerns(bench_file, devices) and safe & set(kept.not_safe()):
            try:
                _put(file, kept, kept.settled(safe))
            except OSError as error:
                raise StationError(f"{file}: cannot be written: {error.strerror}") from None


def _put(file: Path, before: KeptOutcome, now: KeptOutcome) -> None:
    if now.outcome.safe:
        _forget(file)
    elif now != before:
        _rewrite(file, now)


def _kept() -> Iterator[tuple[Path, KeptOutcome]]:
    """Yield all that is kept on this computer; what cannot be read is nothing."""
    for file in (file for root in ROOTS for file in sorted((root / FOLDER).glob(f"*{ENDING}"))):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            fields = json.loads(file.read_text(encoding="utf-8"))
            names = {device: tuple(own) for device, own in fields["names"].items()}
            yield file, KeptOutcome(outcome_of(fields["outcome"]), fields["bench_file"], names)


def _rewrite(file: Path, kept: KeptOutcome) -> None:
    try:
        write_json(asdict(kept), file)
        file.chmod(0o666)
    except PermissionError:  # another user's: it can be written, but not replaced
        text = json.dumps(asdict(kept))
        with file.open("r+", encoding="utf-8", errors="backslashreplace") as there:
            there.write(text)  # over what is there: on a full disk an emptied file stays empty
            there.truncate()


def _forget(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except PermissionError:  # another user's: it can be emptied, but not taken away
        file.write_text("", encoding="utf-8")
