"""Causes across HTTP: the W3C Trace Context header carries the number of the causing entry.

Phones and telematics units in the field send `traceparent` for their own tracing, so a real one
in this place is read the same way; one without it has exchanges without a known cause.
https://www.w3.org/TR/trace-context/
"""

HEADER = "traceparent"
_TRACE = "0" * 31 + "1"
_PARTS = 4


def traceparent(seq: int) -> str:
    """Return the header's value for a journal entry.

    >>> traceparent(10)
    '00-00000000000000000000000000000001-000000000000000b-01'
    """
    # the all-zero parent is invalid by the standard, and entry 0 is a valid cause: one is added
    return f"00-{_TRACE}-{seq + 1:016x}-01"


def cause_of(value: object) -> int | None:
    """Return the number of the entry that a header names; None for a foreign or broken one.

    >>> cause_of(traceparent(10)), cause_of("00-abc"), cause_of(None), cause_of({"a": 1})
    (10, None, None, None)
    """
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) != _PARTS or parts[1] != _TRACE:
        return None
    try:
        return int(parts[2], 16) - 1
    except ValueError:
        return None
