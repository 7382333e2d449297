"""What a Retry-After says: a number of seconds, or a date (RFC 9110 §10.2.3)."""

from datetime import UTC
from email.utils import parsedate_to_datetime


def seconds_in(text: str | None, now: float) -> float | None:
    """Return for how long a Retry-After asks; None: there is none, or it says neither.

    Args:
        text: as it was sent.
        now: the calendar time by which a date counts, in POSIX seconds.

    >>> seconds_in("120", 0.0), seconds_in("Thu, 01 Jan 1970 00:02:00 GMT", 30.0)
    (120.0, 90.0)
    >>> seconds_in("soon", 0.0), seconds_in(None, 0.0)
    (None, None)
    """
    if text is None:
        return None
    if text.isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
        # RFC 9110 §5.6.7: a date that names no zone, as asctime's, is one of GMT
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError):
        return None
