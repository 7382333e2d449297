"""ASAM MDF 4, bus logging."""

from os import fspath
from typing import ClassVar

from bench.errors import ConfigError
from bench.file_name import FileName
from bench.recording import Recording
from bench.trace.can_log import write_frames


class Mf4:
    """CAN frames as an ASAM MDF 4 file, for measurement tools; needs asammdf (extra `mf4`)."""

    suffix: ClassVar[str] = ".mf4"
    opened_by: ClassVar[str] = "asammdf, CANape, MATLAB's Vehicle Network Toolbox"

    def write(self, recording: Recording, path: FileName) -> int:
        """Write every frame; return how many. Raises ConfigError without asammdf."""
        from can import MF4Writer

        try:
            writer = MF4Writer(fspath(path))
        except NotImplementedError:
            raise ConfigError(
                'the format "mf4" needs asammdf: pip install "access-bench[mf4]"'
            ) from None
        return write_frames(writer, recording)
