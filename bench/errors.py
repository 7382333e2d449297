"""Every error the bench raises, as one tree.

BenchError
├── ConfigError                    the user's files or options: nothing has run (exit 2)
│   ├── UnknownName                a model, car, path, fault, … that does not exist
│   ├── MissingExtra               an optional dependency that this station needs
│   ├── DatabaseRefused            a CAN database that does not load
│   ├── RoleError                  a role that names what its database does not hold
│   ├── RunFolderError             an output folder that cannot take a run
│   ├── NotOnBench                 a contact, line, bus … that it lacks (also an AttributeError)
│   └── RequestRefused             what somebody asks over the proxy's interface cannot be done
├── StationError                   the bench itself is at fault: verdicts become inconclusive
│   ├── InstrumentFault            an instrument misbehaves
│   │   ├── InstrumentTimeout      … by not answering (also a TimeoutError)
│   │   ├── WrongInstrument        … by being another model than the file says
│   │   └── ReadbackMismatch       … by not doing what it was told
│   ├── CanFault                   an interface that is missing, down or has died
│   ├── StationBusy                another run holds this bench
│   └── GuardianLost               nothing would make the bench safe if the run died
├── SimulationError                simulated time cannot go on
│   ├── SimulationStalled          everybody waits and nothing can happen any more
│   ├── EndlessActivity            things keep happening at one instant
│   └── ForeignThread              a call into the loop from the wrong thread
├── NotFitted                      the car has no such path, or the path no such intent
├── NotObservable                  a role that the databases of this station do not carry
├── ExpectationFailed              something that should have been seen (also an AssertionError)
│   ├── NeverReceived              … the message never came
│   ├── WrongValue                 … it came, with another value
│   ├── WrongCycle                 … it came at another period
│   ├── Unexpected                 … what should not have been seen came
│   └── StillAwake                 … a bus that should sleep, or a supply that should give nothing
├── DiagnosisError                 a unit that does not answer diagnosis, or refuses
├── Inconclusive                   no verdict can be earned: its fault was never met, …
├── RecordingDamaged               a stored recording that cannot be read whole
└── InternalError                  what nobody foresaw, in a worker process (exit 70)
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

__all__ = [
    "BenchError",
    "CanFault",
    "ConfigError",
    "DatabaseRefused",
    "DiagnosisError",
    "EndlessActivity",
    "ExpectationFailed",
    "ForeignThread",
    "GuardianLost",
    "Inconclusive",
    "InstrumentFault",
    "InstrumentTimeout",
    "InternalError",
    "MissingExtra",
    "NeverReceived",
    "NotFitted",
    "NotObservable",
    "NotOnBench",
    "ReadbackMismatch",
    "RecordingDamaged",
    "RequestRefused",
    "RoleError",
    "RunFolderError",
    "SimulationError",
    "SimulationStalled",
    "StationBusy",
    "StationError",
    "StillAwake",
    "Unexpected",
    "UnknownName",
    "WrongCycle",
    "WrongInstrument",
    "WrongValue",
    "described",
    "joined",
    "nearest",
    "placed",
]

MOST_KNOWN = 24  # names in one error; a list of all is what `bench list` is for
MOST_MEANT = 3


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Return a half sentence that names the closest known word, or all of them when few.

    >>> nearest("http_statos", ["http_status", "refuse", "latency"])
    'did you mean "http_status"?'
    >>> nearest("zzz", ["low", "high"])
    'known: high, low'
    """
    words = sorted(set(known))
    near = _closest(wrong, words)
    if near:
        return f"did you mean {' or '.join(map(_quoted, near))}?"
    if not words:
        return "none is known"
    more = len(words) - MOST_KNOWN
    listed = ", ".join(words[:MOST_KNOWN])
    return f"known: {listed}, and {more} more" if more > 0 else f"known: {listed}"


def _closest(wrong: str, words: list[str]) -> list[str]:
    """Return what somebody may have meant: but for case, by its beginning, by its letters."""
    plain = wrong.casefold()
    same = [word for word in words if word.casefold() == plain]
    begun = [word for word in words if plain and word.casefold().startswith(plain)]
    for found in (same, begun, difflib.get_close_matches(wrong, words, n=1)):
        if 0 < len(found) <= MOST_MEANT:
            return found
    folded = {word.casefold(): word for word in words}
    return [folded[word] for word in difflib.get_close_matches(plain, folded, n=1)]


def _quoted(word: str) -> str:
    return f'"{word}"'


class BenchError(Exception):
    """The root: catch this to catch everything the bench raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a worker process hand it on: the message is made once, not again."""
        return _as_raised, (type(self), self.args)


def _as_raised(kind: type[BenchError], args: tuple[Any, ...]) -> BenchError:
    error = kind.__new__(kind)
    error.args = args
    return error


class ConfigError(BenchError):
    """The user's files or options are wrong; nothing has run."""


