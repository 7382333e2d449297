"""CONNECTs that wait for their turn at an MQTT broker whose capacity is limited."""

from collections.abc import Awaitable, Callable
from typing import Any

from bench.capacity.ticket import OK, UNAVAILABLE
from bench.cloud.mqtt_rule import Refusal
from bench.network import mqtt_reasons as reasons
from bench.network.mqtt_wire import AnyPacket, Connect, Endpoint

BUSY = Refusal(3, reasons.BUSY)  # MQTT 3.1.1 has only: server unavailable (table 3.1)
Admit = Callable[[str, Callable[[], bool], int | None], Awaitable[int] | None]
Then = Callable[[Refusal | None], None]


class BrokerQueue:
    """Holds connections between their CONNECT and its answer.

    A full queue is answered "server busy"; where the load balancer gives up, it closes the
    connection without a word, since it knows no MQTT.

    Args:
        admit: gives a CONNECT its turn, if anything is limited.
        spawn: starts a coroutine in the background.
    """

    def __init__(self, admit: Admit, spawn: Callable[[Any, str], Any]) -> None:
        self._admit, self._spawn = admit, spawn
        self._early: dict[Endpoint, list[AnyPacket]] = {}

    def keeps(self, endpoint: Endpoint, packet: AnyPacket) -> bool:
        """Keep what a client sends before its CONNECT was answered (MQTT 5 §3.1.4 allows it).

        A second CONNECT ends the connection. False: this connection does not wait.
        """
        if endpoint not in self._early:
            return False
        if isinstance(packet, Connect):
            endpoint.abort()
        else:
            self._early[endpoint].append(packet)
        return True

    def enter(self, endpoint: Endpoint, party: str, cause: int | None, then: Then) -> None:
        """Let a connection wait for its turn; `then` is given None, or how it is refused."""
        turn = self._admit(party, lambda: not endpoint.closed, cause)
        if turn is None:
            then(None)
            return
        self._early[endpoint] = []
        self._spawn(self._wait(endpoint, turn, then), "broker-queue")

    async def _wait(self, endpoint: Endpoint, turn: Awaitable[int], then: Then) -> None:
        try:
            status = await turn
        finally:
            early = self._early.pop(endpoint)
        if endpoint.closed:
            return
        if status not in {OK, UNAVAILABLE}:
            endpoint.abort()
            return
        then(None if status == OK else BUSY)
        for packet in early:
            endpoint.again(packet)
