"""What is particular about a python-can interface."""

from dataclasses import dataclass

from bench.can.interface.time_stamps import TimeStamps


@dataclass(frozen=True)
class Traits:
    """What is particular about an interface.

    Attributes:
        stamps: how its time stamps become bench time; None: frames count from their arrival.
        echoes: whether it hears what it has sent itself.
        kernel_cyclic: whether the kernel sends cyclic messages (SocketCAN's broadcast manager).
    """

    stamps: TimeStamps | None = None
    echoes: bool = False
    kernel_cyclic: bool = False
