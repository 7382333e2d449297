"""Names: what each fault of name resolution means, in both worlds."""

from fidelity_outcomes import DONE, NEW_WORKS, OPEN_WORKS, PATIENCE_WORKS, UNIT_TRIES, UNIT_WORKS
from fidelity_script import Script
from fidelity_steps import (
    EVERYWHERE,
    new_connection,
    open_connection,
    patiently_anew,
    pause,
    unit_reconnects,
)

DNS_SCRIPTS = (
    Script(
        "nxdomain", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "nxdomain:names=push", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        # the first answer is remembered, and there is no second one; the unit is told the truth
        "nxdomain:party=phone,first=1,ttl_s=0.6",
        (new_connection, new_connection, pause(0.7), new_connection, unit_reconnects),
        expects=(
            "new connection: ClientConnectorDNSError, not sent",
            "new connection: ClientConnectorDNSError, not sent",
            *NEW_WORKS, UNIT_WORKS,
        ),
        decides={"new": DONE},
    ),
    Script(
        "nxdomain:names=push", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "servfail", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "empty_answer", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "dns_timeout", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
            *PATIENCE_WORKS,
        ),
        held=patiently_anew, held_within_s=0.8,  # an open question is answered in the end
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "dns_timeout:names=api,after_s=0.3", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent", UNIT_WORKS),
        decides={"open": DONE},
    ),
    Script(
        "wrong_address", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_TRIES
        ),
        decides={"open": DONE},
    ),
    Script(
        "wrong_address:ip=127.0.0.99,names=api", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorError, not sent", UNIT_WORKS),
        decides={"open": DONE},
    ),
    Script(
        # both have forgotten when the fault is cleared
        "stale_ttl:ttl_s=0.6", (open_connection, new_connection, pause(0.8)),
        expects=(*OPEN_WORKS, "new connection: ClientConnectorDNSError, not sent"),
        decides={"open": DONE},
    ),
)  # fmt: skip
