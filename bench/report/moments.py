"""Moments of the calendar as a person reads them."""

from datetime import datetime, timedelta


def moment(text: object) -> str:
    """Return when something was, from its ISO 8601 form; what is none stays as it is.

    >>> moment("2026-01-02T09:40:00+00:00"), moment("2026-01-02T09:40:00+08:00"), moment("?")
    ('2026-01-02 09:40:00 UTC', '2026-01-02 09:40:00 +08:00', '?')
    """
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    if found.tzinfo is None:
        return found.isoformat(" ", "seconds")
    zone = "UTC" if found.utcoffset() == timedelta(0) else found.isoformat()[-6:]
    return f"{found:%Y-%m-%d %H:%M:%S} {zone}"
