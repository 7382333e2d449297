"""What a station's guardian must know, worked out from its file."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from bench.config.bench_file import CanSection, StationFile
from bench.guardian.identity import names_of
from bench.guardian.outcome import FILE_NAME
from bench.guardian.plan import Device, SafePlan, SafeStep
from bench.station.models import SIMULATED, Section, driver_of, is_device
from bench.station.safe_sequence import declared_steps, turn


def real_resources(file: StationFile) -> list[str]:
    """Return what a real-time station uses that others could use, too; empty in simulated time."""
    content = file.content
    if content.bench.time != "real":
        return []
    groups: tuple[Mapping[str, Section], ...]
    groups = (content.relays, content.supplies, content.meters)
    sections = [section for group in groups for section in group.values()]
    found = [s.resource for s in sections if is_device(s) and s.resource]
    buses = [b for b in content.can.values() if b.interface not in {SIMULATED, "virtual"}]
    return found + [_channel(bus) for bus in buses]


def _channel(bus: CanSection) -> str:
    """Name the channel of a bus; on a network, what else is part of its address counts, too."""
    address = (str(bus.options[key]) for key in ("host", "port") if key in bus.options)
    return "::".join(("CAN", bus.interface, str(bus.channel), *address))


def safe_plan(file: StationFile, folder: Path | None) -> SafePlan | None:
    """Return what a guardian must know; None: nothing real can be switched, or none is wanted.

    Args:
        file: the station.
        folder: the run folder, if there is one: the outcome is written there, too.
    """
    outcome_files = () if folder is None else (str((folder / FILE_NAME).absolute()),)
    devices = tuple(_devices(file))
    if file.content.bench.time != "real" or not devices or not file.content.bench.guardian:
        return None
    switched = {device.name: tuple(device.channels) for device in devices}
    steps = [step for step in declared_steps(file) if step.device in switched]
    rest = list(_rest(file, devices))
    return SafePlan(
        bench=file.content.bench.name,
        devices=devices,
        steps=(*steps, *rest),
        heartbeat_s=file.content.bench.heartbeat_s,
        give_up_s=SafePlan.give_up_s + sum(step.then_wait_s for step in steps),
        outcome_files=outcome_files,
        bench_file=file.real_path,
    )


def _rest(file: StationFile, devices: tuple[Device, ...]) -> Iterator[SafeStep]:
    """Yield everything off, in its turn: what has no order among itself goes off at once."""

    def turn_of(device: Device) -> int:
        section = getattr(file.content, device.kind)[device.name.partition(".")[2]]
        return turn(device.kind, section)

    for _, group in groupby(sorted(devices, key=turn_of), turn_of):
        *first, last = group
        for device in first:
            yield SafeStep(device.name, tuple(device.channels), with_next=True)
        yield SafeStep(last.name, tuple(last.channels))


def _devices(file: StationFile) -> Iterator[Device]:
    """Yield every device, relay boards first."""
    for name, board in file.content.relays.items():
        yield from _device(file, "relays", name, board, board.numbers)
    for name, supply in file.content.supplies.items():
        yield from _device(file, "supplies", name, supply, {name: supply.channel})


def _device(
    file: StationFile, kind: str, name: str, section: Section, channels: dict[str, int]
) -> Iterator[Device]:
    """Yield a device; a twin dies with the run and wants no guard."""
    if is_device(section):
        driver = driver_of(file, kind, name, section)
        yield Device(
            f"{kind}.{name}", kind, f"{driver.__module__}:{driver.__qualname__}",
            section.resource, section.backend, channels, names_of(section.resource),
        )  # fmt: skip
