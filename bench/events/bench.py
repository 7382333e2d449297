"""What the bench is made of, and what went wrong with it: how far its evidence can be trusted."""

from dataclasses import dataclass

from bench.events.event import Event


@dataclass(frozen=True, slots=True)
class InstrumentFound(Event):
    """An instrument of the station, by its section and name, and what it says it is.

    `identity` is maker, model, serial number and version, as far as the device tells.
    """

    instrument: str
    identity: str


@dataclass(frozen=True, slots=True)
class ReceiverLost(Event):
    """A receiver of this bench died: nothing after it is evidence of absence."""

    receiver: str
    reason: str


@dataclass(frozen=True, slots=True)
class FramesDropped(Event):
    """An interface lost frames before the bench could read them.

    `count` is how many; a controller that overruns only says that it has: then it is 1 each time.
    """

    bus: str
    count: int


@dataclass(frozen=True, slots=True)
class FramesNotSent(Event):
    """An interface took no frames for sending, because of what `reason` says."""

    bus: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class TimeStampsMapped(Event):
    """How an interface's time stamps became bench time, and how far off one may be at worst.

    `clock` is calendar (the computer's), own (the interface's), or arrival: it does not stamp, and
    a frame's time is when the loop took it, as late as JitterMeasured says.
    """

    bus: str
    clock: str
    frames: int
    uncertainty_ns: int


@dataclass(frozen=True, slots=True)
class ClockStepped(Event):
    """Somebody set the computer's calendar clock, by NTP or by hand; bench time went on evenly."""

    step_ns: int


@dataclass(frozen=True, slots=True)
class JitterMeasured(Event):
    """How late a timer or a cyclic frame of the bench was at worst (0 in simulated time).

    From the moment on at which the starting state was checked: nothing is judged before.
    """

    worst_ns: int


@dataclass(frozen=True, slots=True)
class InstrumentSlow(Event):
    """An instrument kept the bench's loop waiting for much longer than its model takes.

    `doing` is what it was asked to do; `answer_ns` how long its slowest answer took (0: it does not
    tell); `pause_ns` the pause between commands that its model states.
    """

    instrument: str
    doing: str
    took_ns: int
    answer_ns: int
    pause_ns: int


@dataclass(frozen=True, slots=True)
class BenchFault(Event):
    """The bench itself failed at something: what, where."""

    what: str
    reason: str
