"""What a run and its guardian say to each other, over a socket that keeps messages apart."""

BEAT = b"beat"  # the run's loop is alive
HEARD = b"heard"  # … and so is its guardian: the answer to each beat
ALLOW = b"allow "  # … and may be silent for so many seconds
DONE = b"done"  # that call has ended
WATCH = b"watch"  # a station is open: from now on silence means a hang
REST = b"rest"  # it is closed, and safe
DISMISS = b"dismiss"  # the run ends by itself, and the bench is safe
ACT = b"act"  # the run ends by itself, and could not make the bench safe
READY = b"ready"  # every driver is loaded
FAILED = b"failed "  # … or why not

MOST = 1 << 17  # bytes of one message: the plan is the longest
