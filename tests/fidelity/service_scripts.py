"""The service itself: what each of its faults means, in both worlds."""

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
    ask_for_a_key,
    log_in,
    look_at_the_unit,
    new_connection,
    open_connection,
    patiently,
    pause,
    revoke_a_key,
    same_again,
    unit_is_told,
    unit_reconnects,
)
from fidelity_world import SHORT_LIVED, VIN

SERVICE_SCRIPTS = (
    Script(
        "accepted_but_lost", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: timed_out",
            f"new connection: {ACCEPTED}", "new connection: result: timed_out",
            UNIT_WORKS,
        ),
        decides={"open": NEVER, "new": NEVER},
        cloud=SHORT_LIVED, push="mqtt",
    ),
    Script(
        "accepted_but_lost", EVERYWHERE,
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: timed_out",
            f"new connection: {ACCEPTED}", "new connection: result: timed_out",
            UNIT_WORKS,
        ),
        decides={"open": NEVER, "new": NEVER},
        cloud=SHORT_LIVED,
    ),
    Script(
        "executed_ack_lost", (*EVERYWHERE, same_again),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: unknown",
            f"new connection: {ACCEPTED}", "new connection: result: unknown",
            UNIT_WORKS,
            f"same again: {ACCEPTED}", "same again: result: unknown",
        ),
        decides={"open": DONE, "new": DONE},
        cloud=SHORT_LIVED, push="mqtt",
    ),
    Script(
        "executed_ack_lost", (*EVERYWHERE, same_again),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: unknown",
            f"new connection: {ACCEPTED}", "new connection: result: unknown",
            UNIT_WORKS,
            f"same again: {ACCEPTED}", "same again: result: unknown",
        ),
        decides={"open": DONE, "new": DONE},
        cloud=SHORT_LIVED,
    ),
    Script(
        f"executed_ack_lost:account=owner,vin={VIN},first=1", (open_connection, new_connection),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: unknown", *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
        cloud=SHORT_LIVED,
    ),
    Script(
        "session_expired", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 401 application/json",
            "new connection: 401 application/json",
            UNIT_WORKS,
            "log in: 401 application/json",
        ),
    ),
    Script(
        "session_expired:account=owner,first=1", EVERYWHERE,
        expects=("open connection: 401 application/json", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "stuck_pending:pending_s=1000", (open_connection, new_connection),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: in_progress",
            "new connection: 409 application/json",
        ),
        decides={"open": DONE},
    ),
    Script(
        "stuck_pending:pending_s=999", (),
        expects=PATIENCE_WORKS,
        held=patiently, held_within_s=0.45,
        decides={"patient": DONE},
    ),
    Script(
        "partial:service=auth", (*EVERYWHERE, log_in),
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS, "log in: 503 text/plain"),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "partial:service=command", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 503 text/plain", "new connection: 503 text/plain", UNIT_WORKS,
            "log in: 200 application/json",
        ),
    ),
    Script(
        "partial:service=push", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "revocation_lag", (revoke_a_key, open_connection),
        expects=(
            "revoke: 200 application/json", *OPEN_WORKS,
            "revoke another: 200 application/json", "unit: told twice",
        ),
        held=unit_is_told, held_within_s=0.2,
        decides={"open": DONE},
    ),
    Script(
        "bad_config", EVERYWHERE,
        expects=(
            "open connection: 403 application/json", "new connection: 403 application/json",
            UNIT_WORKS,
        ),
    ),
    Script(
        "bad_config:kind=wrong_entitlement", (open_connection, ask_for_a_key),
        expects=(*OPEN_WORKS, "key: 403 application/json"),
        decides={"open": DONE},
    ),
    Script(
        "flapping:period_s=1.6,endpoint=api", (open_connection, pause(0.9), new_connection),
        expects=("open connection: 503 text/plain", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "clock_skew", (open_connection,),
        expects=(f"open connection: {ACCEPTED}", "open connection: result: rejected"),
        decides={"open": ("refused: expired",)},
    ),
    Script(
        "clock_skew:offset_s=60", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        # commands are dated by counting on, certificates by the clock
        "clock_skew:whose=tcu,offset_s=3600", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "clock_skew:whose=tcu,at_1970=True", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "clock_skew:whose=tcu,at_1970=True", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "clock_skew:whose=phone,at_1970=True", EVERYWHERE,
        expects=(
            *OPEN_WORKS, "new connection: ClientConnectorCertificateError, not sent", UNIT_WORKS
        ),
        decides={"open": DONE},
    ),
    Script(
        "sessions_lost", (open_connection, log_in, new_connection, unit_reconnects),
        expects=(
            "open connection: 401 application/json", "log in: 200 application/json",
            *NEW_WORKS, UNIT_WORKS,
        ),
        decides={"new": DONE},
    ),
    Script(
        "planned_maintenance:notice_s=0,window_s=1000.5", (*EVERYWHERE, pause(0.1)),
        expects=(
            "open connection: 503 application/json, retry after 1001",
            "new connection: 503 application/json, retry after 1001",
            UNIT_TRIES,
        ),
    ),
    Script(
        "planned_maintenance:notice_s=1000", EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "counters_apart", (open_connection, new_connection, unit_reconnects),
        expects=(
            f"open connection: {ACCEPTED}", "open connection: result: rejected",
            f"new connection: {ACCEPTED}", "new connection: result: rejected", UNIT_WORKS,
        ),
        decides={"open": ("refused: out of order",), "new": ("refused: out of order",)},
    ),
    Script(
        "dc_failover:gap_s=0.5,sessions=lost", (new_connection, pause(0.6), log_in, new_connection),
        expects=(
            "new connection: ClientConnectorDNSError, not sent",
            "log in: 200 application/json",
            *NEW_WORKS,
        ),
        decides={"new": DONE},
    ),
    Script(
        "dc_failover:gap_s=0.5", (new_connection, pause(0.6), new_connection),
        expects=("new connection: ClientConnectorDNSError, not sent", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "dc_failover:gap_s=0.4,address=new,data=lost",
        (new_connection, pause(0.5), new_connection, pause(0.4), look_at_the_unit),
        expects=("new connection: ClientConnectorDNSError, not sent", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "rollback:bad_s=0.8,instances=1,endpoint=api", (open_connection, pause(1.0), new_connection),
        expects=("open connection: 500 text/plain", *NEW_WORKS),
        decides={"new": DONE},
    ),
    Script(
        "shutdown_forever", EVERYWHERE,
        expects=(
            "open connection: ClientOSError, sent",
            "new connection: ClientConnectorDNSError, not sent",
            UNIT_TRIES,
        ),
    ),
)  # fmt: skip
