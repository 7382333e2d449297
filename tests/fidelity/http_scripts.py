"""HTTP: what each fault of answers means, in both worlds."""

from fidelity_outcomes import ACCEPTED, DONE, NEW_WORKS, OPEN_WORKS, UNIT_TRIES, UNIT_WORKS
from fidelity_script import Script
from fidelity_steps import (
    EVERYWHERE,
    log_in,
    new_connection,
    one_patient_request,
    open_connection,
    pause,
    same_again,
    unit_reconnects,
)
from fidelity_world import VIN

HTTP_SCRIPTS = (
    Script(
        "http_status:status=503,retry_after_s=30", EVERYWHERE,
        expects=(
            "open connection: 503 text/plain, retry after 30",
            "new connection: 503 text/plain, retry after 30",
            UNIT_TRIES,
        ),
    ),
    Script(
        "http_status:status=504,effect=done,endpoint=api", EVERYWHERE,
        expects=("open connection: 504 text/plain", "new connection: 504 text/plain", UNIT_WORKS),
        decides={"open": DONE, "new": DONE},  # an error, and yet it was done
    ),
    Script(
        "http_status:status=502,endpoint=push", (unit_reconnects, open_connection),
        expects=(UNIT_TRIES, f"open connection: {ACCEPTED}", "open connection: result: created"),
        decides={"open": DONE},  # it has waited for the unit
    ),
    Script(
        "http_status:endpoint=command,party=phone,first=1", EVERYWHERE,
        expects=("open connection: 503 text/plain", *NEW_WORKS, UNIT_WORKS),
        decides={"new": DONE},
    ),
    Script(
        # the log-in is the account's, too, and about no vehicle; the unit's channel is both
        f"http_status:account=owner,vin={VIN}", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 503 text/plain", "new connection: 503 text/plain", UNIT_TRIES,
            "log in: 200 application/json",
        ),
    ),
    Script(
        "http_status:from_s=0.5,for_s=1", (open_connection, pause(0.5), new_connection),
        expects=(*OPEN_WORKS, "new connection: 503 text/plain"),
        decides={"open": DONE},
    ),
    Script(
        "html_200", EVERYWHERE,
        expects=("open connection: 200 text/html", "new connection: 200 text/html", UNIT_TRIES),
    ),
    Script(
        "truncated_body", (*EVERYWHERE, same_again),
        expects=(
            "open connection: ClientPayloadError, sent",
            "new connection: ClientPayloadError, sent",
            UNIT_WORKS,
            "same again: ClientPayloadError, sent",
        ),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "slow_drip:bytes_per_s=20", EVERYWHERE,
        expects=(
            "open connection: TimeoutError, sent",
            "new connection: TimeoutError, sent",
            UNIT_WORKS,
            f"patiently: {ACCEPTED}",
        ),
        held=one_patient_request, held_within_s=0.2,
        decides={"open": DONE, "new": DONE, "patient": DONE},
    ),
    Script(
        "rate_limited:quota=0,window_s=1000.5", EVERYWHERE,
        expects=(
            "open connection: 429 application/json, retry after 1001",
            "new connection: 429 application/json, retry after 1001",
            UNIT_TRIES,
        ),
    ),
    Script(
        "rate_limited:quota=1,window_s=0.5,endpoint=auth", (log_in, log_in, pause(0.6), log_in),
        expects=(
            "log in: 200 application/json",
            "log in: 429 application/json, retry after 1",
            "log in: 200 application/json",
        ),
    ),
    Script(
        "unauthorised", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 401 application/json",
            "new connection: 401 application/json",
            UNIT_WORKS,
            "log in: 503 text/plain",
        ),
    ),
    Script(
        "unauthorised:says=forbidden,renewal=works", (*EVERYWHERE, log_in),
        expects=(
            "open connection: 403 application/json",
            "new connection: 403 application/json",
            UNIT_WORKS,
            "log in: 200 application/json",
        ),
    ),
    Script(
        "malformed_body", EVERYWHERE,
        expects=(f"open connection: {ACCEPTED}", f"new connection: {ACCEPTED}", UNIT_WORKS),
        decides={"open": DONE, "new": DONE},  # the phone does not know
    ),
    Script(
        "malformed_body:kind=schema", EVERYWHERE,
        expects=(f"open connection: {ACCEPTED}", f"new connection: {ACCEPTED}", UNIT_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "malformed_body:kind=huge,endpoint=command", (open_connection, new_connection),
        expects=(*OPEN_WORKS, *NEW_WORKS),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "bad_chunk", (*EVERYWHERE, same_again),
        expects=(
            "open connection: ClientResponseError, sent",
            "new connection: ClientResponseError, sent",
            UNIT_WORKS,
            "same again: ClientResponseError, sent",
        ),
        decides={"open": DONE, "new": DONE},
    ),
    Script(
        "redirect_loop", EVERYWHERE,
        expects=(
            "open connection: 307 application/octet-stream",
            "new connection: 307 application/octet-stream",
            UNIT_TRIES,
        ),
    ),
)  # fmt: skip
