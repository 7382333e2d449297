"""The app's session has expired and cannot be renewed."""

from dataclasses import dataclass
from typing import ClassVar

from bench.faults.fault import Site
from bench.faults.on_accounts import OnAccounts
from bench.injection import Injection, Undo


@dataclass(frozen=True)
class SessionExpired(OnAccounts):
    """Every session is refused (401), and logging in again is refused, too.

    Whoever ties the phone's key to the session locks the owner out.
    """

    must: ClassVar[str] = "keep the local key of an owner who was logged out"
    shown_by: ClassVar[str] = "Tesla, September 2019: owners who had been logged out lost the key"

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Refuse these accounts' sessions, log-in and renewal."""
        takes = self.taking(injection)

        def refuse(account: str) -> str | None:
            if self.account not in {"", account} or not takes():
                return None
            injection.met(account, "session refused")
            return "expired"

        return site.cloud.accounts.rules.add(refuse)
