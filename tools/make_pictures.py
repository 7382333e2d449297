"""Make the pictures of README and docs, from real runs: `python tools/make_pictures.py`.

The report's needs a Chromium.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.dashboard.summary import in_colour
from bench.evidence.run_folder import read_verdicts
from bench.judge.stranded import stranded
from bench.report.page import NAME

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = {
    "gwm": ["replay", "gwm-2025-03-21"],
    "campaign": ["run"],
}


REPORT_OF, REPORT_SIZE = "gwm", "1280,1330"


def photograph(report: Path) -> None:
    """Write how the top of a report looks in a browser."""
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next((found for name in names if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("docs/report.png needs a Chromium, and none is installed")
    subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--window-size={REPORT_SIZE}", f"--screenshot={DOCS / 'report.png'}", report.as_uri()],
        stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip


def picture(name: str, command: list[str]) -> None:
    """Run a command and draw how its end looks in a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        subprocess.run(
            [sys.executable, "-m", "bench.cli.main", *command, "--out", str(run), "--json"],
            stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        verdicts = read_verdicts(run)
        if name == REPORT_OF:
            photograph(run / NAME)
    console = Console(record=True, width=100, force_terminal=True, color_system="truecolor",
                      file=open("/dev/null", "w"))  # noqa: SIM115, PTH123  # fmt: skip
    console.print(Text("$ bench " + " ".join(command), style="bold"))
    in_colour(console, verdicts, stranded(verdicts))
    svg = console.export_svg(title=f"bench {command[0]}")
    # no fonts from elsewhere: the picture is complete in itself
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    for name, command in PICTURES.items():
        picture(name, command)
