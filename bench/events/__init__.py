"""Everything observable, as frozen typed records.

An event says what happened; *when* and *because of what* is said by the journal entry that
carries it (`bench.journal`). Two kinds of knowledge are kept apart on purpose:

- what a bench can see of any car, simulated or real: frames, edges, telegrams, exchanges,
  claims. Oracles use only these.
- `Inside`: what only a simulated unit can tell. It makes a story readable and is never judged.

Every class has a `kind` (its name in recordings) and a `lane` (where a timeline draws it).

One module for each part of the world; whoever needs an event imports it from here.
"""

from bench.events.bench import (
    BenchFault,
    ClockStepped,
    FramesDropped,
    FramesNotSent,
    InstrumentFound,
    InstrumentSlow,
    JitterMeasured,
    ReceiverLost,
    TimeStampsMapped,
)
from bench.events.can import (
    BusCounted,
    BusSlept,
    BusStateChanged,
    BusWoke,
    CutOff,
    CyclicSegment,
    ErrorSeen,
    FramePassed,
    FrameSeen,
    FrameSpoiled,
    RoleChanged,
)
from bench.events.cloud import CloudLoad, CommandState, Maintenance, RequestServed, ToldToWait
from bench.events.diagnosis import CodesRead, DiagnosisFailed, UnitIdentified
from bench.events.entitlements import EntitlementGranted, EntitlementRevoked, KeyRevoked
from bench.events.event import KINDS, Event, field_names, payload, rebuild
from bench.events.inside import Inside
from bench.events.instruments import (
    RelaySwitched,
    SupplyCurrent,
    SupplyLimited,
    SupplySet,
    SupplySwitched,
)
from bench.events.network import (
    BadCertificateAccepted,
    ConnectionClosed,
    ConnectionOpened,
    ExchangeFailed,
    HandshakeFailed,
    LinkCounted,
    NameFailed,
    RequestSent,
    ResponseReceived,
)
from bench.events.owner import (
    ActSensed,
    AdviceFollowed,
    AttemptSettled,
    Claim,
    IntentBegan,
    NoticeShown,
    StateShown,
)
from bench.events.push import (
    BrokerConnect,
    BrokerDisconnect,
    ChannelOpened,
    PushReceived,
    PushSent,
)
from bench.events.radio import Telegram, TelegramLost
from bench.events.run import (
    Control,
    End,
    FaultArmed,
    FaultBegan,
    FaultCleared,
    FaultMet,
    Noted,
    PhaseBegan,
    RecipeApplied,
    StateChecked,
    WitnessProbed,
)
from bench.events.telematics import TelematicsCommand, TelematicsReport, TelematicsState
from bench.events.wires import Edge, LineLevel, WireDisturbed

__all__ = [
    "KINDS",
    "ActSensed",
    "AdviceFollowed",
    "AttemptSettled",
    "BadCertificateAccepted",
    "BenchFault",
    "BrokerConnect",
    "BrokerDisconnect",
    "BusCounted",
    "BusSlept",
    "BusStateChanged",
    "BusWoke",
    "ChannelOpened",
    "Claim",
    "ClockStepped",
    "CloudLoad",
    "CodesRead",
    "CommandState",
    "ConnectionClosed",
    "ConnectionOpened",
    "Control",
    "CutOff",
    "CyclicSegment",
    "DiagnosisFailed",
    "Edge",
    "End",
    "EntitlementGranted",
    "EntitlementRevoked",
    "ErrorSeen",
    "Event",
    "ExchangeFailed",
    "FaultArmed",
    "FaultBegan",
    "FaultCleared",
    "FaultMet",
    "FramePassed",
    "FrameSeen",
    "FrameSpoiled",
    "FramesDropped",
    "FramesNotSent",
    "HandshakeFailed",
    "Inside",
    "InstrumentFound",
    "InstrumentSlow",
    "IntentBegan",
    "JitterMeasured",
    "KeyRevoked",
    "LineLevel",
    "LinkCounted",
    "Maintenance",
    "NameFailed",
    "Noted",
    "NoticeShown",
    "PhaseBegan",
    "PushReceived",
    "PushSent",
    "ReceiverLost",
    "RecipeApplied",
    "RelaySwitched",
    "RequestSent",
    "RequestServed",
    "ResponseReceived",
    "RoleChanged",
    "StateChecked",
    "StateShown",
    "SupplyCurrent",
    "SupplyLimited",
    "SupplySet",
    "SupplySwitched",
    "Telegram",
    "TelegramLost",
    "TelematicsCommand",
    "TelematicsReport",
    "TelematicsState",
    "TimeStampsMapped",
    "ToldToWait",
    "UnitIdentified",
    "WireDisturbed",
    "WitnessProbed",
    "field_names",
    "payload",
    "rebuild",
]
