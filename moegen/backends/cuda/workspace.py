"""Device memory for the time of a call."""

from __future__ import annotations

from moegen.backends.cuda import arrays, driver


class Workspace:
    """Device memory of one call at a time. Calls on different streams that share it are put in order by an event."""

    def __init__(self, buffer):
        self.buffer, self.nbytes, self.pointer = buffer, buffer.nbytes, arrays.pointer(buffer)
        self._stream, self._event = None, driver.Event()

    def begin(self, stream: int) -> None:
        if self._stream != stream and self._stream is not None:
            self._event.wait(stream)

    def end(self, stream: int) -> None:
        self._event.record(stream)
        self._stream = stream

    def __del__(self):
        """The allocator does not know on which stream the last call may still run."""
        if getattr(self, "_stream", None) is not None:
            self._event.synchronize()
