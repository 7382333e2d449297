"""Two nodes on a bus that know the same roles, from a role file that a test writes."""

import asyncio

from bench.can.frame import Frame
from bench.can.role_bus import RoleBus
from bench.can.roles import load_roles
from bench.can.simulated.medium import Medium

DBC = """VERSION ""

NS_ :

BS_:

BU_: BCM GW

BO_ 256 Locks: 8 BCM
 SG_ State : 0|4@1+ (1,0) [0|15] "" GW
 SG_ StateCopy : 4|4@1+ (1,0) [0|15] "" GW
 SG_ Valid : 8|2@1+ (1,0) [0|3] "" GW
 SG_ Left : 16|1@1+ (1,0) [0|1] "" GW
 SG_ Right : 17|1@1+ (1,0) [0|1] "" GW
 SG_ Events : 24|8@1+ (1,0) [0|255] "" GW
 SG_ Cause : 32|4@1+ (1,0) [0|15] "" GW
 SG_ Slot : 40|8@1+ (1,0) [0|255] "" GW
 SG_ Temperature : 48|8@1- (1,0) [-128|127] "" GW

BO_ 512 Button: 2 GW
 SG_ Pressed : 0|2@1+ (1,0) [0|3] "" BCM
 SG_ Slot : 8|8@1+ (1,0) [0|255] "" BCM

BO_ 768 Pages: 3 BCM
 SG_ Page M : 0|8@1+ (1,0) [0|255] "" GW
 SG_ Door m1 : 8|8@1+ (1,0) [0|255] "" GW
 SG_ Hood m2 : 8|8@1+ (1,0) [0|255] "" GW
 SG_ Always : 16|8@1+ (1,0) [0|255] "" GW

BO_ 2147484928 Wide: 16 BCM
 SG_ Mode : 0|8@1+ (1,0) [0|255] "" GW

BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
BA_DEF_DEF_ "GenMsgCycleTime" 0;
BA_ "GenMsgCycleTime" BO_ 256 200;
VAL_ 256 State 0 "locked" 1 "unlocked" 2 "unlocked" 15 "fault" ;
VAL_ 256 Cause 0 "none" 3 "remote_key" ;
VAL_ 512 Pressed 0 "idle" 1 "unlock" 2 "lock" ;
"""
LOCK_STATE = '[roles.lock_state]\nmessage = "Locks"\nsignal = "State"\n'
BUTTON = '[roles.button]\nmessage = "Button"\nsignal = "Pressed"\nshape = "pulse"\n'
BOTH = (
    '[roles.doors]\nmessage = "Locks"\nsignal = ["Left", "Right"]\n'
    "raw = { closed = [[0, 0]], open = [[1, 0], [0, 1], [1, 1]] }\n"
)


def loading(folder):
    """Return what writes a role file beside its database, and loads it."""
    (folder / "car.dbc").write_text(DBC)

    def load(content, name="car.toml", head='database = "car.dbc"\n'):
        (folder / name).write_text(head + content)
        return load_roles(name, [], folder)

    return load


class World:
    """Two nodes on a bus that know the same roles: `said` is what the second has heard."""

    def __init__(self, time, journal, roles):
        self.time, self.journal = time, journal
        self.medium = Medium("body", time.loop, journal)
        self.sender = RoleBus(self.medium.port("sender"), roles)
        self.hearer = RoleBus(self.medium.port("hearer"), roles)
        self.heard = []
        self.roles = roles

    def watch(self, *roles):
        for role in roles:
            self.hearer.watch(role, self.heard.append)

    def raw(self, identifier, data, **kwargs):
        self.medium.port("raw").send(Frame(identifier, bytes(data), **kwargs), None)

    def labels(self):
        return [value.label for value in self.heard]


async def settle(seconds=0.05):
    await asyncio.sleep(seconds)
