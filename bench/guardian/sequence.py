"""The declared safe sequence, step by step; a device that does not answer keeps no other waiting.

Each VISA resource has a thread of its own, because a device that answers late costs seconds. The
steps are begun in their order, and a step gets a moment to end before the next is begun; those that
have no order among themselves get it together.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from bench.guardian.hand import Hand
from bench.guardian.outcome import ChannelOutcome
from bench.guardian.plan import SafePlan

ORDER_S = 0.25  # a step that takes longer is overtaken by the next one


class Sequence:
    """Makes a bench safe; made before it is needed, so that all drivers are loaded.

    Args:
        plan: what to do.
    """

    def __init__(self, plan: SafePlan) -> None:
        self._plan = plan
        self._hands = {device.name: Hand(device) for device in plan.devices}
        self._threads = {
            resource: ThreadPoolExecutor(1, thread_name_prefix=resource)
            for resource in {device.resource for device in plan.devices}
        }
        self._managers: list[Any] = []

    def load(self) -> None:
        """Load what is needed later: pyvisa's back ends cost 15 ms."""
        import pyvisa

        backends = {device.backend for device in self._plan.devices}
        self._managers = [pyvisa.ResourceManager(backend) for backend in backends]

    def begin(self) -> None:
        """Start the threads, now and not when every millisecond counts."""
        for thread in self._threads.values():
            thread.submit(int).result()

    def perform(self, began_s: float) -> list[ChannelOutcome]:
        """Do every step, then everything once more, and return how each channel stands.

        Args:
            began_s: when the reason was seen, on the monotonic clock.
        """
        until_s = began_s + self._plan.give_up_s
        for hand in self._hands.values():  # all at once: it is the slowest part
            self._submit(hand, hand.connect, until_s)
        running: list[Future[Any]] = []
        together = 0
        for step in self._plan.steps:
            hand = self._hands[step.device]
            running.append(self._submit(hand, hand.off, step.channels, until_s))
            together += 1
            if not step.with_next:
                wait(running[-together:], ORDER_S)
                together = 0
                time.sleep(step.then_wait_s)
        running += [self._submit(hand, hand.again, until_s) for hand in self._hands.values()]
        wait(running, max(0.0, until_s - time.monotonic()) + ORDER_S)
        return [each for hand in self._hands.values() for each in hand.outcomes(began_s)]

    def _submit(self, hand: Hand, call: Any, *arguments: Any) -> "Future[Any]":
        return self._threads[hand.device.resource].submit(call, *arguments)
