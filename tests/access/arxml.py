"""A CAN database as AUTOSAR's system description (4.2), as far as a body bus needs it.

Nothing writes that format but the tools of car makers, whose files are not ours to publish.
"""

from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, tostring

from cantools.database.can import Database, Message
from cantools.database.can.signal import Signal

NAMESPACE = "http://autosar.org/schema/r4.0"
INTEL = "MOST-SIGNIFICANT-BYTE-LAST"


def as_arxml(database: Database) -> bytes:
    """Return a database of unsigned little-endian signals as a system description."""
    root = Element("AUTOSAR", {
        "xmlns": NAMESPACE, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": f"{NAMESPACE} AUTOSAR_4-2-1.xsd",
    })  # fmt: skip
    packages = SubElement(root, "AR-PACKAGES")
    makers: dict[str, Callable[[Element, Database], None]] = {
        "Cluster": _cluster, "Frames": _frames, "Pdus": _pdus, "Ecus": _ecus, "Groups": _groups,
        "Types": _types,
    }  # fmt: skip
    for name, make in makers.items():
        make(_package(packages, name), database)
    for message in database.messages:
        _signals(_package(packages, message.name), message)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _package(packages: Element, name: str) -> Element:
    return SubElement(_named(packages, "AR-PACKAGE", name), "ELEMENTS")


def _named(parent: Element, tag: str, name: str, **texts: object) -> Element:
    """Add an element with a short name, and with elements that hold text."""
    element = SubElement(parent, tag)
    _text(element, **{"SHORT-NAME": name}, **texts)
    return element


def _text(parent: Element, **texts: object) -> None:
    for tag, text in texts.items():
        SubElement(parent, tag.replace("_", "-")).text = str(text)


def _reference(parent: Element, tag: str, kind: str, path: str) -> None:
    SubElement(parent, tag, DEST=kind).text = path


def _nested(parent: Element, *tags: str) -> Element:
    for tag in tags:
        parent = SubElement(parent, tag)
    return parent


def _cluster(elements: Element, database: Database) -> None:
    cluster = _named(elements, "CAN-CLUSTER", "Bus")
    varied = _nested(cluster, "CAN-CLUSTER-VARIANTS", "CAN-CLUSTER-CONDITIONAL")
    _text(varied, BAUDRATE=500_000)
    channel = _named(SubElement(varied, "PHYSICAL-CHANNELS"), "CAN-PHYSICAL-CHANNEL", "Channel")
    triggerings = SubElement(channel, "FRAME-TRIGGERINGS")
    for message in database.messages:
        wide = "EXTENDED" if message.is_extended_frame else "STANDARD"
        triggering = _named(triggerings, "CAN-FRAME-TRIGGERING", f"{message.name}_sent")
        _reference(triggering, "FRAME-REF", "CAN-FRAME", f"/Frames/{message.name}")
        _text(triggering, CAN_ADDRESSING_MODE=wide, IDENTIFIER=message.frame_id)


def _frames(elements: Element, database: Database) -> None:
    for message in database.messages:
        frame = _named(elements, "CAN-FRAME", message.name, FRAME_LENGTH=message.length)
        mappings = SubElement(frame, "PDU-TO-FRAME-MAPPINGS")
        mapping = _named(mappings, "PDU-TO-FRAME-MAPPING", "whole", PACKING_BYTE_ORDER=INTEL)
        _reference(mapping, "PDU-REF", "I-SIGNAL-I-PDU", f"/Pdus/{message.name}")
        _text(mapping, START_POSITION=0)


