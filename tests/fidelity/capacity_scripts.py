"""Capacity: what each kind of overload means, in both worlds."""

from fidelity_outcomes import DONE, FULL, NEW_WORKS, OPEN_WORKS, PATIENCE_WORKS, UNIT_TRIES
from fidelity_script import Script
from fidelity_steps import EVERYWHERE, open_connection, patiently, pause

# a worker is occupied for longer than a script takes
CAPACITY_SCRIPTS = (
    Script(
        "brown_out:load=1000,workers=1,service_s=5,law=deterministic,queue=1", EVERYWHERE,
        expects=(f"open connection: {FULL}", f"new connection: {FULL}", UNIT_TRIES),
    ),
    Script(
        # nobody else comes: the phone waits for a worker that is busy with its own first request
        "brown_out:load=0.000001,workers=1,service_s=5,law=deterministic", (open_connection,),
        expects=("open connection: TimeoutError, sent", *PATIENCE_WORKS),
        held=patiently, held_within_s=0.6,
        decides={"open": DONE, "patient": DONE},  # the phone gave up, the cloud did not
    ),
    Script(
        "brown_out:load=0.000001,workers=1,service_s=5,law=deterministic,response_timeout_s=0.3",
        (open_connection, pause(0.2)),
        expects=("open connection: 504 text/html",),
    ),
    Script(
        "thundering_herd:clients=50,within_s=0,workers=1,service_s=5,law=deterministic,queue=1",
        EVERYWHERE,
        expects=(f"open connection: {FULL}", f"new connection: {FULL}", UNIT_TRIES),
    ),
    Script(
        # commands wait for the unit, which finds no room at the broker
        "thundering_herd:endpoint=push,clients=50,within_s=0,workers=1,service_s=5,queue=1",
        EVERYWHERE,
        expects=(*OPEN_WORKS, *NEW_WORKS, UNIT_TRIES),
        decides={"open": DONE, "new": DONE},
        push="mqtt",
    ),
    Script(
        "cold_restart:down_s=60,load=0.1", EVERYWHERE,
        expects=(
            "open connection: 502 text/html",
            "new connection: 502 text/html",
            UNIT_TRIES,
        ),
    ),
    Script(
        "retry_storm:load=200,workers=1,service_s=1,law=deterministic,slowness=10,queue=1",
        EVERYWHERE,
        expects=(f"open connection: {FULL}", f"new connection: {FULL}", UNIT_TRIES),
    ),
)  # fmt: skip
