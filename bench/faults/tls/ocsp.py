"""The cloud's certificate was revoked, or nobody can say whether it was."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from bench.errors import ConfigError
from bench.faults.fault import Fault, Site
from bench.faults.on_attempts import Unanswered
from bench.faults.sample import Sample
from bench.injection import Injection, Undo
from bench.network.parties import Party


@dataclass(frozen=True)
class Ocsp(Fault, Sample):
    """Who asks if the cloud's certificate was revoked is told yes, something old, or nothing.

    It needs network.ocsp, with which the bench's own parties ask the authority's responder over
    each new connection; open connections live on. Python's ssl has no stapling, so an answer comes
    from the responder only: a stale one from there stands for a stale staple. Real devices are not
    told of the responder.

    Attributes:
        party: who is told so ("": everybody).
        kind: "unreachable": the responder refuses connections; "try_later": it answers that it
            cannot; "stale": its answers are of yesterday; "revoked": the certificate is.
    """

    acts_on: ClassVar[str] = "questions for revoked certificates"
    must: ClassVar[str] = "refuse a revoked certificate; fail soft or hard as it was decided"
    shown_by: ClassVar[str] = "assumed; RFC 6960 describes each of these answers"
    needs: ClassVar[str] = "network.ocsp"

    party: Literal["", Party] = ""
    kind: Literal["unreachable", "try_later", "stale", "revoked"] = "unreachable"

    def check(self, site: Site) -> object:
        """Raise ConfigError where nobody asks."""
        if site.network.certificates.ocsp == "off":
            raise ConfigError(
                "ocsp: nobody asks whether a certificate was revoked: the bench file must say "
                'network.ocsp = "soft_fail" or "hard_fail"'
            )
        return None

    def apply(self, site: Site, injection: Injection) -> Undo:
        """Let the responder be gone, or say this."""
        if self.kind == "unreachable":
            return site.network.put(
                lambda: Unanswered(injection, "refuse", cut=True, sample=self), "ocsp",
                party=self.party,
            )  # fmt: skip

        certificates = site.network.certificates
        told: set[str] = set()
        if self.kind == "revoked":
            certificates.told_revoked = told

        takes = self.taking(injection)

        def say(party: str) -> str | None:
            if self.party not in {"", party} or not takes():
                return None
            injection.met(party, f"OCSP answer: {self.kind}")
            told.add(party)
            return self.kind

        remove = certificates.ocsp_rules.add(say)

        def undo() -> None:
            remove()
            if certificates.told_revoked is told:
                certificates.told_revoked = None

        return undo
