"""What each fault of a bus means, in both worlds."""

from can_world import REQUEST_ID, STATE_ID, CanScript

PROTECTED = (0x120, 0x130, 0x140, 0x1A0, 0x150, 0x160, 0x168, 0x16C, 0x180)
BOTH = frozenset({REQUEST_ID, STATE_ID})
ALL_CUT = frozenset(("", identifier) for identifier in PROTECTED)
STATE_NAME, REQUEST_NAME = "BCM_LockState", "DKM_AccessRequest"

CAN_SCRIPTS = (
    CanScript(
        "error_burst:errors=5,period_s=0.3",
        met=frozenset({("BCM", "frame 0x120 destroyed")}),  # its reports come before the requests
        only_simulated="virtual cannot destroy frames",
    ),
    CanScript(
        "bus_off:node=DKM",
        bcm=("unlock", "", "unlock"), requests=0,
        met=frozenset({("DKM", "frame 0x150 destroyed")}),
        cut=frozenset({("DKM", -1)}),
        only_simulated="virtual cannot put a node off",
    ),
    CanScript(
        "bus_overload:load=0.1",
        met=frozenset({("BCM", "frame 0x120 on a full bus"), ("DKM", "frame 0x150 on a full bus")}),
    ),
    CanScript(
        "lost_node:node=DKM",
        bcm=("unlock", "", "unlock"), requests=0,
        met=frozenset({("DKM", "frame not sent"), ("DKM", "frame not heard")}),
        cut=frozenset({("DKM", -1)}),
    ),
    CanScript(
        # it goes just before it asks, and is back before the fault would have been cleared
        "lost_node:node=DKM,from_s=0.02,for_s=0.4",
        bcm=("unlock", "", "unlock"), requests=0,
        met=frozenset({("DKM", "frame not sent"), ("DKM", "frame not heard")}),
        cut=frozenset({("DKM", -1)}),
    ),
    CanScript(
        "lost_node:node=BCM",
        bcm=("unlock", "", "unlock"), peps=("locked", "", "unlocked, locked"), period_s=0.0,
        met=frozenset({("BCM", "frame not sent"), ("BCM", "frame not heard")}),
        cut=frozenset({("BCM", -1)}),
    ),
    CanScript(
        "frozen_counter",
        bcm=("unlock", "", "unlock"), peps=("locked", "", "unlocked, locked"),
        met=frozenset({
            ("BCM", f"{STATE_NAME} with a frozen counter"),
            ("DKM", f"{REQUEST_NAME} with a frozen counter"),
        }),
        spoiled=BOTH, cut=ALL_CUT,
    ),
    CanScript(
        "frozen_counter:message=digital_key_request",
        bcm=("unlock", "", "unlock"),
        met=frozenset({("DKM", f"{REQUEST_NAME} with a frozen counter")}),
        spoiled=frozenset({REQUEST_ID}), cut=frozenset({("", REQUEST_ID)}),
    ),
    CanScript(
        "wrong_crc",
        bcm=("unlock", "", "unlock"), peps=("locked", "", "unlocked, locked"),
        met=frozenset({
            ("BCM", f"{STATE_NAME} with a wrong CRC"),
            ("DKM", f"{REQUEST_NAME} with a wrong CRC"),
        }),
        spoiled=BOTH, cut=ALL_CUT,
    ),
    CanScript(
        "wrong_cycle:factor=2", period_s=0.2,
        met=frozenset({("BCM", f"{STATE_NAME} at 2 times its period")}),
    ),
    CanScript(
        "wrong_cycle:factor=0.5", period_s=0.05,
        met=frozenset({("BCM", f"{STATE_NAME} at 0.5 times its period")}),
    ),
    CanScript(
        "stale_value", peps=("locked", "", "unlocked, locked"),
        met=frozenset({("BCM", f"{STATE_NAME} with a stale value")}),
        cut=frozenset({("", STATE_ID)}),
    ),
    CanScript(
        "wakeup_storm:period_s=1.2", peps=("", "", ""), reports=False, period_s=0.0, lasts_s=2.7,
        met=frozenset({("body", "woken from sleep")}),
    ),
)  # fmt: skip
