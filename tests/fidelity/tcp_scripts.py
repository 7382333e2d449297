"""TCP: what each fault of connections means, in both worlds."""

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
from fidelity_steps import (
    EVERYWHERE,
    SETTLE_S,
    look_at_the_unit,
    new_connection,
    open_connection,
    patiently,
    patiently_anew,
    pause,
    same_again,
    unit_reconnects,
)
from fidelity_world import SHORT_LIVED

TCP_SCRIPTS = (
    Script(
        "blackhole_syn", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ConnectionTimeoutError, not sent", UNIT_TRIES,
            *PATIENCE_WORKS,
        ),
        held=patiently_anew, held_within_s=1.3,  # a SYN goes out again after 1 s
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "blackhole_syn:first=1,party=phone", (new_connection, new_connection, unit_reconnects),
        expects=(
            "new connection: ConnectionTimeoutError, not sent", *NEW_WORKS, UNIT_WORKS
        ),
        decides={"new": DONE},
    ),
    Script(
        "new_conn_only", EVERYWHERE,
        expects=(*OPEN_WORKS, "new connection: ClientConnectorError, not sent", UNIT_TRIES),
        decides={"open": DONE},
    ),
    Script(
        "new_conn_only:share=0.5,party=phone", (new_connection, new_connection, new_connection),
        expects=(
            *NEW_WORKS, *NEW_WORKS, "new connection: ClientConnectorError, not sent"
        ),  # as the seed draws
        decides={"new": DONE},
    ),
    Script(
        "refuse", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientConnectorError, not sent",
            UNIT_TRIES,
        ),
    ),
    Script(
        # of the phone's open connections the first is cut, and no other is met
        "refuse:party=phone,first=1", EVERYWHERE,
        expects=("open connection: ClientOSError, sent", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "refuse:side=phone,from_s=0.9,for_s=0.6",
        (open_connection, pause(0.7), new_connection, pause(0.6), new_connection),
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorError, not sent", *NEW_WORKS
        ),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "reset_peer:service=api", (*EVERYWHERE, same_again),
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientOSError, sent",
            UNIT_WORKS,
            "same again: ClientOSError, sent",
        ),
        decides={"open": DONE, "new": DONE},  # the requests have had their effect, once
    ),
    Script(
        "reset_peer:service=push", (open_connection, unit_reconnects),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: unknown", UNIT_TRIES),
        decides={"open": DONE},  # and its first report was the last that got through
        cloud=SHORT_LIVED,
    ),
    Script(
        # its channel idles, and is reset all the same; by then it waits before it tries again
        "reset_peer:after_s=0.25,service=push,side=car", (pause(0.45), look_at_the_unit),
        expects=(UNIT_TRIES,),
    ),
    Script(
        # the phone's first connection; that of the patient client goes on
        "half_open:party=phone,first=1,direction=down", (open_connection,),
        expects=("open connection: TimeoutError, sent", *PATIENCE_WORKS),
        held=patiently, held_within_s=0.45,
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "half_open:side=phone", (open_connection, new_connection),
        expects=("open connection: TimeoutError, sent", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "half_open:side=phone,direction=down", (open_connection, same_again, new_connection),
        expects=(
            "open connection: TimeoutError, sent",
            f"same again: {ACCEPTED}", "same again: result: succeeded",
            *NEW_WORKS,
        ),
        decides={"open": DONE, "new": DONE},  # it arrived; only the answer did not
    ),
    Script(
        "half_open:side=phone,for_s=0.8", (open_connection, new_connection),
        expects=("open connection: ClientOSError, sent", *NEW_WORKS),  # reset as it closes
        decides={"new": DONE},
    ),
    Script(
        "slow_close:delay_s=0.5", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "bandwidth:bytes_per_s=30000", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "new": DONE, "patient": DONE},
    ),
    Script(
        "slicer:gap_s=0.003", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "slicer:bytes_each=40,bytes_vary=20,gap_s=0.003", (open_connection,),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "timeout:after_s=0.3,side=phone", (open_connection, new_connection),
        expects=(
            "open connection: ServerDisconnectedError, sent",
            "new connection: ClientConnectorError, not sent",
        ),
    ),
    Script(
        "timeout:after_s=0,direction=down,side=phone", (open_connection,),
        expects=("open connection: TimeoutError, sent",),
        decides={"open": DONE},
    ),
    Script(
        # the first 100 bytes of an answer, and of a handshake
        "limit_data:after_bytes=100,service=api,side=phone", (
            open_connection, new_connection, pause(SETTLE_S),
        ),
        expects=(
            "open connection: ServerDisconnectedError, sent",
            "new connection: ClientConnectorError, not sent",
        ),
        decides={"open": DONE},
    ),
)  # fmt: skip
