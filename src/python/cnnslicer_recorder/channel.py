"""Frames on the socket to the process that plans and writes the run (src/protocol/pythonRecorder.ts).

A frame is written whole or the channel is closed: an interrupt of the script waits until the frame is out. A
child that was forked never writes, and nothing is written to a descriptor that has become another file. A script
waits for a process that takes and gives nothing, but not for ever.
"""

import _thread
import json
import os
import socket
import struct

from .guard import quietly

VERSION = 1
_HEAD = struct.Struct("<IQ")
# One that the script's own arithmetic of descriptors does not reach.
_LOWEST_DESCRIPTOR = 200
# The kernel takes so much at once; nothing is torn if an interrupt comes in between.
_SMALL = 2048
# No reply is longer: that with a plan of a million probes takes half of it.
_TEXT_LIMIT = 32 * 2**20
# Seconds in which nothing is taken or given until the other process is given up: its disk may be slow.
_PATIENCE = 60


class Channel:
    def __init__(self, descriptor, patience=_PATIENCE):
        """Takes the descriptor over; raises OSError if it is no open file."""
        own = _moved(descriptor)
        self._socket = socket.socket(fileno=own)
        self._socket.settimeout(1)
        self._patience = patience
        self._identity = _identity(own)
        self._process = os.getpid()
        self._lock = _thread.allocate_lock()
        self._is_open = True
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=quietly(self.abandon))

    @property
    def open(self):
        return self._is_open and self._process == os.getpid()

    def abandon(self):
        """Closes this process's copy, so that the other side sees the end when the script's own process ends."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            if _identity(self._socket.fileno()) == self._identity:
                self._socket.close()
            else:
                self._socket.detach()
        except OSError:
            self._socket.detach()

    def send(self, message, *buffers):
        """Values of `buffers` are float32, little endian, contiguous. False if nobody listens any more."""
        return self._exchange(message, buffers, False) is not None

    def ask(self, message, *buffers):
        """The reply, or None if nobody listens any more."""
        return self._exchange(message, buffers, True)

    def _exchange(self, message, buffers, wants_reply):
        if not self.open:
            return None
        views = [memoryview(buffer).cast("B") for buffer in buffers if memoryview(buffer).nbytes]
        text = json.dumps(message, allow_nan=False, separators=(",", ":")).encode()
        head = _HEAD.pack(len(text), sum(view.nbytes for view in views)) + text
        if not wants_reply and not views and len(head) <= _SMALL:
            return self._small(head)
        return _undivided(lambda: self._whole(head, views, wants_reply))

    def _small(self, head):
        if not self._lock.acquire(False):
            return _undivided(lambda: self._whole(head, [], False))
        try:
            if not self._is_ours():
                return None
            sent = self._socket.send(head, _NO_SIGNAL)
            if sent == len(head):
                return True
            return _undivided(lambda: self._rest(head[sent:]))
        except socket.timeout:  # noqa: UP041 – TimeoutError only since Python 3.10
            return _undivided(lambda: self._rest(head))
        except OSError:
            self.abandon()
            return None
        finally:
            self._lock.release()

    def _rest(self, head):
        """Of a small frame for which there was no room at once."""
        try:
            self._write(memoryview(head))
            return True
        except OSError:
            self.abandon()
            return None

    def _whole(self, head, views, wants_reply):
        with self._lock:
            try:
                if not self._is_ours():
                    return None
                for part in [memoryview(head), *views]:
                    self._write(part)
                return self._read() if wants_reply else True
            except Exception:
                self.abandon()
                return None

    def _is_ours(self):
        if self._is_open and _identity(self._socket.fileno()) == self._identity:
            return True
        self.abandon()
        return False

    def _write(self, view):
        while view.nbytes:
            part = view[: 1 << 20]
            view = view[self._patiently(lambda part=part: self._socket.send(part, _NO_SIGNAL)) :]

    def _read(self):
        length, values = _HEAD.unpack(self._read_exactly(_HEAD.size))
        if length > _TEXT_LIMIT or values:
            raise ValueError(f"a reply of {length} and {values} bytes")
        reply = json.loads(self._read_exactly(length))
        if not isinstance(reply, dict):
            raise ValueError("a reply is an object")
        return reply

    def _read_exactly(self, count):
        parts = bytearray()
        while len(parts) < count:
            size = min(count - len(parts), 1 << 20)
            part = self._patiently(lambda size=size: self._socket.recv(size))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def _patiently(self, act):
        """Seconds are counted, not looked up: both processes may have been stopped for long, as by Ctrl-Z."""
        for _ in range(self._patience):
            try:
                return act()
            except socket.timeout:  # noqa: PERF203, UP041 – TimeoutError only since Python 3.10
                continue
        raise TimeoutError


# A script may have SIGPIPE end it, as command line tools do.
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)


def _moved(descriptor):
    try:
        import fcntl
    except ImportError:
        os.set_inheritable(descriptor, False)
        return descriptor
    try:
        own = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _LOWEST_DESCRIPTOR)
    except OSError:  # The limit of open files is lower.
        own = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, descriptor + 1)
    os.close(descriptor)
    return own


def _identity(descriptor):
    try:
        facts = os.fstat(descriptor)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino, facts.st_mode


def _undivided(work):
    """Does `work` where no signal handler of the script runs: an interrupt is raised here once it is done.

    A thread of `_thread` is not counted by `threading`; it ends before this returns.
    """
    result = []
    done = _thread.allocate_lock()
    done.acquire()

    def run():
        try:
            result.append(work())
        except BaseException:
            result.append(None)
        finally:
            done.release()

    try:
        _thread.start_new_thread(run, ())
    except RuntimeError:  # The interpreter ends, and starts no threads any more.
        return work()
    raised = None
    while True:
        try:
            done.acquire()
            break
        except BaseException as error:
            raised = raised or error
            if result:
                break
    if raised is not None:
        raise raised
    return result[0] if result else None
