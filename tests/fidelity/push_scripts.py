"""Push: what each fault of the way to the unit means, over WebSocket and over MQTT, in both worlds."""

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
    two_at_once,
    unit_goes_elsewhere,
    unit_reconnects,
)
from fidelity_world import SHORT_LIVED, VIN

PUSH_SCRIPTS = (
    Script(
        "broker_unreachable", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},  # they have waited for the unit
    ),
    Script(
        "broker_unreachable", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "delayed:delay_s=1", (open_connection,),
        expects=(*OPEN_WORKS, *PATIENCE_WORKS),
        held=patiently, held_within_s=0.45,  # less than is left of the delay
        decides={"open": DONE, "patient": DONE},
    ),
    Script(
        "delayed:delay_s=0.8", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: rejected"),
        decides={"open": ("refused: expired",)},
        cloud=SHORT_LIVED,
    ),
    Script(
        "delayed:delay_s=0.8", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: rejected"),
        decides={"open": ("refused: expired",)},
        cloud=SHORT_LIVED, push="mqtt",
    ),
    Script(
        # the window closes while the command is held: it goes out then, not after its delay
        "delayed:delay_s=60,for_s=0.6", (open_connection,),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "duplicate:again=2,gap_s=0.5", (open_connection, pause(1.2)),
        expects=OPEN_WORKS,
        decides={"open": ("executing", "refused: duplicate", "refused: duplicate")},
    ),
    Script(
        "duplicate:again=2,gap_s=0.5", (open_connection, pause(1.2)),
        expects=OPEN_WORKS,
        decides={"open": ("executing", "refused: duplicate", "refused: duplicate")},
        push="mqtt",
    ),
    Script(
        "connack_refused", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: created",
            f"new connection: {ACCEPTED}", "new connection: result: created",
            UNIT_TRIES,
        ),
        decides={"open": DONE, "new": DONE},  # they have waited for the unit
        push="mqtt",
    ),
    Script(
        "connack_refused:reason=not_authorised,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "connack_refused:reason=server_moved,server=push.maker.example,cut=False", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        # cut, refused once, and let in
        f"connack_refused:first=1,vin={VIN}", (pause(1.4), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt",
    ),
    Script(
        "connack_refused:reason=server_moved,server=push-2.maker.example,cut=False",
        (open_connection, unit_goes_elsewhere, new_connection),
        expects=(*OPEN_WORKS, UNIT_WORKS, *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "broker_disconnects:period_s=5", (pause(1.0), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt",
    ),
    Script(
        "session_not_kept", (pause(0.8), open_connection, unit_reconnects, new_connection),
        expects=(*OPEN_WORKS, UNIT_WORKS, *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "puback_lost", (open_connection, unit_reconnects, pause(0.2)),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        # it comes again with each connection, until an acknowledgement arrives
        decides={"open": ("executing", "refused: duplicate", "refused: duplicate")},
        push="mqtt",
    ),
    Script(
        "puback_lost:whose=broker", (open_connection, unit_reconnects),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        decides={"open": DONE},  # its reports come again, and change nothing
        push="mqtt",
    ),
    Script(
        # the unit asks after 1 s, gives up 0.5 s later, and is back 0.4 s after that
        "keepalive_ignored", (pause(1.75), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt", heartbeat_s=1.0,
    ),
    Script(
        f"replay:gap_s=0.4,first=1,vin={VIN}", (open_connection, pause(0.5), new_connection),
        expects=(*OPEN_WORKS, *NEW_WORKS),
        decides={
            "open": DONE, "replayed-open": ("refused: out of order",), "new": DONE
        },
    ),
    Script(
        "retained:cut_after_s=0.4", (open_connection, pause(1.2)),
        expects=OPEN_WORKS,
        decides={"open": ("executing", "refused: duplicate")},
    ),
    Script(
        "retained:cut_after_s=0.4", (open_connection, pause(1.2)),
        expects=OPEN_WORKS,
        decides={"open": ("executing", "refused: duplicate")},
        push="mqtt",
    ),
    Script(
        "replay:gap_s=0.4", (open_connection, pause(0.8)),
        expects=OPEN_WORKS,
        decides={"open": DONE, "replayed-open": ("refused: out of order",)},
    ),
    Script(
        "replay:kind=old_epoch,gap_s=0.4", (open_connection, pause(0.8)),
        expects=OPEN_WORKS,
        decides={"open": DONE, "replayed-open": ("refused: expired",)},
    ),
    Script(
        "out_of_order:wait_s=0.6", (open_connection, two_at_once),
        expects=(*OPEN_WORKS, f"first: {ACCEPTED}", f"second: {ACCEPTED}"),
        decides={"open": DONE, "first": ("refused: out of order",), "second": DONE},
    ),
    Script(
        "out_of_order:wait_s=5", (two_at_once,),
        expects=(f"first: {ACCEPTED}", f"second: {ACCEPTED}", *PATIENCE_WORKS),
        held=patiently, held_within_s=0.45,
        decides={"first": ("refused: out of order",), "second": DONE, "patient": DONE},
    ),
    Script(
        "retained", (open_connection, unit_reconnects, pause(0.2)),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        decides={"open": ("executing", "refused: duplicate")},
    ),
    Script(
        "retained", (open_connection, unit_reconnects, pause(0.2)),
        expects=(*OPEN_WORKS, UNIT_WORKS),
        decides={"open": ("executing", "refused: duplicate")},
        push="mqtt",
    ),
    Script(
        "wrong_vehicle", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: timed_out"),
        decides={"open": NEVER},  # there is no other vehicle here
        cloud=SHORT_LIVED,
    ),
    Script(
        "session_taken_over:period_s=5", (pause(1.0), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
    ),
    Script(
        "session_taken_over:period_s=5", (pause(1.0), open_connection),
        expects=OPEN_WORKS,
        decides={"open": DONE},
        push="mqtt",
    ),
)  # fmt: skip
