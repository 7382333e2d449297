"""ASCII logging format of Vector's tools."""

from os import fspath
from typing import ClassVar

from bench.file_name import FileName
from bench.recording import Recording
from bench.trace.can_log import write_frames


class Asc:
    """CAN frames as text, for CANoe, CANalyzer, python-can and a person."""

    suffix: ClassVar[str] = ".asc"
    opened_by: ClassVar[str] = "CANoe, CANalyzer, SavvyCAN, python-can, an editor"

    def write(self, recording: Recording, path: FileName) -> int:
        """Write every frame; return how many."""
        from can import ASCWriter

        return write_frames(ASCWriter(fspath(path)), recording)
