"""Executed, and nobody was told."""

from dataclasses import dataclass
from typing import ClassVar

from bench.cloud.commands import CommandRule, Deliver, Record
from bench.faults.commands import CommandsOf
from bench.faults.fault import Site
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class ExecutedAckLost(CommandsOf):
    """The car executes the command and reports it; the cloud loses the report."""

    must: ClassVar[str] = 'say "unknown", not "failed"; not execute it again'
    shown_by: ClassVar[str] = "MayHaveSucceeded in Tesla's published command protocol"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Lose every report."""
        return self.reported_by(site, injection, _LoseReport(injection))


class _LoseReport(CommandRule):
    def __init__(self, injection: Injection) -> None:
        self._injection = injection

    async def report(self, record: Record, accept: Deliver) -> None:
        del accept
        self._injection.met(record.account, f"lose report of {record.command.name}", record.seq)
