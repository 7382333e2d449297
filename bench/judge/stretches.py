"""Stretches of time, and what is left of them: pairs of nanoseconds, from and to."""

from collections.abc import Sequence

Stretch = tuple[int, int]


def common(lists: Sequence[Sequence[Stretch]]) -> list[Stretch]:
    """Return the stretches that all lists share; nothing when there is no list.

    >>> common([((0, 10),), ((5, 20), (30, 40))])
    [(5, 10)]
    """
    if not lists:
        return []
    shared = list(lists[0])
    for other in lists[1:]:
        shared = [
            (max(a, c), min(b, d)) for a, b in shared for c, d in other if max(a, c) < min(b, d)
        ]
    return shared


def without(stretches: list[Stretch], holes: list[Stretch]) -> list[Stretch]:
    """Return the stretches with holes cut out.

    >>> without([(0, 10)], [(4, 6)])
    [(0, 4), (6, 10)]
    """
    for c, d in holes:
        stretches = [
            piece
            for a, b in stretches
            for piece in ((a, min(b, c)), (max(a, d), b))
            if piece[0] < piece[1]
        ]
    return stretches


def length(stretches: list[Stretch]) -> int:
    """Return how long stretches are together."""
    return sum(b - a for a, b in stretches)
