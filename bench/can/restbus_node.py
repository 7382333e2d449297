"""The restbus's part in network management: it sends while its bus is awake, and lets it sleep."""

import asyncio
from typing import Literal

from bench.can.frame import Frame
from bench.can.network_management import NmNode, NmTimes, times_of
from bench.can.osek_nm import OsekNode, OsekTimes
from bench.can.port import Port
from bench.can.restbus import Restbus
from bench.can.role_file import NetworkManagementSection
from bench.errors import ConfigError

WakeBy = Literal["nm", "pattern"]
PATTERN = 0x7FF  # an identifier that no database has: what wakes is the pattern, not the content


class RestbusNode:
    """A restbus that starts when its bus wakes and stops when it falls asleep.

    Without network management in the role file nobody can tell when a bus is to sleep: the restbus
    then sends from `start` to `stop`, and keeps whatever listens awake.

    Args:
        restbus: what is sent.
        port: the bench's connection.
        section: the bus's network management, where it is known.

    Attributes:
        restbus: what is sent.
        stopped: it has ended, and sends nothing any more.
    """

    def __init__(
        self, restbus: Restbus, port: Port, section: NetworkManagementSection | None
    ) -> None:
        self.restbus = restbus
        self.stopped = False
        self._port = port
        self._nm = self._join(section) if section is not None else None

    def _join(self, section: NetworkManagementSection) -> NmNode | OsekNode:
        own, nodes = section.own_identity, section.identities
        if section.kind == "osek":
            osek = OsekTimes(wait_bus_sleep_s=section.wait_bus_sleep_s)
            return OsekNode(
                self._port, nodes, own,
                on_awake=self._on_awake, on_asleep=self.restbus.stop, times=osek,
            )  # fmt: skip
        return NmNode(
            self._port, own, own & 0xFF, [each for each in nodes if each != own],
            on_awake=self._on_awake, on_asleep=self.restbus.stop,
            times=times_of(section),
        )  # fmt: skip

    def start(self, cause: int | None = None) -> None:
        """Be there: send as soon as the bus is awake (at once, where that cannot be known)."""
        if self._nm is None:
            self.restbus.start(cause)

    async def wake(self, cause: int | None = None, by: WakeBy = "nm") -> None:
        """Wake the bus; returns when the restbus may send.

        Args:
            cause: the entry because of which it is woken.
            by: "nm" needs the bus until `release`; "pattern" is one frame, as a transceiver's
                wake-up pattern (ISO 11898-2:2016), after which nobody needs it.

        Raises:
            ConfigError: the role file says nothing of network management.
        """
        if self._nm is None:
            raise ConfigError(
                f"can.{self._port.bus}: the role file has no [network_management]: "
                "the restbus sends always and cannot wake or release"
            )
        if by == "nm":
            await self._nm.request(cause)
            return
        self._port.send(Frame(PATTERN, bytes(8)), cause)
        await asyncio.sleep(NmTimes.wake_s)

    def release(self) -> None:
        """Need the bus no more."""
        if self._nm is not None:
            self._nm.release()

    def stop(self) -> None:
        """Send nothing any more, whatever happens on the bus."""
        self.stopped = True
        self.release()
        self.restbus.stop()

    def _on_awake(self, cause: int | None) -> None:
        if not self.stopped:
            self.restbus.start(cause)
