"""A head start for who waits for a frame in a thread: the loop follows a moment later.

Woken together, both would want the interpreter, and whoever waits would often get it second.
"""

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

HEAD_START_S = 0.0005


class HeadStart:
    """Calls `then`, in a thread of its own, a moment after it was asked to.

    Args:
        then: called once for all that asked meanwhile.
    """

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then
        self._asked = False
        self._bell: SimpleQueue[bool] = SimpleQueue()
        self._thread = threading.Thread(target=self._live, name="can-head-start", daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Have it called in a moment (from any thread; takes about a microsecond)."""
        if not self._asked:
            self._asked = True
            self._bell.put(True)

    def _live(self) -> None:
        while self._bell.get():
            time.sleep(HEAD_START_S)
            self._asked = (
                False  # before the call: who asks from now on may have come too late for it
            )
            self._then()

    def close(self) -> None:
        """End the thread."""
        self._bell.put(False)
        self._thread.join(timeout=1)
