"""Accepted, and never sent."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class AcceptedButLost(CommandsOf):
    """The cloud accepts every command (202) and never sends it to the car."""

    must: ClassVar[str] = "say that it did not happen, or that nobody knows; never success"
    shown_by: ClassVar[str] = "a success message without an unlock (egmp-bluelink-scriptable #22)"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Lose every command between acceptance and push."""
        return self.met_by(site, injection, _Lose(injection))


class _Lose(CommandRule):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection

    async def dispatch(self, record: Record, deliver: Deliver) -> None:
        del deliver
        self._injection.met(record.account, f"lose {record.command.name}", record.seq)
