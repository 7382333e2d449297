"""Binary logging format of Vector's tools."""

from os import fspath
from typing import ClassVar

from bench.file_name import FileName
from bench.recording import Recording
from bench.trace.can_log import write_frames


class Blf:
    """CAN frames for CANoe, CANalyzer, SavvyCAN and python-can."""

    suffix: ClassVar[str] = ".blf"
    opened_by: ClassVar[str] = "CANoe, CANalyzer, SavvyCAN, python-can"

    def write(self, recording: Recording, path: FileName) -> int:
        """Write every frame; return how many."""
        from can import BLFWriter

        return write_frames(BLFWriter(fspath(path)), recording)
