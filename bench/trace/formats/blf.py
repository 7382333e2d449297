"""Binary logging format of Vector's tools."""

from pathlib import Path
from typing import ClassVar

from bench.recording import Recording
from bench.trace.can_log import write_frames


class Blf:
    """CAN frames for CANoe, CANalyzer, SavvyCAN and python-can."""

    suffix: ClassVar[str] = ".blf"
    opened_by: ClassVar[str] = "CANoe, CANalyzer, SavvyCAN, python-can"

    def write(self, recording: Recording, path: Path) -> int:
        """Write every frame; return how many."""
        from can import BLFWriter

        return write_frames(BLFWriter(str(path)), recording)
