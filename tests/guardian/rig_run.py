"""A run that dies: it holds a bench, switches everything on, says so, and meets its end.

    python rig_run.py BENCH_FILE END [CHILD]

END: "wait" (to be killed from outside), "idle" (the same, with nothing switched on), "abort",
"os_exit", "half_sent" (in the middle of a command), "stop" (SIGSTOP of itself), "spin" (its loop
hangs), "close" (ends well), "quiet" (its loop is silent for as long as it has asked for).
CHILD: "fork" leaves a forked child that holds every descriptor, "setsid" one in another session,
"switch" one that closes a relay again and again.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.clock.real import RealTime
from bench.config.bench_file import load_bench
from bench.instruments.pace import RealPace
from bench.journal import Journal
from bench.station.guarded import Guarded
from bench.station.hold import holding
from bench.station.instruments import Instruments
from bench.wiring.nets import Wiring


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def on(instruments: Instruments) -> None:
    for board in instruments.relays.values():
        for channel in board.setup.channels:
            instruments.switch(channel, closed=True, cause=None)
    for name in instruments.supplies:
        instruments.power(name, on=True, cause=None)


def stay(instruments: Instruments, how: str) -> None:
    if os.fork():
        return
    if how == "setsid":
        os.setsid()
    board = next(iter(instruments.relays.values()))
    until_s = time.monotonic() + 30  # a test that fails leaves nothing behind
    while time.monotonic() < until_s:
        if how == "switch":
            board.set(next(iter(board.setup.channels)), closed=True)
        time.sleep(0.002)
    os._exit(0)


def abort(_instruments: Instruments) -> None:
    """Abort as a C extension does, which Python does not hear of."""
    ctypes.CDLL(None).abort()


def half_sent(instruments: Instruments) -> None:
    for instrument in (*instruments.relays.values(), *instruments.supplies.values()):
        instrument._link.write(b"relay on " if instrument.setup.name == "doors" else b":OUTP CH2,O")
    os._exit(7)


def stop(_instruments: Instruments) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(30)  # the other thread may have been told first


def spin(_instruments: Instruments) -> None:
    until_s = time.monotonic() + 30
    while time.monotonic() < until_s:
        pass


ENDS: dict[str, Callable[[Instruments], object]] = {
    "abort": abort,
    "half_sent": half_sent,
    "os_exit": lambda _: os._exit(7),
    "stop": stop,
    "spin": spin,
}


def main(file: Path, end: str, child: str = "") -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup pytest` leaves it ignored
    station = load_bench(file)
    with holding(station, file.parent):
        clock = RealTime()
        instruments = Instruments(Journal(clock.now_ns), Wiring(), RealPace())
        guarded = Guarded(station, clock, instruments)

        async def live() -> None:
            import asyncio

            guarded.open()
            try:
                if end != "idle":
                    on(instruments)
                if child:
                    stay(instruments, child)
                say(f"on {time.monotonic_ns()}")
                if end in ENDS:
                    ENDS[end](instruments)
                elif end == "quiet":
                    with guarded.hold.allowing(8.0):
                        time.sleep(5.0)  # noqa: ASYNC251 it is to block the loop
                elif end in {"wait", "idle"}:
                    await asyncio.sleep(30)
            finally:
                guarded.close()

        try:
            clock.run(live())
        finally:
            clock.close()
    say("closed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
