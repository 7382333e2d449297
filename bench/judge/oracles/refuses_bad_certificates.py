"""Bad certificates are refused."""

from typing import ClassVar

from bench.events import BadCertificateAccepted, FaultArmed, FaultMet
from bench.judge.oracle import Oracle
from bench.judge.verdict import Case, Judgement

NAME = "refuses_bad_certificates"


class RefusesBadCertificates(Oracle):
    """Nobody goes on where the cloud's certificate is bad: expired, of another host, revoked.

    Seen at the cloud: a request that came over a connection on which such a certificate had been
    shown. What is sent there is sent to whoever wants it, and its answers open doors. A handshake
    by itself proves nothing, since some clients look at certificates only after it.
    """

    sighting: ClassVar[bool] = True

    def judge(self, case: Case) -> Judgement:
        """Look for who went on."""
        for entry, accepted in case.recording.of(BadCertificateAccepted):
            reason = (
                f"{accepted.party} went on at {entry.t_ns / 1e9:.2f} s with {accepted.host}, whose "
                f"certificate was {accepted.problem.replace('_', ' ')}"
            )
            return Judgement(NAME, "fail", reason)
        shown = {e.fault for _, e in case.recording.of(FaultArmed) if e.layer == "tls"}
        count = sum(e.fault in shown for _, e in case.recording.of(FaultMet))
        if not count:
            return Judgement(NAME, "not_asked", "nobody was shown a bad certificate")
        return Judgement(NAME, "pass", f"bad certificates met {count} times, nobody went on")
