"""Where a client's part of a TLS handshake ends, seen by a relay that cannot read it."""

HANDSHAKE, DATA = 22, 23  # types of records (RFC 8446 §5.1)
HEADER = 5
# a Finished of TLS 1.3, told by its length: it is encrypted, and so looks like data. 4 + 32 or 48
# bytes, one for its type, 16 for its tag (RFC 8446 §4.4.4, §5.2)
FINISHED = (53, 69)
MOST_PLAIN = 2  # in TLS 1.3: a hello, and another one if the server wants another key share
MOST_ENCRYPTED = 3  # certificate, the proof that it is the client's, Finished


class ClientFlight:
    """Counts what a client says once its handshake is over; all that it says without TLS.

    A handshake may take 250 bytes or, with a certificate or a post-quantum key share, some
    thousand: a count of all bytes does not tell it from a request.

    Attributes:
        said: bytes since then, records with their headers.
    """

    def __init__(self) -> None:
        self.said = 0
        self._over = False
        self._header = b""
        self._left = 0  # bytes of the record that is passing
        self._plain = self._encrypted = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the client's."""
        if not self._over:
            data = self._behind_handshake(data)
        self.said += len(data)

    def _behind_handshake(self, data: bytes) -> bytes:
        """Return what of some bytes comes after the handshake."""
        while data and not self._over:
            if self._left:
                self._left, data = max(0, self._left - len(data)), data[self._left :]
                continue
            missing = HEADER - len(self._header)
            self._header, data = self._header + data[:missing], data[missing:]
            if not self._plain and self._header[0] != HANDSHAKE:
                return self._begin_data(data)  # it speaks no TLS
            if len(self._header) == HEADER:
                data = self._record(data)
        return data

    def _record(self, data: bytes) -> bytes:
        """Take the beginning of a record whose header is known."""
        kind, length = self._header[0], int.from_bytes(self._header[3:])
        if kind == DATA and self._is_request():
            return self._begin_data(data)
        if kind == HANDSHAKE:
            self._plain += 1
        elif kind == DATA:
            self._encrypted = MOST_ENCRYPTED if length in FINISHED else self._encrypted + 1
        self._header, self._left = b"", length
        return data

    def _is_request(self) -> bool:
        """Whether a record of data is no part of the handshake.

        The client of TLS 1.2 has sent at least its hello, its key and, last, its Finished, each of
        them as a handshake's record.
        """
        return self._encrypted == MOST_ENCRYPTED or self._plain > MOST_PLAIN

    def _begin_data(self, data: bytes) -> bytes:
        self._over = True
        return self._header + data
