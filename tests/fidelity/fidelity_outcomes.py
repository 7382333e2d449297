"""What scripts expect: what the phone sees, and what the unit is or decides."""

ACCEPTED = "202 application/json"
FULL = "503 text/html"
DONE = ("executing",)
NEVER: tuple[str, ...] = ()
OPEN_WORKS = (f"open connection: {ACCEPTED}", "open connection: result: succeeded")
NEW_WORKS = (f"new connection: {ACCEPTED}", "new connection: result: succeeded")
PATIENCE_WORKS = (f"patiently: {ACCEPTED}", "patiently: result: succeeded")
UNIT_WORKS, UNIT_TRIES = "unit: connected", "unit: backing_off"
