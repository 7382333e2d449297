"""Shapes of a supply's voltage over time, from data files that name their source."""

import math
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, field_validator

from bench.config.toml_file import read_toml
from bench.config.validation import Section, check
from bench.errors import UnknownName

FOLDER = Path(__file__).parent / "electrical" / "profiles"
FINEST_S = 0.005  # a ramp is followed in steps of this length, where the supply can
RIPPLE_POINTS = 16  # per period


class Segment(Section):
    """A stretch of a profile: a ramp to a voltage, then a hold there.

    `ripple_v` is the peak-to-peak amplitude of a sine about it, of `ripple_hz`.
    """

    volts: float = Field(ge=0.0)
    ramp_s: float = Field(default=0.0, ge=0.0)
    hold_s: float = Field(ge=0.0)
    ripple_v: float = Field(default=0.0, ge=0.0)
    ripple_hz: float = Field(default=2.0, gt=0.0)


class ProfileFile(Section):
    """A profile: `standard` says whose shape it is, `own` what in it is the bench's own figure."""

    summary: str
    standard: str
    source: str
    own: str
    base_v: float = Field(ge=0.0)
    segments: list[Segment] = Field(min_length=1)

    @field_validator("segments")
    @classmethod
    def _lasts(cls, segments: list[Segment]) -> list[Segment]:
        if not any(segment.ramp_s or segment.hold_s for segment in segments):
            raise ValueError("none of them lasts: give one a ramp_s or a hold_s above 0")
        return segments


@dataclass(frozen=True)
class Point:
    """A voltage to be set, so long after the beginning."""

    at_s: float
    volts: float
    held: bool


def profile_names() -> list[str]:
    """Return the names of the profiles that are shipped."""
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def load_profile(name: str, base: Path | None = None) -> ProfileFile:
    """Return a shipped profile by name, or one from a file of the user's (`….toml`).

    Raises:
        UnknownName: no such profile; ConfigError: its file is wrong.
    """
    own = name.endswith(".toml")
    path = (base or Path.cwd()) / name if own else FOLDER / f"{name}.toml"
    if not own and not path.is_file():
        raise UnknownName("supply profile", name, profile_names())
    return check(ProfileFile, read_toml(path), source=str(path))


def shortest_s(profile: ProfileFile) -> float:
    """Return the shortest time in which a supply has to reach a voltage, in seconds.

    A ramp that is given no time goes as fast as the supply does.
    """
    times = [time for each in profile.segments for time in (each.ramp_s, each.hold_s) if time]
    ripples = [1 / each.ripple_hz / 4 for each in profile.segments if each.ripple_v]
    return min(times + ripples)


def points(profile: ProfileFile, step_s: float) -> list[Point]:
    """Return the voltages to set, in order, none closer than the supply can follow.

    Args:
        profile: the shape.
        step_s: how long the supply takes to reach a voltage.
    """
    finest_s = max(FINEST_S, step_s)
    found: list[Point] = []
    at_s, volts = 0.0, profile.base_v
    for segment in profile.segments:
        count = int(segment.ramp_s / finest_s + 1e-9)
        for number in range(1, count):
            share = number / count
            level = volts + (segment.volts - volts) * share
            found.append(Point(at_s + segment.ramp_s * share, round(level, 3), held=False))
        at_s, volts = at_s + segment.ramp_s, segment.volts
        found.append(Point(at_s, volts, held=True))
        found += _ripple(segment, at_s, finest_s)
        at_s += segment.hold_s
    return found


def duration_s(profile: ProfileFile) -> float:
    """Return how long a profile lasts, in seconds."""
    return sum(segment.ramp_s + segment.hold_s for segment in profile.segments)


def _ripple(segment: Segment, from_s: float, finest_s: float) -> list[Point]:
    if not segment.ripple_v:
        return []
    step_s = max(1 / segment.ripple_hz / RIPPLE_POINTS, finest_s)
    return [
        Point(from_s + number * step_s, round(segment.volts + _sine(segment, number * step_s), 3),
              held=False)
        for number in range(1, int(segment.hold_s / step_s))
    ]  # fmt: skip


def _sine(segment: Segment, at_s: float) -> float:
    return segment.ripple_v / 2 * math.sin(2 * math.pi * segment.ripple_hz * at_s)
