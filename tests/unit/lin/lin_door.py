"""The LIN bus of a door: its description, and two of its frames."""

from bench.can.databases import bundled

DOOR = bundled("lin-door.ldf")
assert DOOR is not None
KEY, BACKLIGHT = 0x11, 0x10
