"""A twin behind a socket on the loopback interface: one client at a time, as small devices are."""

import socket

from bench.instruments.plug import CHUNK, ServedPlug
from bench.instruments.wire_twin import WireTwin

HOST = "127.0.0.1"


class Loopback(ServedPlug):
    """A twin that listens; a second client waits until the first has gone."""

    def __init__(self, twin: WireTwin, _resource: str = "") -> None:
        self._listener = self._listen(0)
        self._number = self._listener.getsockname()[1]
        super().__init__(twin, f"TCPIP0::{HOST}::{self._number}::SOCKET")
        self._client: socket.socket | None = None

    @staticmethod
    def _listen(port: int) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(1)
        return listener

    def replug(self) -> None:
        """Listen, at the same port as before."""
        if self._listener.fileno() < 0:
            self._listener = self._listen(self._number)
        self.begin()

    def unplug(self) -> None:
        """Stop listening, and let go of whoever is connected."""
        self.end()
        self._let_go()
        self._listener.close()

    def say(self, data: bytes) -> None:
        """Let the device say something that nobody has asked for."""
        if self._client is not None:
            self._client.sendall(data)

    def serve(self) -> None:
        """Serve one client after the other."""
        while self.ready(self._listener.fileno()):
            self._client, _ = self._listener.accept()
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.twin.connected()
            self._serve(self._client)
            self._let_go()

    def _serve(self, client: socket.socket) -> None:
        while self.ready(client.fileno()):
            try:
                data = client.recv(CHUNK)
                if not data:
                    return
                self.answer(data, client.fileno())
            except OSError:
                return  # the client has gone in the middle of a word

    def _let_go(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
