"""A twin behind a pseudo terminal: the operating system's serial line, without the wire."""

import os
import select
import shutil
import tempfile
import tty
from pathlib import Path

from bench.instruments.plug import CHUNK, ServedPlug
from bench.instruments.wire_twin import WireTwin

HANDED_OVER_S = 0.2  # a busy computer has taken more than 2 ms; who reads at once is not waited for


class Pty(ServedPlug):
    """A twin at a serial port. A link keeps its name the same when it is plugged in again."""

    def __init__(self, twin: WireTwin, _resource: str = "") -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="access-bench-"))
        self._port = self._folder / "tty"
        super().__init__(twin, f"ASRL{self._port}::INSTR")
        self._master, self._slave = -1, -1

    def replug(self) -> None:
        """Make a pseudo terminal, and the twin its device."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._port.unlink(missing_ok=True)
        self._port.symlink_to(os.ttyname(self._slave))
        self.begin()

    def unplug(self) -> None:
        """Take the terminal away from whoever has it open."""
        if self._master >= 0:
            self.end()
            for file in (self._master, self._slave):
                os.close(file)
            self._master = self._slave = -1
            self._port.unlink(missing_ok=True)

    def say(self, data: bytes) -> None:
        """Let the device say something that nobody has asked for; it is there when this returns.

        The kernel hands over what is written to a terminal in a thread of its own.
        """
        os.write(self._master, data)
        select.select([self._slave], [], [], HANDED_OVER_S)

    def serve(self) -> None:
        """Hand bytes to the twin and back."""
        while self.ready(self._master):
            self.answer(os.read(self._master, CHUNK), self._master)

    def close(self) -> None:
        """Pull it out and remove its name."""
        try:
            super().close()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
