"""How the car stands, as its gateway tells the telematics unit: role by role."""

STATE_ROLES = ("door_lock_state", "power_mode", "door_open_driver", "alarm_state")
