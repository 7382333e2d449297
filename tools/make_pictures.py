"""Make the pictures of README and docs, from real runs: `python tools/make_pictures.py`.

The report's needs a Chromium.
"""

import io
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.dashboard.bus_load import BusLoad
from bench.dashboard.effects import take_effect
from bench.dashboard.panels import Dashboard
from bench.dashboard.station_state import StationState
from bench.dashboard.summary import in_colour
from bench.evidence.recording_file import SUFFIX, read_recording
from bench.evidence.run_folder import RECORDINGS
from bench.evidence.stored_run import read_stored_run
from bench.judge.stranded import stranded
from bench.report.page import NAME

DOCS = Path(__file__).parent.parent / "docs"
NAMED, COMMAND = "gwm", ["replay", "gwm-2025-03-21"]
REPORT_SIZE = "1280,1420"
# the lanes of a verdict: from the tap in the app to the lock motor, with no outage
DRAWN, MOVED = "phone_only.cloud_app.unlock.baseline", "lock_motor_driver: unlock"
# the dashboard, four minutes into the hour, after an owner's fourth try
WATCHED, AT_NS = "phone_only.cloud_app.unlock.gwm-2025-03-21", 231_000_000_000
COLUMNS, ROWS = 118, 40


def photograph(page: str, to: str, size: str) -> None:
    """Write how a page looks in a browser."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next((found for name in names if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit(f"docs/{to} needs a Chromium, and none is installed")
    subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         "--virtual-time-budget=5000", f"--window-size={size}", f"--screenshot={DOCS / to}", page],
        stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip


def replay() -> None:
    """Replay an hour, and draw its report, a timeline, the dashboard and how it ends."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        subprocess.run(
            [sys.executable, "-m", "bench.cli.main", *COMMAND, "--out", str(run), "--json"],
            stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        verdicts = list(read_stored_run(run).verdicts)
        photograph((run / NAME).as_uri(), "report.png", REPORT_SIZE)
        timeline(run)
        dashboard(run)
    console = terminal(100)
    console.print(Text("$ bench " + " ".join(COMMAND), style="bold"))
    in_colour(console, verdicts, stranded(verdicts))
    draw(console, f"bench {COMMAND[0]}", NAMED)


def timeline(run: Path) -> None:
    """Photograph a verdict's lanes at the owner's act, with what led to a lock motor's move."""
    sys.path.insert(0, str(DOCS.parent / "tests" / "report"))
    from chromium import Chromium

    numbers = {v.scenario: n for n, v in enumerate(read_stored_run(run).verdicts, 1)}
    with Chromium() as browser:
        page = browser.page()
        page.size(1180, 900)
        page.open(run / NAME, f"#verdict-{numbers[DRAWN]}")
        page.wait("Boolean(document.querySelector('svg.time'))")
        page.run(f"[...document.querySelectorAll('.around .jump')]"
                 f".find(each => each.textContent.includes('{MOVED}')).click()")  # fmt: skip
        page.key("a")
        page.run(f"[...document.querySelectorAll('.around .jump')]"
                 f".find(each => each.textContent.includes('{MOVED}')).click()")  # fmt: skip
        page.run("document.activeElement.blur()")
        page.screenshot(DOCS / "timeline.png", page.run(LANES))


# where the lanes stand on the page, with their legend
LANES = """(() => {
  const lanes = document.querySelector("svg.time").getBoundingClientRect();
  const keys = document.querySelector(".keys").getBoundingClientRect();
  return {x: lanes.x + scrollX - 6, y: lanes.y + scrollY - 6,
          width: lanes.width + 12, height: keys.bottom - lanes.y + 12};
})()"""


def dashboard(run: Path) -> None:
    """Draw the dashboard in the middle of one of a run's scenarios, as it is played again."""
    recording, verdict = read_recording(run / RECORDINGS / f"{WATCHED}{SUFFIX}")
    done = [verdict] if verdict is not None else []
    state, load = StationState(header=recording.header), BusLoad()
    for entry in recording.entries:
        load.take(entry, recording.header.bit_rates)
        if entry.t_ns <= AT_NS:
            take_effect(state, entry)
    state.t_ns = AT_NS
    console = terminal(COLUMNS, ROWS)
    footer = "10 times as fast as it happened"
    console.print(Dashboard(state, done, WATCHED, footer, load, within=True))
    draw(console, f"bench watch … --scenario {WATCHED} --speed 10", "dashboard")


def terminal(columns: int, rows: int = 46) -> Console:
    """Return a terminal that draws nowhere."""
    return Console(record=True, width=columns, height=rows, force_terminal=True,
                   color_system="truecolor", file=io.StringIO())  # fmt: skip


def draw(console: Console, title: str, name: str) -> None:
    """Write what a terminal shows as a picture."""
    svg = console.export_svg(title=title)
    # no fonts from elsewhere: the picture is complete in itself
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")


def overload() -> None:
    """Draw the courses of the built-in situations."""
    command = [sys.executable, "-m", "bench.cli.main", "overload"]
    subprocess.run(
        [*command, "--plot", str(DOCS / "overload.svg")], stdout=subprocess.DEVNULL, check=True
    )


def fleet() -> None:
    """Draw a fleet as given, and with one thing changed each."""
    command = [sys.executable, "-m", "bench.cli.main", "fleet", "--what-if"]
    subprocess.run(
        [*command, "--plot", str(DOCS / "fleet.svg")], stdout=subprocess.DEVNULL, check=True
    )


if __name__ == "__main__":
    fleet()
    overload()
    replay()
