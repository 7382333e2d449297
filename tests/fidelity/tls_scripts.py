"""TLS: what each fault of certificates and handshakes means, in both worlds."""

from fidelity_outcomes import (
    ACCEPTED,
    DONE,
    NEW_WORKS,
    OPEN_WORKS,
    PATIENCE_WORKS,
    UNIT_TRIES,
    UNIT_WORKS,
)
from fidelity_script import Script
from fidelity_steps import EVERYWHERE, new_connection, patiently_anew, unit_reconnects

TLS_SCRIPTS = (
    Script(
        "cert_expired", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        push="mqtt",
    ),
    Script(
        "cert_expired", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    Script(
        "cert_expired:by_s=60,first=1,service=api",
        (new_connection, new_connection, unit_reconnects),
        expects=(
            "new connection: ClientConnectorCertificateError, not sent", *NEW_WORKS, UNIT_WORKS
        ),
        decides={"new": DONE},
    ),
    Script(
        "untrusted_chain", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    Script(
        "handshake_stall", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
            *PATIENCE_WORKS,
        ),
        held=patiently_anew, held_within_s=0.8,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "handshake_stall:side=phone,for_s=0.5", (new_connection,),
        expects=NEW_WORKS,
        decides={"new": DONE},
    ),
    Script(
        "wrong_host", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    Script(
        # TLS 1.3: the phone has sent its request by the time it is refused
        "client_cert_expired:side=both,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientOSError, sent", UNIT_TRIES),
        decides={"open": DONE},
        mutual_tls=True,
    ),
    Script(
        "client_cert_expired", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},  # they have waited for the unit
        push="mqtt", mutual_tls=True,
    ),
    Script(
        "client_cert_expired:alert=unknown_ca,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientOSError, sent", UNIT_TRIES),
        decides={"open": DONE},
        mutual_tls=True,
    ),
    Script(
        "ocsp:kind=revoked", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp:kind=revoked", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        push="mqtt", ocsp="hard_fail",
    ),
    Script(
        "ocsp", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="hard_fail",
    ),
    Script(
        "ocsp:kind=stale", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp:kind=stale", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="hard_fail",
    ),
    Script(
        "ocsp:kind=try_later", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
        ocsp="soft_fail",
    ),
    Script(
        "ocsp:kind=try_later", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
        ocsp="hard_fail",
    ),
)  # fmt: skip
