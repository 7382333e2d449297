"""`bench`: the way in from a terminal."""

import argparse
import errno
import importlib
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType

from bench import __version__
from bench.cli.ending import ending_in_order, is_unread, say, say_no_more
from bench.cli.internal_error import tell_internal_error
from bench.cli.parsing import Parser
from bench.cli.status import BAD_USAGE, INTERRUPTED, UNREAD
from bench.errors import BenchError, InternalError

CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
DESCRIPTION = """\
Prove that a car still opens and starts while its cloud fails.

Exit status: 0 all pass; 1 a fail; 2 bad usage or configuration; 3 nothing failed but something
is inconclusive; 70 a defect of the bench itself; 130 interrupted; 143 ended by SIGTERM;
129 by SIGHUP."""

WHERE = """\
tests.md (your own tests), hardware.md (the bench file, and what channels can do), roles.md (your
database), reference.md (everything by name, fixtures and calls too)."""


def documentation() -> Path | None:
    """Return the folder of the documents: in an installed package, or in its repository."""
    package = Path(__file__).parents[1]
    folders = (package / "_docs", package.parent / "docs")
    return next((folder for folder in folders if (folder / "reference.md").is_file()), None)


def command_modules() -> list[ModuleType]:
    """Return the modules of all commands; they are light, what they need they import later."""
    folder = Path(__file__).parent / "commands"
    names = sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_"))
    return [importlib.import_module(f"bench.cli.commands.{name}") for name in names]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    docs = documentation()
    parser = Parser(
        prog="bench", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=None if docs is None else f"The documents are in {docs}:\n{WHERE}",
    )  # fmt: skip
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
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # "?" where a terminal has not the letter
    arguments = make_parser().parse_args(argv)
    try:
        with ending_in_order():
            status: int = arguments.command(arguments)
            sys.stdout.flush()
    except SystemExit:
        raise
    except InternalError as error:
        return tell_internal_error(error)
    except BenchError as error:
        for line in str(error).splitlines():
            say(f"error: {line}")
        return BAD_USAGE
    except KeyboardInterrupt as error:
        say("; ".join([str(error) or "interrupted", *getattr(error, "__notes__", ())]))
        return getattr(error, "status", INTERRUPTED)
    except OSError as error:
        return _tell_refused(error)
    except BaseException as error:  # also a cancellation that nobody took
        return tell_internal_error(error)
    return status


def _tell_refused(error: OSError) -> int:
    """Say what the system has refused, and whose matter that is; return the exit status."""
    if isinstance(error, BrokenPipeError) and is_unread():
        # whoever read the output has gone away: nothing is left to say, and nothing to close
        say_no_more()
        return UNREAD
    what = _what_failed(error)
    if what is None:  # another pipe, too: between parts of the bench
        return tell_internal_error(error)
    say(f"error: {what}")
    say_no_more()
    return BAD_USAGE


def _what_failed(error: OSError) -> str | None:
    """Return which of the command's surroundings the system refused (None: something else)."""
    if error.filename is not None:
        return None  # commands name their files themselves
    if isinstance(error, FileNotFoundError):
        return "the current folder is gone: change into one that is there"
    if error.errno in CANNOT_WRITE:
        return f"standard output cannot be written: {error.strerror}"
    return None


if __name__ == "__main__":
    sys.exit(main())
