"""Causes across HTTP: the W3C Trace Context header carries the number of the causing entry.

Phones and telematics units in the field send `traceparent` for their own tracing, so a real one
in this place is read the same way; one without it has exchanges without a known cause. One that
goes on with our trace names spans of its own in it, which are none of our entries: ours are marked.
https://www.w3.org/TR/trace-context/
"""

HEADER = "traceparent"
_TRACE = "0" * 31 + "1"
_MARK = "acce55be"  # the first half of a span of ours
_PARTS = 4


def traceparent(seq: int) -> str:
    """Return the header's value for a journal entry.

    >>> traceparent(10)
    '00-00000000000000000000000000000001-acce55be0000000b-01'
    """
    # the all-zero parent is invalid by the standard, and entry 0 is a valid cause: one is added
    return f"00-{_TRACE}-{_MARK}{seq + 1:08x}-01"


def cause_of(value: object) -> int | None:
    """Return the number of the entry that a header names; None for a foreign or broken one.

    Whether there is such an entry the journal knows: what a unit has stored may be of another one.

    >>> cause_of(traceparent(10)), cause_of("00-abc"), cause_of(None), cause_of({"a": 1})
    (10, None, None, None)
    >>> cause_of("00-00000000000000000000000000000001-b7ad6b7169203331-01")
    """
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) != _PARTS or parts[1] != _TRACE or not parts[2].startswith(_MARK):
        return None
    try:
        return int(parts[2].removeprefix(_MARK), 16) - 1
    except ValueError:
        return None
