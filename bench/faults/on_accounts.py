"""Whose sessions a fault meets."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Fault, Site, name_of
from bench.faults.sample import Sample
from bench.faults.whose import check_whose


@dataclass(frozen=True, kw_only=True)
class OnAccounts(Fault, Sample):
    """Which sessions are met.

    Attributes:
        account: those of which account ("": of any).
    """

    acts_on: ClassVar[str] = "sessions of accounts"

    account: str = ""

    def check(self, site: Site) -> object:
        """Raise ConfigError for an account that is not here."""
        check_whose(site.cloud, name_of(self), self.account, "")
        return None