def _pdus(elements: Element, database: Database) -> None:
    for message in database.messages:
        pdu = _named(elements, "I-SIGNAL-I-PDU", message.name, LENGTH=message.length)
        if message.cycle_time:
            period = _nested(
                pdu, "I-PDU-TIMING-SPECIFICATIONS", "I-PDU-TIMING",
                "TRANSMISSION-MODE-DECLARATION", "TRANSMISSION-MODE-TRUE-TIMING",
                "CYCLIC-TIMING", "TIME-PERIOD",
            )  # fmt: skip
            _text(period, VALUE=message.cycle_time / 1000)
        mappings = SubElement(pdu, "I-SIGNAL-TO-PDU-MAPPINGS")
        for signal in message.signals:
            mapping = _named(mappings, "I-SIGNAL-TO-I-PDU-MAPPING", signal.name)
            path = f"/{message.name}/{signal.name}"
            _reference(mapping, "I-SIGNAL-REF", "I-SIGNAL", path)
            _text(mapping, PACKING_BYTE_ORDER=INTEL, START_POSITION=signal.start)


def _ecus(elements: Element, database: Database) -> None:
    for name in _nodes(database):
        groups = SubElement(_named(elements, "ECU-INSTANCE", name),
                            "ASSOCIATED-COM-I-PDU-GROUP-REFS")  # fmt: skip
        for way in ("OUT", "IN"):
            _reference(groups, "ASSOCIATED-COM-I-PDU-GROUP-REF", "I-SIGNAL-I-PDU-GROUP",
                       f"/Groups/{name}_{way}")  # fmt: skip


def _nodes(database: Database) -> list[str]:
    senders = {sender for message in database.messages for sender in message.senders}
    signals = [signal for message in database.messages for signal in message.signals]
    return sorted(senders.union(*(signal.receivers for signal in signals)))


def _groups(elements: Element, database: Database) -> None:
    for name in _nodes(database):
        sent = [m for m in database.messages if name in m.senders]
        heard = [m for m in database.messages if any(name in s.receivers for s in m.signals)]
        for way, messages in (("OUT", sent), ("IN", heard)):
            group = _named(elements, "I-SIGNAL-I-PDU-GROUP", f"{name}_{way}",
                           COMMUNICATION_DIRECTION=way)  # fmt: skip
            pdus = SubElement(group, "I-SIGNAL-I-PDUS")
            for message in messages:
                _reference(SubElement(pdus, "I-SIGNAL-I-PDU-REF-CONDITIONAL"),
                           "I-SIGNAL-I-PDU-REF", "I-SIGNAL-I-PDU", f"/Pdus/{message.name}")  # fmt: skip


def _signals(elements: Element, message: Message) -> None:
    """Add a message's signals, what they mean, and their words."""
    inner = ("SW-DATA-DEF-PROPS-VARIANTS", "SW-DATA-DEF-PROPS-CONDITIONAL")
    for signal in message.signals:
        name = signal.name
        carried = _named(elements, "I-SIGNAL", name, LENGTH=signal.length)
        props = _nested(carried, "NETWORK-REPRESENTATION-PROPS", *inner)
        _reference(props, "BASE-TYPE-REF", "SW-BASE-TYPE", "/Types/unsigned")
        _reference(carried, "SYSTEM-SIGNAL-REF", "SYSTEM-SIGNAL", f"/{message.name}/of_{name}")
        meant = _nested(_named(elements, "SYSTEM-SIGNAL", f"of_{name}"), "PHYSICAL-PROPS", *inner)
        if signal.choices:
            method = f"words_of_{name}"
            _words(_named(elements, "COMPU-METHOD", method, CATEGORY="TEXTTABLE"), signal)
            _reference(meant, "COMPU-METHOD-REF", "COMPU-METHOD", f"/{message.name}/{method}")


def _words(method: Element, signal: Signal) -> None:
    scales = _nested(method, "COMPU-INTERNAL-TO-PHYS", "COMPU-SCALES")
    for raw, word in (signal.choices or {}).items():
        scale = SubElement(scales, "COMPU-SCALE")
        _text(scale, LOWER_LIMIT=raw, UPPER_LIMIT=raw)
        _text(SubElement(scale, "COMPU-CONST"), VT=word)


def _types(elements: Element, _database: Database) -> None:
    _named(elements, "SW-BASE-TYPE", "unsigned", BASE_TYPE_ENCODING="NONE")
