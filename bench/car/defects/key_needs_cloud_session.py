"""The phone key needs a live session with the cloud."""

from dataclasses import dataclass
from typing import ClassVar

from bench.car.simulated_car import SimulatedCar
from bench.protocol.key_challenge import Response
from bench.protocol.signing import BadSignature, public_bytes, verify


@dataclass(frozen=True)
class KeyNeedsCloudSession:
    """The car opens to a phone only with a fresh ticket that the app must fetch from the cloud.

    So when the cloud is gone, the Bluetooth key is gone with it. NFC cards have no app and are
    not asked.
    """

    caught_by: ClassVar[str] = "independence"
    shown_by: ClassVar[str] = "GWM, 21 March 2025: Bluetooth unlocking reportedly failed, too"
    example: ClassVar[str] = "ble_key unlock http_status"

    def fit(self, car: SimulatedCar) -> None:
        """Have the digital-key module ask phones for a ticket, and check it."""
        module = car.digital_key
        module.wants_ticket = "session"

        async def fresh(response: Response, seq: int) -> tuple[str | None, int]:
            if not response.credential.startswith("phone"):
                return None, seq
            try:
                ticket = bytes.fromhex(response.ticket)
                document = verify(ticket, public_bytes("maker", "tickets"))
            except (BadSignature, ValueError):
                return "no session with the cloud", seq
            lapsed = float(document["until"]) <= car.time.wall().timestamp()
            return ("session with the cloud has lapsed" if lapsed else None), seq

        module.checks.append(fresh)
