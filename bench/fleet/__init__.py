"""From one unit's retry behaviour to the recovery of a fleet, as a projection."""
