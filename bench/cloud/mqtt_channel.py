"""The way to one vehicle over MQTT, as push sees it: a topic that somebody listens to."""

from typing import Any

from bench.cloud.mqtt_sessions import Sessions
from bench.network import mqtt_reasons as reasons
from bench.network import mqtt_topics as topics


class MqttChannel:
    """The channel of a vehicle (see `bench.cloud.push.Channel`).

    Args:
        sessions: all that there are.
        vin: the vehicle.
    """

    def __init__(self, sessions: Sessions, vin: str) -> None:
        self._sessions, self._vin = sessions, vin
        self._topic = topics.commands(vin)

    @property
    def closed(self) -> bool:
        """Whether nobody listens."""
        return not any(s.granted(self._topic) is not None for s in self._sessions.live())

    async def send_str(self, text: str) -> None:
        """Publish a document."""
        self._sessions.deliver(self._topic, text.encode())

    async def close(self, **_why: Any) -> None:
        """Close the connections of the vehicle."""
        for session in self._sessions.live():
            if session.user == self._vin:
                session.end(reasons.SHUTTING_DOWN)
