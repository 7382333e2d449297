"""What is left out because a bench cannot do it, in lines."""

from collections.abc import Iterator, Mapping


def left_out_lines(
    paths: Mapping[str, str], faults: Mapping[str, str], *, ask: str
) -> Iterator[str]:
    """Yield what is left out; a path always with what it lacks: nobody must take it for tried.

    Args:
        paths: by name, with what each lacks.
        faults: by name, with the reason.
        ask: the option that tells why faults are left out ("": it is told here).

    >>> list(left_out_lines({"keypad": "no channel"}, {"ocsp": "not on"}, ask="--plan"))
    ['left out: keypad: no channel', 'left out (--plan says why): ocsp']
    """
    yield from (f"left out: {path}: {why}" for path, why in paths.items())
    if faults and ask:
        yield f"left out ({ask} says why): {', '.join(faults)}"
    elif faults:
        yield from (f"left out: {fault}: {why}" for fault, why in faults.items())
