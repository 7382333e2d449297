"""What commands exit with."""

from collections.abc import Collection

FAILED, BAD_USAGE, INCONCLUSIVE = 1, 2, 3
INTERNAL_ERROR = 70  # EX_SOFTWARE of sysexits.h; 1 would say that a verdict failed
BY_SIGNAL = 128  # a shell's status for what a signal has ended, plus the signal's number
INTERRUPTED, UNREAD = 130, 141  # by SIGINT; nobody reads the output any more (SIGPIPE)


def status_of(words: Collection[str]) -> int:
    """Return what a run exits with, by what its verdicts are: a fail counts before a doubt.

    >>> status_of({"pass", "inconclusive"})
    3
    """
    return FAILED if "fail" in words else INCONCLUSIVE if "inconclusive" in words else 0
