"""Writing a recording's frames by one of python-can's writers."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from bench.recording import Recording
from bench.trace.frames import Traced, channels_of, epoch_s, frames_of
from bench.units import NS_PER_S

if TYPE_CHECKING:
    import can
    from can.io.generic import MessageWriter


def write_frames(writer: "MessageWriter", recording: Recording) -> int:
    """Write every frame and close the writer; return how many there were.

    Times are those of the bench clock on the scenario's calendar. python-can keeps them as a
    floating-point number of seconds since 1970, so they are good to a quarter of a microsecond;
    the recording itself has nanoseconds.
    """
    count = 0
    try:
        for message in _messages(recording):
            writer.on_message_received(message)
            count += 1
    finally:
        _close(writer)
    return count


def _close(writer: "MessageWriter") -> None:
    """Close a writer; where that fails for want of room, its file is not left open."""
    try:
        writer.stop()
    except OSError:
        file = getattr(writer, "file", None)
        with suppress(OSError):  # the same once more: what is left in its buffer has no room
            if file is not None:
                file.close()
        raise


def _messages(recording: Recording) -> "Iterator[can.Message]":
    channels, began_s = channels_of(recording), epoch_s(recording)
    for traced in frames_of(recording):
        yield _message(traced, began_s + traced.t_ns / NS_PER_S, channels[traced.bus])


def _message(traced: Traced, stamp_s: float, channel: int) -> "can.Message":
    import can

    if traced.frame is None:
        return can.Message(timestamp=stamp_s, is_error_frame=True, channel=channel)
    message = traced.frame.message(stamp_s)
    message.channel = channel
    return message
