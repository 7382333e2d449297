"""`bench`: the way in from a terminal."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from bench import __version__
from bench.errors import BenchError

OK, FAILED, BAD_USAGE, INCONCLUSIVE, INTERRUPTED = 0, 1, 2, 3, 130
DESCRIPTION = """\
Prove that a car still opens and starts while its cloud fails.

Exit status: 0 all pass; 1 a fail; 2 bad usage or configuration; 3 nothing failed but something
is inconclusive; 130 interrupted."""


def command_modules() -> list[ModuleType]:
    """Return the modules of all commands; they are light, what they need they import later."""
    folder = Path(__file__).parent / "commands"
    names = sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))
    return [importlib.import_module(f"bench.cli.commands.{name}") for name in names]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="bench", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"access-bench {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in command_modules():
        name = module.__name__.rpartition(".")[2]
        sub = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        sub.set_defaults(command=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status."""
    arguments = make_parser().parse_args(argv)
    try:
        status: int = arguments.command(arguments)
    except BenchError as error:
        for line in str(error).splitlines():
            print(f"bench: error: {line}", file=sys.stderr)  # noqa: T201 the terminal is its user
        return BAD_USAGE
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read the output has gone away: nothing is left to say, and nothing to close
        sys.stderr.close()
        return OK
    return status


if __name__ == "__main__":
    sys.exit(main())
