"""Links: what each fault of a link means, in both worlds."""

from fidelity_outcomes import (
    ACCEPTED,
    DONE,
    NEVER,
    NEW_WORKS,
    OPEN_WORKS,
    PATIENCE_WORKS,
    UNIT_TRIES,
    UNIT_WORKS,
)
from fidelity_script import Script
from fidelity_steps import (
    EVERYWHERE,
    new_connection,
    open_connection,
    patiently,
    pause,
    same_again,
    unit_reconnects,
)

LINK_SCRIPTS = (
    Script(
        "latency:delay_s=0.3,jitter_s=0", (open_connection,),
        expects=(*OPEN_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "latency:delay_s=0.3,jitter_s=0,direction=down,side=phone", (open_connection,),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "no_coverage", EVERYWHERE,
        expects=(
            "open connection: TimeoutError, sent",
            "new connection: ClientConnectorDNSError, not sent",
            UNIT_TRIES,
        ),
        # The phone gave up, but its bytes arrive at last, as do those with which the unit gave up
        # its channel. The cloud sends the command into that channel just before it is told.
        decides={"open": NEVER},
    ),
    Script(
        "no_coverage:side=phone", (open_connection,),
        expects=("open connection: TimeoutError, sent", *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},  # the phone gave up, its bytes did not
    ),
    Script(
        "no_coverage:side=car", (),
        expects=PATIENCE_WORKS,
        held=patiently, held_within_s=0.6,
        decides={"patient": DONE},
    ),
    Script(
        # what is in the channel when it stalls arrives; what the unit gave up is sent again
        "no_coverage:side=car", (),
        expects=PATIENCE_WORKS,
        held=patiently, held_within_s=0.6,
        decides={"patient": DONE},
        push="mqtt",
    ),
    Script(
        "no_coverage:party=phone,period_s=2.4,duty=0.3",
        (new_connection, pause(0.9), new_connection, unit_reconnects),
        expects=(
            "new connection: ClientConnectorDNSError, not sent", *NEW_WORKS, UNIT_WORKS
        ),
        decides={"new": DONE},
    ),
    Script(
        # The connections of before are lost at once. The unit has a new channel by 1.0 s, the
        # phone a request under way: both are lost at 1.2 s. The cloud knows nothing of it, and
        # sends the command into the channel that was lost.
        "network_switch:period_s=1.2", (pause(0.8), new_connection, pause(0.25)),
        expects=("new connection: ClientOSError, sent",),
        decides={"new": NEVER},
        link_delay_s=0.15,
    ),
    Script(
        "network_switch:period_s=1.2,side=phone", (pause(0.8), new_connection, same_again),
        expects=(
            "new connection: ClientOSError, sent",
            f"same again: {ACCEPTED}",
            "same again: result: succeeded",
        ),
        decides={"new": DONE},
        link_delay_s=0.15,
    ),
    Script(
        "stall:loss=1,most=1,rto_s=0.3", (open_connection,),
        expects=(*OPEN_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        # 0.3 s without traffic are too long for this network
        "nat_rebind:idle_s=0.3,service=api", (pause(0.5), open_connection, new_connection),
        expects=("open connection: TimeoutError, sent", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "nat_rebind:idle_s=0.3,then=reset,service=api", (pause(0.5), open_connection),
        expects=("open connection: ClientOSError, sent",),
    ),
    Script(
        "captive_portal", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientConnectorCertificateError, not sent",
            UNIT_TRIES,
        ),
    ),
    Script(
        "captive_portal:answer=page", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent", "new connection: 200 text/html", UNIT_WORKS
        ),
    ),
    Script(
        "silence", EVERYWHERE,
        expects=(
            "open connection: TimeoutError, sent",
            "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
        ),
    ),
    Script(
        "silence:party=tcu", (open_connection, pause(0.2)),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: in_progress"),
        decides={"open": NEVER},  # it was sent to nobody
    ),
)  # fmt: skip
