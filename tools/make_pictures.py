"""Make the pictures of README and docs, from real runs: `python tools/make_pictures.py`."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bench.access.stranded import stranded
from bench.dashboard.summary import in_colour
from bench.evidence.run_folder import read_verdicts

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = {
    "gwm": ["replay", "gwm-2025-03-21"],
    "campaign": ["run"],
}


def picture(name: str, command: list[str]) -> None:
    """Run a command and draw how its end looks in a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        subprocess.run(
            [sys.executable, "-m", "bench.cli.main", *command, "--out", str(run), "--json"],
            stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        verdicts = read_verdicts(run)
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
