"""`[emergency_call]` of a bench file: that no test can call the emergency services."""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from bench.config.validation import Section


class EmergencyCallSection(Section):
    """`[emergency_call]`, to be filled in by who has checked it.

    A telematics unit calls 112 by itself when it takes what a bench does to it for a crash (eCall,
    Regulation (EU) 2015/758; UN Regulation 144), and a network takes such a call from any SIM.

    Attributes:
        cannot_reach_emergency_services: nothing but `true` is accepted.
        how: what keeps the call in: enclosure, network, SIM, PSAP simulator.
        confirmed_by: who has checked it.
        confirmed_on: when; a confirmation lapses.
    """

    cannot_reach_emergency_services: Literal[True]
    how: Annotated[str, StringConstraints(strip_whitespace=True, min_length=20)]
    confirmed_by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
    confirmed_on: date
