"""A relay's contact between its coil and the nets of the simulated car."""

from collections.abc import Callable

from bench.config.contact import Contact
from bench.wiring.nets import CLOSED_MV, GROUND, Net, Wiring

Move = Callable[[bool, int | None], None]


def attach(wiring: Wiring, name: str, contact: Contact, function: str, where: str) -> str:
    """Wire a contact into the car, standing as it does de-energised; return its coil's net.

    Args:
        wiring: the car's nets.
        name: the contact's own name among what drives and disturbs nets.
        contact: what it does.
        function: the net that it closes, if it neither opens nor shorts a wire.
        where: the file and key that errors are to name.

    Raises:
        ConfigError: the car has no such wire.
    """
    move = _move(wiring, name, contact, function, where)
    coil = wiring.net(f"coil of {name}")

    def on_coil(net: Net, cause: int | None) -> None:
        move(contact.energised(closed=True) is bool(net.mv), cause)

    coil.watch(on_coil)
    move(contact.de_energised == "closed", None)
    return coil.name


def _move(wiring: Wiring, name: str, contact: Contact, function: str, where: str) -> Move:
    """Return what the contact does when it closes or opens."""
    wire = wiring.existing(contact.opens or contact.shorts or function, where)
    other = None
    if contact.shorts and contact.to != GROUND:
        other = wiring.existing(str(contact.to), where, GROUND)

    def move(closed: bool, cause: int | None) -> None:
        if contact.opens:
            wire.open(name, is_open=not closed, cause=cause)
        elif not contact.shorts:
            wire.drive(name, CLOSED_MV if closed else 0, cause)
        elif closed:
            wire.touch(name, other, cause)
        else:
            wire.part(name, cause)

    return move