class UnknownName(ConfigError):
    """A name that nothing answers to.

    Args:
        kind: what was looked for, in the user's words ("fault", "car", …).
        name: the name that was given.
        known: the names there are.
        source: the file and key, or the option, where it was given ("": nobody knows).
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], source: str = "") -> None:
        where = f"{source}: " if source else ""
        super().__init__(f'{where}no {kind} named "{name}": {nearest(name, known)}')


class MissingExtra(ConfigError):
    """An optional dependency is not installed.

    Args:
        what: what needs it.
        extra: the extra of this distribution that brings it.
        instead: how to get it where that extra brings nothing.
    """

    def __init__(self, what: str, extra: str, instead: str = "") -> None:
        how = instead or f"pip install 'access-bench[{extra}]'"
        super().__init__(f'{what} needs the extra "{extra}": {how}')


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Let a ConfigError from inside the block begin with the file and key that led to it."""
    try:
        yield
    except ConfigError as error:
        error.args = (f"{where}: {error}",)
        raise


def described(error: BaseException) -> str:
    """Return what went wrong; an error that is not the bench's own says what it is, too.

    >>> described(InstrumentFault("relay 1: no answer"))
    'relay 1: no answer'
    >>> described(ValueError("not a number"))
    'ValueError: not a number'
    """
    return str(error) if isinstance(error, BenchError) else f"{type(error).__name__}: {error}"


def joined(errors: Sequence[Exception]) -> Exception:
    """Return one error that says what all of these say, and once what several share.

    It is of the first one's kind, or a group where one of them is not the bench's own.

    >>> joined([InstrumentFault("relay 1: no answer"), StationError("supply: no answer")])
    InstrumentFault('relay 1: no answer; supply: no answer')
    """
    first = errors[0]
    if len(errors) == 1:
        return first
    if not all(isinstance(each, BenchError) for each in errors):
        return ExceptionGroup("several things failed", errors)
    first.args = ("; ".join(dict.fromkeys(map(str, errors))),)
    return first


class DatabaseRefused(ConfigError):
    """A CAN database does not load; the message says why and offers what to do."""


class RoleError(ConfigError):
    """A role names a message, signal or value that its database does not hold."""


class RunFolderError(ConfigError):
    """The output folder cannot take a run."""


class NotOnBench(ConfigError, AttributeError):
    """A contact, a supply, a line or a bus that this bench does not have."""


class RequestRefused(ConfigError):
    """Something asked over the proxy's interface that cannot be done.

    Args:
        reason: why; it goes to the client.
        status: the HTTP status of the answer.
    """

    status = 400

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


class StationError(BenchError):
    """The bench itself is at fault, not the car."""


class InstrumentFault(StationError):
    """An instrument did not do its part; the message names it and what to do next."""


class InstrumentTimeout(InstrumentFault, TimeoutError):
    """An instrument did not answer in time."""


class WrongInstrument(InstrumentFault):
    """Another model answers at this resource than the file says."""


class ReadbackMismatch(InstrumentFault):
    """An instrument was told one thing and reads back another."""


class CanFault(StationError):
    """A CAN interface is missing, down or has died."""


class StationBusy(StationError):
    """Another run holds this bench."""


class GuardianLost(StationError):
    """The guardian has died before the run, or hangs: nothing would make the bench safe."""


class SimulationError(BenchError):
    """Simulated time cannot go on."""


class SimulationStalled(SimulationError):
    """Everybody waits and nothing can ever happen again."""


class EndlessActivity(SimulationError):
    """Things keep happening at one instant, so time cannot move."""


class ForeignThread(SimulationError):
    """A call from a thread that must not make it."""


class NotFitted(BenchError):
    """The car has no such path, or the path does not serve this intent."""


class NotObservable(BenchError):
    """The station's databases do not carry this role."""


class ExpectationFailed(BenchError, AssertionError):
    """Something was expected of the car and did not come."""


class NeverReceived(ExpectationFailed):
    """The message never came at all."""


class WrongValue(ExpectationFailed):
    """The message came, but never with the expected value."""


class WrongCycle(ExpectationFailed):
    """The message came at another period than expected."""


class Unexpected(ExpectationFailed):
    """What should not have been seen was seen."""


class StillAwake(ExpectationFailed):
    """A bus that should be asleep has traffic, or a supply gives more than a sleeping car draws."""


class DiagnosisError(BenchError):
    """A unit does not answer a diagnostic request, answers wrongly, or refuses it."""


class Inconclusive(BenchError):
    """No verdict can be earned from what happened."""


class RecordingDamaged(BenchError):
    """A stored recording cannot be read as a whole."""


class InternalError(BenchError):
    """A mistake of the bench's own, made in a worker process.

    Args:
        what: the error's name and message.
        traceback: where it was raised, in the lines of Python's traceback.
    """

    def __init__(self, what: str, traceback: str) -> None:
        super().__init__(what, traceback)

    @property
    def traceback(self) -> str:
        """Where it was raised."""
        return str(self.args[1])

    def __str__(self) -> str:
        return str(self.args[0])
