"""Devices in a process of their own: wire twins behind a pty or a single-client socket.

    python rig_device.py LOG NAME:MODEL:TRANSPORT...

Prints one JSON object with a VISA resource per name, then writes each switching into LOG, a line
per event: {"t_ns", "name", "channel", "on"}, by the monotonic clock, which all processes share.
Obeys lines on its standard input: "unplug NAME", "mute NAME".
"""

import contextlib
import json
import os
import select
import socket
import struct
import sys
import threading
import time
import tty
from pathlib import Path

from bench.instruments.kinds import Setup
from bench.instruments.wire_twin import WireTwin, twin_of

NUMBERS = {"numato_usb": range(16), "rigol_dp832": range(1, 4)}


class Device:
    """One twin, served to one client at a time."""

    def __init__(self, name: str, model: str, log: int, folder: Path) -> None:
        self.name, self._log, self._folder = name, log, folder
        self.twin: WireTwin = twin_of(model, Setup(name, channels={}))
        self._numbers = NUMBERS[model]
        self._before = self._states()

    def _states(self) -> dict[int, bool]:
        held = self.twin.closed if hasattr(self.twin, "closed") else self.twin.on
        return {number: held[number] for number in self._numbers}

    def receive(self, data: bytes) -> bytes:
        reply = self.twin.receive(data)
        now = self._states()
        for number, on in now.items():
            if on != self._before[number]:
                event = {"t_ns": time.monotonic_ns(), "name": self.name, "channel": number,
                         "on": on}  # fmt: skip
                os.write(self._log, json.dumps(event).encode() + b"\n")
        self._before = now
        return reply


class PtyDevice(Device):
    def begin(self) -> str:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        threading.Thread(target=self._serve, daemon=True).start()
        # a name of its own: the terminal's number is given to the next one who wants a terminal
        self._port = self._folder / f"tty-{self.name}"
        self._port.symlink_to(os.ttyname(self._slave))
        return f"ASRL{self._port}::INSTR"

    def _serve(self) -> None:
        while True:
            try:
                reply = self.receive(os.read(self._master, 4096))
                if reply:
                    os.write(self._master, reply)
            except OSError:
                return

    def unplug(self) -> None:
        self._port.unlink()
        os.close(self._slave)
        os.close(self._master)


class SocketDevice(Device):
    """Serves one client; another waits in the queue until the first has gone."""

    def begin(self) -> str:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=4)
        self._client: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()
        return f"TCPIP0::127.0.0.1::{self._listener.getsockname()[1]}::SOCKET"

    def _serve(self) -> None:
        while True:
            try:
                self._client, _ = self._listener.accept()
            except OSError:
                return
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._talk(self._client)

    def _talk(self, client: socket.socket) -> None:
        with client:
            while True:
                try:
                    data = client.recv(4096)
                    if not data:
                        return
                    client.sendall(self.receive(data))
                except OSError:
                    return

    def unplug(self) -> None:
        # a waiting accept() is not ended by close() alone
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if self._client is not None:
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._client.shutdown(socket.SHUT_RDWR)


class ExclusiveDevice(SocketDevice):
    """Refuses a second client, and needs a moment to notice that the first has gone."""

    SLOW_S = 0.15

    def _serve(self) -> None:
        busy_until_s = 0.0
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        talking: threading.Thread | None = None
        while poll.poll():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if talking is not None and talking.is_alive():
                busy_until_s = time.monotonic() + self.SLOW_S
            if time.monotonic() < busy_until_s:
                client.close()
                continue
            self._client = client
            talking = threading.Thread(target=self._talk_then_rest, args=(client,), daemon=True)
            talking.start()

    def _talk_then_rest(self, client: socket.socket) -> None:
        self._talk(client)
        time.sleep(self.SLOW_S)


TRANSPORTS = {"pty": PtyDevice, "socket": SocketDevice, "exclusive": ExclusiveDevice}


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(log: Path, wanted: list[str]) -> None:
    with contextlib.suppress(OSError):  # a device has a processor of its own
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    devices = {}
    for each in wanted:
        name, model, transport = each.split(":")
        devices[name] = TRANSPORTS[transport](name, model, file, log.parent)
    say(json.dumps({name: device.begin() for name, device in devices.items()}))
    for line in sys.stdin:
        word, name = line.split()
        if word == "unplug":
            devices[name].unplug()
        else:
            devices[name].twin.mute = True
        say("done")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
