"""What somebody asks of a campaign."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a campaign is narrowed down or extended to; by default it is the usual one.

    Attributes:
        paths: by name (none: every fitted one).
        faults: as users write them (none: the usual ones).
        phases: by name; every fault is asked about in each (none: as the campaign chooses).
        owners: by name; each who can walks each path (none: one for each path).
        full: every fault in every phase but the long ones.
    """

    paths: Sequence[str] = ()
    faults: Sequence[str] = ()
    phases: Sequence[str] = ()
    owners: Sequence[str] = ()
    full: bool = False


USUAL = Choice()
