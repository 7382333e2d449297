"""The sessions that an MQTT broker keeps: taken up by their clients, left, and forgotten."""

import asyncio
from collections.abc import Callable, Iterator

from bench.cloud.mqtt_rule import Client
from bench.cloud.mqtt_session import KEPT_FOR_EVER, Session
from bench.network import mqtt_reasons as reasons
from bench.network.mqtt_wire import Connect


class Sessions:
    """Sessions by the identifiers of their clients; they may outlive connections."""

    def __init__(self) -> None:
        self._by_client: dict[str, Session] = {}

    def __iter__(self) -> Iterator[Session]:
        """Yield every session; taking up and forgetting meanwhile does not disturb the walk."""
        return iter(list(self._by_client.values()))

    def get(self, client: str) -> Session | None:
        """Return a client's session, or None."""
        return self._by_client.get(client)

    def live(self) -> list[Session]:
        """Return the sessions whose clients are connected."""
        return [session for session in self if session.live]

    def deliver(self, topic: str, payload: bytes) -> None:
        """Send a message to every session that wants it."""
        for session in self:
            granted = session.granted(topic)
            if granted is not None:
                session.deliver(topic, payload, granted)

    def take_up(self, connect: Connect, whose: Client, forgets: Callable[[], bool]) -> Session:
        """Return the session that a client takes up: its old one, or a new one.

        Args:
            connect: what it says.
            whose: who it is.
            forgets: asked whether a session that could be taken up again has been lost meanwhile.
        """
        client = connect.client_id
        old = self._by_client.get(client)
        if old is not None:
            if old.live:
                old.tell(f"another connection came as {client!r}")
            old.end(reasons.TAKEN_OVER)
            if old.expiry is not None:
                old.expiry.cancel()
        if old is not None and (connect.clean_session or forgets()):
            self._forget(old)
            old = None
        if old is None:
            old = self._by_client[client] = Session(client, whose, connect)
        old.whose = whose
        return old

    def leave(self, session: Session) -> None:
        """Take the end of a session's connection: it is kept for as long as its client wants."""
        kept_s = session.expiry_s()
        session.endpoint = None
        if session.watchdog is not None:
            session.watchdog.cancel()
        if kept_s == 0:
            self._forget(session)
        elif kept_s != KEPT_FOR_EVER:
            loop = asyncio.get_running_loop()
            session.expiry = loop.call_later(kept_s, self._forget, session)

    def close(self, reason_5: int) -> None:
        """Close every connection, and wait for nobody any more."""
        for session in self.live():
            session.end(reason_5)
        for session in self:
            for timer in (session.watchdog, session.expiry):
                if timer is not None:
                    timer.cancel()

    def _forget(self, session: Session) -> None:
        if self._by_client.get(session.client) is session:
            del self._by_client[session.client]
