"""Accounts and sessions: who may ask the cloud for what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bench.cloud.policy import CloudPolicy
from bench.injection import Rules


@dataclass
class Session:
    """A log-in: an access token that lapses soon, and a refresh token that lapses later."""

    account: str
    access: str
    refresh: str
    access_until: float
    refresh_until: float


@dataclass
class Accounts:
    """Accounts with passwords, and the sessions that are open.

    Attributes:
        now: calendar time in POSIX seconds.
        rng: makes tokens.
        policy: how long they last.
        rules: disturbances; each is told the account and may return why its session is refused.
    """

    now: Callable[[], float]
    rng: Random
    policy: CloudPolicy
    rules: "Rules[Callable[[str], str | None]]" = field(default_factory=Rules)
    passwords: dict[str, str] = field(default_factory=dict)
    _sessions: list[Session] = field(default_factory=list)

    def log_in(self, account: str, password: str) -> Session | None:
        """Open a session; None for a wrong password."""
        if self.passwords.get(account) != password or self._refused(account):
            return None
        return self._open(account)

    def refresh(self, token: str) -> Session | None:
        """Trade a refresh token for a new session; None when it is not good any more."""
        for session in self._sessions:
            if session.refresh == token and self.now() < session.refresh_until:
                if self._refused(session.account):
                    return None
                self._sessions.remove(session)
                return self._open(session.account)
        return None

    def account_of(self, token: str) -> str | None:
        """Return whose access token this is; None when it is not good (any more)."""
        for session in self._sessions:
            if session.access == token and self.now() < session.access_until:
                return None if self._refused(session.account) else session.account
        return None

    def holder(self, token: str) -> str:
        """Return whose an access or refresh token is, still good or not ("": nobody's)."""
        found = (s.account for s in self._sessions if token and token in {s.access, s.refresh})
        return next(found, "")

    def expire(self, lost: Callable[[str], bool] = lambda _account: True) -> frozenset[str]:
        """End sessions, as a backend that lost their store; return their access tokens.

        Args:
            lost: whether a session of this account is one of them.
        """
        gone = [session for session in self._sessions if lost(session.account)]
        self._sessions[:] = [session for session in self._sessions if session not in gone]
        return frozenset(session.access for session in gone)

    def _open(self, account: str) -> Session:
        session = Session(
            account,
            self.rng.randbytes(16).hex(),
            self.rng.randbytes(16).hex(),
            self.now() + self.policy.access_token_s,
            self.now() + self.policy.refresh_token_s,
        )
        self._sessions.append(session)
        return session

    def _refused(self, account: str) -> bool:
        return any(rule(account) is not None for rule in self.rules)
