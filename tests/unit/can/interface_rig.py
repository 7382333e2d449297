"""A bus in real time on one of several kinds of interfaces, and who is on its other side."""

import itertools
import os
import struct
import time as wall
from pathlib import Path

import can
from can.interfaces.virtual import VirtualBus

from bench.can.expectations import BusView
from bench.can.interface.bus import InterfaceBus
from bench.can.interface.causes import Causes
from bench.can.interface.opening import open_channel
from bench.can.roles import load_roles
from bench.clock.real import RealTime
from bench.journal import Journal

CHANNELS = itertools.count(1)
ROLES = load_roles("body.toml", [], Path())
REQUEST = ROLES.database.message("PEPS_AccessRequest")


def request_data(slot):
    values = {s.name: 0 for s in REQUEST.signals} | {"KeySlot": slot}
    return REQUEST.encode(values, scaling=False, strict=False)


class Threaded(VirtualBus):
    """Any interface without a descriptor: a thread has to wait in it."""


class PipeBus(can.BusABC):
    """An interface with a descriptor: messages come through a pipe, identifier and length first."""

    def __init__(self):
        self.out, self.into = os.pipe()
        os.set_blocking(self.out, False)
        self.channel_info = "pipe"
        super().__init__(channel="pipe")

    def fileno(self):
        return self.out

    def put(self, identifier, data):
        os.write(self.into, struct.pack(">HB", identifier, len(data)) + data)

    def send(self, msg, timeout=None):
        raise NotImplementedError

    def _recv_internal(self, timeout):
        try:
            head = os.read(self.out, 3)
        except BlockingIOError:
            return None, False
        if not head:
            raise can.CanOperationError("pipe closed")
        identifier, length = struct.unpack(">HB", head)
        data = os.read(self.out, length)
        return can.Message(arbitration_id=identifier, data=data, is_extended_id=False), False

    def shutdown(self):
        super().shutdown()
        os.close(self.out)


class PipeEnd:
    """The other end of the pipe, as a bus."""

    def __init__(self, channel):
        self.channel = channel

    def send(self, message):
        self.channel.put(message.arbitration_id, bytes(message.data))

    def shutdown(self):
        os.close(self.channel.into)


class World:
    """A bench's connection, and python-can's own bus on the other side."""

    def __init__(self, interface="virtual"):
        self.interface = interface
        self.time = RealTime(guard_s=20)
        self.journal = Journal(self.time.now_ns)
        self.channel = f"interface-{next(CHANNELS)}"
        self.bus = self.call(self._make)
        self.view = BusView(self.bus.port("bench"), ROLES, self.journal)

    def _make(self):
        if self.interface == "piped":
            channel = PipeBus()
            self.other = PipeEnd(channel)
        else:
            self.other = can.Bus(interface="virtual", channel=self.channel)
            threaded = self.interface == "threaded"
            channel = (
                Threaded(self.channel) if threaded
                else open_channel("body", "virtual", self.channel)
            )  # fmt: skip
        return InterfaceBus(
            "body", channel, now_ns=self.time.now_ns, journal=self.journal, causes=Causes()
        )

    def call(self, function, *arguments):
        async def run():
            return function(*arguments)

        return self.time.run(run())

    def send(self, identifier, data):
        self.other.send(can.Message(arbitration_id=identifier, data=data, is_extended_id=False))

    def events(self, kind):
        return [entry.event for entry in self.journal.entries if isinstance(entry.event, kind)]

    def until(self, condition, within_s=5.0):
        end = wall.monotonic() + within_s
        while not condition():
            assert wall.monotonic() < end
            wall.sleep(0.005)

    def close(self):
        self.call(self.bus.close)
        self.other.shutdown()
        self.time.close()
