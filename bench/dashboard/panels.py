"""The dashboard: a station's state and a run's verdicts, side by side, in any width.

Everything that comes from a car, a cloud or a file goes into `Text`, which knows no markup; control
characters are taken out.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.text import Text

from bench.dashboard.bus_load import BusLoad
from bench.dashboard.frames import frame, grid
from bench.dashboard.matrix import Matrix
from bench.dashboard.progress import MOST_WRONG, counts, told, wrong
from bench.dashboard.slow import slowest
from bench.dashboard.station_state import Bus, StationState
from bench.events.wires import LOCK_MOTOR
from bench.judge.verdict import Verdict
from bench.judge.worst import ORDER
from bench.presentation.printable import printable
from bench.presentation.words import read_back
from bench.units import NS_PER_S, duration

LOG, LEAST_LOG = 6, 3  # lines of the log: usually at least, and where a terminal is low
LEAST_TITLE = 6  # columns that a title keeps in the narrowest of terminals
MOST_TESTS = 12  # that went wrong are named where all is shown
WIDE = 110  # columns from which three panels stand side by side
GOOD, BAD, ODD, QUIET = "green", "bold red", "yellow", "dim"
ROLES = ("door_lock_state", "power_mode", "alarm_state")  # of the car, whichever bus has them


class Dashboard:
    """What a person at the bench looks at.

    Args:
        state: how the station stands.
        verdicts: those that have been reached.
        title: what runs.
        footer: what else there is to say, in one line.
        load: how busy the buses are.
        within: keep to the terminal's height, for a view that is drawn over and over: the log's end
            stays in sight, and the matrix is left out where it has no room. Otherwise all is shown.
    """

    def __init__(
        self,
        state: StationState,
        verdicts: Sequence[Verdict],
        title: str,
        footer: str = "",
        load: BusLoad | None = None,
        *,
        within: bool = False,
    ) -> None:
        self._load, self._within = load or BusLoad(), within
        self._state, self._verdicts = state, verdicts
        self._title, self._footer = title, footer

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Lay the panels out for a terminal's width, and keep to its height if told to."""
        if self._within:
            yield from self._lines(console, options)
            return
        yield from self._above(console, options)
        if self._verdicts:
            yield Matrix(list(self._verdicts), brief=True)
        yield from self._all_wrong_tests()
        yield from log(self._state, max(LOG, options.max_height - 30))
        yield from self._below()

    def _lines(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield no more lines than a terminal has."""
        room = options.max_height - len(self._below())
        tests = self._wrong_tests()[-MOST_WRONG:]
        kept = LEAST_LOG + min(1, len(tests))
        parts = Group(*self._above(console, options, room - kept))
        above = console.render_lines(parts, options, pad=False)[: max(1, room - kept)]
        matrix = self._matrix_within(console, options, room - len(above) - kept)
        for line in (*above, *matrix):
            yield from (*line, Segment.line())
        room -= len(above) + len(matrix)
        last = tests[-min(MOST_WRONG, room - LEAST_LOG) :] if room > LEAST_LOG else []
        yield from map(told, last)
        yield from log(self._state, room - len(last))
        yield from self._below()

    def _wrong_tests(self) -> list[Verdict]:
        """Return somebody's own tests that went wrong: no matrix has them."""
        return wrong([verdict for verdict in self._verdicts if verdict.is_test])

    def _all_wrong_tests(self) -> Iterable[Text]:
        """Yield those, the worst first; not all where they are very many."""
        found = sorted(self._wrong_tests(), key=lambda verdict: ORDER.index(verdict.verdict))
        yield from map(told, found[:MOST_TESTS])
        if len(found) > MOST_TESTS:
            yield Text(f"and {len(found) - MOST_TESTS} more like these", style=QUIET)

    def _matrix_within(
        self, console: Console, options: ConsoleOptions, room: int
    ) -> list[list[Segment]]:
        """Return the lines of as much of the matrix as has room: all, what is down, or nothing."""
        for down_only in (False, True) if self._verdicts else ():
            matrix = Matrix(list(self._verdicts), brief=True, down_only=down_only)
            lines = console.render_lines(matrix, options, pad=False)
            if len(lines) <= room:
                return lines
        return []

    def _above(
        self, console: Console, options: ConsoleOptions, most: int | None = None
    ) -> list[RenderableType]:
        """Return the head, the panels, and what is wrong with the bench, in so many lines."""
        state = self._state
        panels = [
            frame("car", car(state)), frame("owner", owner(state), newest=True),
            frame("cloud", cloud(state)), frame("CAN", can(state, self._load)),
            frame("instruments", instruments(state)), frame("verdicts", verdicts(self._verdicts)),
        ]  # fmt: skip
        above: list[RenderableType] = [*head(state, self._title, options.max_width)]
        wrong = list(trouble(state))
        room = None if most is None else most - len(above) - len(wrong)
        across = 3 if options.max_width >= WIDE else 2
        return [*above, grid(panels, across, console, options, room), *wrong]

    def _below(self) -> list[Text]:
        """Return the footer, if there is one."""
        line = Text(printable(self._footer), style=QUIET, no_wrap=True, overflow="ellipsis")
        return [line] if self._footer else []


def head(state: StationState, title: str, width: int) -> Iterable[Text]:
    """Yield what runs and where it has got to, then which faults are in place.

    What runs may have a long name: that is shortened, never where it has got to.
    """
    at = Text(f"  {state.t_ns / NS_PER_S:9.1f} s  phase {printable(state.phase)}")
    if state.phase_ends_ns is not None and state.phase_ends_ns > state.t_ns:
        at.append(f", {duration((state.phase_ends_ns - state.t_ns) / NS_PER_S)} left")
    text = Text(printable(title), style="bold", no_wrap=True, overflow="ellipsis")
    text.truncate(max(LEAST_TITLE, width - at.cell_len), overflow="ellipsis")
    yield Text.assemble(text, at, no_wrap=True, overflow="ellipsis")
    if state.faults:
        each = ", ".join(f"{printable(fault)} (met {met})" for fault, met in state.faults.items())
        yield Text(f"faults in place: {each}", style=BAD, no_wrap=True, overflow="ellipsis")


def trouble(state: StationState) -> Iterable[Text]:
    """Yield what the bench itself failed at last."""
    for said in state.trouble[-1:]:
        yield Text(f"bench at fault: {printable(said)}", style=BAD, no_wrap=True)


def item(name: str, value: str, style: str = "") -> Text:
    """Return one line: what, and how it stands."""
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{printable(name)} ", style=QUIET)
    text.append(printable(value), style=style)
    return text


# ── panels ────────────────────────────────────────────────────────────────────────────────


def car(state: StationState) -> Iterable[Text]:
    """Yield doors, locks, power mode, alarm: by sensed lines first, then by what buses say."""
    for role in ROLES:
        said = dict(_role(state, role))
        if said:
            each = "; ".join(f"{value} ({', '.join(at)})" for value, at in _by_value(said))
            yield item(role.replace("_", " "), each, GOOD if len(set(said.values())) == 1 else ODD)
    motors = {
        n.removeprefix(LOCK_MOTOR): v for n, v in state.lines.items() if n.startswith(LOCK_MOTOR)
    }
    for level, doors in _by_value(motors):
        named = ", ".join(doors).replace("_", " ")
        yield item("motors", f"{level} ({named})", _moving(level))
    for line, level in state.lines.items():
        if not line.startswith(LOCK_MOTOR):
            yield item(line.replace("_", " "), level, _moving(level))
    if not state.roles and not state.lines:
        yield Text("nothing is known of it yet", style=QUIET)


def _by_value(said: dict[str, str]) -> list[tuple[str, list[str]]]:
    """Return each value with who says it: four doors that do the same are one line."""
    return [(v, [name for name, w in said.items() if w == v]) for v in dict.fromkeys(said.values())]


def _moving(level: str) -> str:
    return "" if level in {"idle", "open", "locked"} else ODD


def _role(state: StationState, role: str) -> Iterable[tuple[str, str]]:
    for key, value in state.roles.items():
        bus, _, name = key.partition(".")
        if name == role:
            yield bus, value


def owner(state: StationState) -> Iterable[Text]:
    """Yield what the owner did, and beside it what the owner was told."""
    header = state.header
    if header is not None:
        yield item("who", str(header.scenario.get("owner", "?")))
    acts = [(t_ns, "", said, "") for t_ns, said in state.acts]
    claims = [(t_ns, " told", said, ODD) for t_ns, said in state.claims]
    for t_ns, how, said, style in sorted((*acts, *claims), key=lambda each: each[0]):
        yield item(f"{t_ns / NS_PER_S:.1f}{how}", said, style)


def cloud(state: StationState) -> Iterable[Text]:
    """Yield the cloud's health by the witness, what each party was answered, and its units."""
    if state.cloud is None:
        yield item("health", "not asked yet", QUIET)
    else:
        works, detail = state.cloud
        yield item("health", "works" if works else f"fails: {detail}", GOOD if works else BAD)
    for party, answer in state.answers.items():
        yield item(party, answer, GOOD if answer.startswith(("1", "2")) else BAD)
    for unit, stands in state.units.items():
        yield item(unit, stands.replace("_", " "), GOOD if stands == "connected" else "")


def can(state: StationState, load: BusLoad) -> Iterable[Text]:
    """Yield each bus: awake, frames, load, errors, and nodes that are not error active."""
    for name, bus in sorted(state.buses.items()):
        awake = "awake" if bus.awake else "asleep"
        errors = f", {bus.errors} error frames" if bus.errors else ""
        style = ODD if bus.errors else GOOD if bus.awake else ""
        share = load.share(name, state.t_ns)
        busy = f", load {_percent(share)}" if share is not None and bus.awake else ""
        yield item(name, f"{awake}, {bus.frames:,} frames{busy}{errors}", style)
        yield from _nodes(bus)


def _percent(share: float) -> str:
    return "<1%" if 0 < share < 0.01 else f"{share:.0%}"


def _nodes(bus: Bus) -> Iterable[Text]:
    for node, (stands, tec, rec) in bus.states.items():
        if stands != "error_active":
            counters = f" (TEC {tec}, REC {rec})" if tec >= 0 else ""
            yield item(f"  {node}", stands.replace("_", " ") + counters, BAD)


def instruments(state: StationState) -> Iterable[Text]:
    """Yield supplies, and the contacts that are closed: as commanded, and as read back."""
    for name, supply in state.supplies.items():
        volts = f" {supply.volts:g} V" if supply.volts is not None else ""
        limit = f", in current limit: {supply.limited}" if supply.limited else ""
        style = BAD if supply.limited else GOOD if supply.on else ""
        said = (
            f"{'on' if supply.on else 'off'}{volts}, {read_back(supply.verified, supply.on)}{limit}"
        )
        yield item(name, said, style)
        if supply.read_amperes is not None:
            yield item("  reads", _measured(supply.read_volts, supply.read_amperes))
    for channel, (closed, verified) in state.relays.items():
        if closed:
            yield item(channel, f"closed, {read_back(verified, closed)}", ODD)


def _measured(volts: float | None, amperes: float) -> str:
    """Return a voltage and a current; older recordings have no voltage.

    >>> _measured(13.5, 0.006), _measured(None, 12.892)
    ('13.50 V, 6 mA', '12.89 A')
    """
    current = f"{amperes * 1000:.0f} mA" if amperes < 1 else f"{amperes:.2f} A"
    return current if volts is None else f"{volts:.2f} V, {current}"


def verdicts(reached: Sequence[Verdict]) -> Iterable[Text]:
    """Yield how many there are of each kind, and what is slow."""
    if not reached:
        yield Text("none", style=QUIET)
        return
    yield counts(list(reached))
    yield from slowest(reached)


def log(state: StationState, most: int) -> Iterable[Text]:
    """Yield the last lines of the log."""
    for t_ns, lane, said in list(state.log)[-most:] if most > 0 else ():
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f"{t_ns / NS_PER_S:9.3f} ", style=QUIET)
        text.append(f"{lane:10} ", style=QUIET)
        text.append(printable(said))
        yield text
