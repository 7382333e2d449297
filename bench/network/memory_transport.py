"""What asyncio does with one end of a connection in memory: windows, FIN and RST."""

import asyncio
import errno
from collections import deque
from typing import cast

from bench.clock.simulated_loop import SimulatedLoop
from bench.network.memory_socket import MemorySocket

WINDOW = 64 * 1024


class MemoryTransport(asyncio.Transport):
    """An asyncio transport over one end of an in-memory connection."""

    _start_tls_compatible = True

    def __init__(
        self, loop: SimulatedLoop, sock: MemorySocket, protocol: asyncio.BaseProtocol
    ) -> None:
        super().__init__({"socket": sock, "sockname": sock.local, "peername": sock.remote})
        self._loop = loop
        self._sock = sock
        sock.transport = self
        self._outgoing: deque[bytes] = deque()
        self._outgoing_bytes = 0
        self._high, self._low = WINDOW, WINDOW // 4
        self._protocol_paused = False
        self._reading = True
        self._closing = False
        self._lost = False
        self._fin_queued = False
        self._fin_sent = False
        self._delivery: asyncio.Handle | None = None
        self.set_protocol(protocol)

    # ── what asyncio asks of a transport ──────────────────────────────────────────────────

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Hand what arrives from now on to `protocol`."""
        self._protocol = cast("asyncio.Protocol | asyncio.BufferedProtocol", protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the current protocol."""
        return self._protocol

    def is_closing(self) -> bool:
        """Return whether the transport is closing or closed."""
        return self._closing

    def is_reading(self) -> bool:
        """Return whether arriving data is handed on."""
        return self._reading and not self._closing

    def pause_reading(self) -> None:
        """Leave arriving data in the window."""
        self._reading = False

    def resume_reading(self) -> None:
        """Hand arriving data on again."""
        if not self._reading:
            self._reading = True
            self.schedule_delivery()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait for the peer's window."""
        return self._outgoing_bytes

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Return the low and high marks of write flow control."""
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set the marks of write flow control; defaults as asyncio's."""
        if high is None:
            high = WINDOW if low is None else 4 * low
        self._high = high
        self._low = high // 4 if low is None else low

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send data, or queue it while the peer's window is full."""
        if not data or self._lost or self._fin_queued:
            return
        self._outgoing.append(bytes(data))
        self._outgoing_bytes += len(data)
        self._push()
        if self._outgoing_bytes > self._high and not self._protocol_paused:
            self._protocol_paused = True
            self._protocol.pause_writing()

    def can_write_eof(self) -> bool:
        """Return True: one direction can be closed alone."""
        return True

    def write_eof(self) -> None:
        """Send FIN after what is queued; reading goes on."""
        self._fin_queued = True
        self._push()

    def close(self) -> None:
        """Send what is queued, then close both directions."""
        if not self._closing:
            self._closing = True
            self._push()
            if not self._outgoing:
                self._finish(None)

    def abort(self) -> None:
        """Close at once and drop what is queued."""
        self._force_close(None)

    def _force_close(self, error: Exception | None) -> None:
        """Close at once because of `error`: what asyncio's TLS layer calls when it gives up."""
        if not self._lost:
            self._closing = True
            self._drop_outgoing()
            self._finish(error)

    # ── the other end ─────────────────────────────────────────────────────────────────────

    def on_peer_closed(self) -> None:
        """Take note that the peer sent FIN."""
        self._sock.eof_received = True
        self.schedule_delivery()

    def on_reset(self) -> None:
        """Take an RST: everything in flight is gone."""
        if self._lost:
            return
        self._closing = True
        self._drop_outgoing()
        self._sock.incoming.clear()
        self._sock.peer = None
        self._finish(ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"))

    def schedule_delivery(self) -> None:
        """Deliver what has arrived in the next round of the loop."""
        if self._delivery is None and not self._lost:
            self._delivery = self._loop.call_soon(self._deliver)

    def start(self, waiter: "asyncio.Future[None] | None" = None) -> None:
        """Tell the protocol that it is connected, then deliver."""
        self._loop.call_soon(self._protocol.connection_made, self)
        if waiter is not None:
            self._loop.call_soon(_wake, waiter)
        self.schedule_delivery()

    # ── inside ────────────────────────────────────────────────────────────────────────────

    def _push(self) -> None:
        """Move queued chunks into the peer's window."""
        peer = self._sock.peer
        if peer is None:
            return
        while self._outgoing and (peer.closed or peer.incoming_bytes < WINDOW):
            chunk = self._outgoing.popleft()
            self._outgoing_bytes -= len(chunk)
            if peer.closed:
                self._loop.call_soon(self.on_reset)
                self._drop_outgoing()
                return
            peer.incoming.append(chunk)
            peer.incoming_bytes += len(chunk)
            if peer.transport is not None:
                peer.transport.schedule_delivery()
        if self._fin_queued and not self._outgoing:
            self._send_fin()

    def _send_fin(self) -> None:
        peer = self._sock.peer
        if not self._fin_sent and peer is not None and not peer.closed:
            self._fin_sent = True
            if peer.transport is not None:
                peer.transport.on_peer_closed()
            else:
                peer.eof_received = True

    def _deliver(self) -> None:
        self._delivery = None
        sock = self._sock
        while sock.incoming and self._reading and not self._closing:
            chunk = sock.incoming.popleft()
            sock.incoming_bytes -= len(chunk)
            self._feed(chunk)
        if sock.peer is not None and sock.peer.transport is not None:
            sock.peer.transport.on_window()
        if sock.eof_received and not sock.incoming and self._reading and not self._closing:
            sock.eof_received = False
            if not self._protocol.eof_received():
                self.close()

    def on_window(self) -> None:
        """Go on sending: the peer has read."""
        if self._lost:
            return
        self._push()
        if self._protocol_paused and self._outgoing_bytes <= self._low:
            self._protocol_paused = False
            self._protocol.resume_writing()
        if self._closing and not self._outgoing:
            self._finish(None)

    def _feed(self, chunk: bytes) -> None:
        protocol = self._protocol
        if not isinstance(protocol, asyncio.BufferedProtocol):
            protocol.data_received(chunk)
            return
        view = memoryview(chunk)
        while view:
            buffer = memoryview(protocol.get_buffer(len(view)))
            size = min(len(buffer), len(view))
            buffer[:size] = view[:size]
            protocol.buffer_updated(size)
            view = view[size:]

    def _drop_outgoing(self) -> None:
        self._outgoing.clear()
        self._outgoing_bytes = 0

    def _finish(self, error: Exception | None) -> None:
        """Close this end: FIN or RST to the peer, `connection_lost` to the protocol."""
        if self._lost:
            return
        self._lost = True
        sock, peer = self._sock, self._sock.peer
        rude = sock.linger_zero or bool(sock.incoming)
        if peer is not None and not peer.closed:
            if rude and peer.transport is not None:
                self._loop.call_soon(peer.transport.on_reset)
            else:
                self._send_fin()
        sock.closed = True
        if self._delivery is not None:
            self._delivery.cancel()
        self._loop.call_soon(self._protocol.connection_lost, error)
        if peer is not None and peer.transport is not None:
            self._loop.call_soon(peer.transport.on_window)


def _wake(waiter: "asyncio.Future[None]") -> None:
    if not waiter.done():
        waiter.set_result(None)
