"""A bus with the bench's view of it, a node that sends, and a car's messages."""

import pytest

from bench.can.expectations import BusView
from bench.can.frame import Frame
from bench.can.restbus import Restbus
from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium

DBC = """VERSION ""

NS_ :

BS_:

BU_: BCM GW TCU

BO_ 256 Locks: 8 BCM
 SG_ Crc : 0|8@1+ (1,0) [0|255] "" GW
 SG_ Counter : 8|4@1+ (1,0) [0|15] "" GW
 SG_ State : 16|2@1+ (1,0) [0|3] "" GW
 SG_ Cause : 20|4@1+ (1,0) [0|15] "" GW
 SG_ Temperature : 24|8@1- (0.1,0) [-12.8|12.7] "C" GW
 SG_ Voltage : 32|8@1+ (0.1,5) [5|30.5] "V" GW

BO_ 257 Doors: 1 BCM
 SG_ Open : 0|1@1+ (1,0) [0|1] "" GW

BO_ 512 Command: 1 GW
 SG_ What : 0|2@1+ (1,0) [0|3] "" BCM

BO_ 768 Paged: 2 TCU
 SG_ Page M : 0|8@1+ (1,0) [0|255] "" GW
 SG_ One m1 : 8|8@1+ (1,0) [0|255] "" GW
 SG_ Two m2 : 8|8@1+ (1,0) [0|255] "" GW

BO_ 2147483904 Wide: 16 TCU
 SG_ Value : 0|8@1+ (1,0) [0|255] "" GW

BO_ 1024 Orphan: 1 Vector__XXX
 SG_ Bit : 0|1@1+ (1,0) [0|1] "" GW

BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
BA_DEF_DEF_ "GenMsgCycleTime" 0;
BA_ "GenMsgCycleTime" BO_ 257 200;
VAL_ 256 State 0 "locked" 1 "unlocked" 2 "unlocked" ;
VAL_ 512 What 0 "none" 1 "unlock" 2 "lock" ;
"""
ROLES = """database = "car.dbc"
default_cycle_s = 0.5

[cycle_s]
Locks = 0.1

[roles.cause]
message = "Locks"
signal = "Cause"
raw = { fob = [3, 4], phone = 5 }

[roles.anything_open]
message = "Doors"
signal = "Open"
raw = { ajar = 1, closed = 0 }

[roles.state]
message = "Locks"
signal = "State"
raw = { broken = 3 }

[protection.Locks]
scheme = "crc8"
counter = "Counter"
crc = "Crc"
"""


class World:
    """A bus with the bench's view of it and a node that sends."""

    def __init__(self, time, journal, roles):
        self.time, self.roles = time, roles
        self.medium = Medium("body", time.loop, journal)
        self.view = BusView(self.medium.port("bench"), roles, journal)
        self.node = self.medium.port("node")
        self.journal = journal

    def lock_state(self, state, *, cause=0, voltage=0):
        self.node.send(Frame(0x100, bytes([0, 0, state | cause << 4, 0, voltage, 0, 0, 0])), None)

    def later(self, delay_s, send, *args, **kwargs):
        self.time.loop.call_later(delay_s, lambda: send(*args, **kwargs))

    def restbus(self, *, senders=(), messages=()):
        port = self.medium.port("restbus")
        return Restbus(port, self.roles, senders=senders, messages=messages)


def make_world(time, journal, folder):
    """Make a world from a role file and a database, which are written into a folder."""
    (folder / "car.dbc").write_text(DBC)
    (folder / "car.toml").write_text(ROLES)
    return World(time, journal, load_roles("car.toml", [], folder))


def failure(run, kind, coro):
    """Run what must fail; return the error's words."""
    with pytest.raises(kind) as error:
        run(coro)
    assert type(error.value) is kind
    assert isinstance(error.value, AssertionError)
    return str(error.value)
