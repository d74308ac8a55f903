"""Stands for the recorder in Node.js: starts a script as the launcher does, plans, and collects what comes."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "python"
HEAD = struct.Struct("<IQ")


class FakeNode:
    """`record(epoch, is_last)` says which epochs are wanted."""

    def __init__(
        self,
        probes=20,
        batch=8,
        readings=1,
        training=5,
        record=lambda epoch, is_last: True,
        dies_after=None,
        source=SOURCE,
    ):
        self.probes, self.batch, self.readings, self.training = probes, batch, readings, training
        self.record, self.dies_after, self.source = record, dies_after, source
        self.frames = []
        self.here, self.there = socket.socketpair()

    def run(
        self, script, *arguments, workspace=None, python=sys.executable, environment=None, timeout=120, command=None
    ):
        descriptor = self.there.fileno()
        own = {**os.environ, **(environment or {}), **self.environment(workspace or Path(script).parent)}
        reader = threading.Thread(target=self.read_all)
        reader.start()
        process = subprocess.Popen(
            command or [python, str(script), *arguments],
            env=own,
            pass_fds=[descriptor],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.process = process
        self.there.close()
        try:
            self.stdout, self.stderr = process.communicate(timeout=timeout)
        finally:
            process.kill()
            reader.join(20)
            self.here.close()
        self.code = process.returncode
        return self

    def environment(self, workspace):
        """Variables by which the recorder in Python starts."""
        settings = {"descriptor": self.there.fileno(), "version": 1, "pythonPath": os.environ.get("PYTHONPATH")}
        settings |= {"workspace": str(workspace), "probes": self.probes, "size": None, "seed": 0}
        settings["batchesPerEpoch"] = 100
        previous = os.environ.get("PYTHONPATH")
        path = str(self.source / "inject") + (os.pathsep + previous if previous else "")
        return {"CNNSLICER_PYTHON_RECORDER": json.dumps(settings), "PYTHONPATH": path}

    def read_all(self):
        """Collects and answers until the script's end of the socket is closed."""
        try:
            while True:
                length, size = HEAD.unpack(self._exactly(HEAD.size))
                message = json.loads(self._exactly(length))
                values = self._exactly(size)
                self.frames.append((message, values))
                if self.dies_after is not None and len(self.frames) >= self.dies_after:
                    self.here.shutdown(socket.SHUT_RDWR)
                    return
                self._answer(message)
        except (EOFError, OSError):
            return

    def _answer(self, message):
        if message["type"] == "begin":
            self._send(self._plan(message))
        if message["type"] == "epoch":
            wanted = bool(self.record(message["epoch"], message["isLast"]))
            self._send({"type": "record", "run": message["run"], "record": wanted})

    def _plan(self, begin):
        validation, training = begin["validation"]["kept"], begin["training"]["kept"]
        probes = [["validation", place] for place in range(min(validation, self.probes))]
        probes += [["training", place] for place in range(min(training, self.probes - len(probes)))]
        plan = {"type": "plan", "run": begin["run"], "probes": probes, "readings": self.readings}
        return {**plan, "training": list(range(min(training, self.training))), "batchSize": self.batch}

    def _send(self, message):
        text = json.dumps(message).encode()
        self.here.sendall(HEAD.pack(len(text), 0) + text)

    def _exactly(self, count):
        parts = bytearray()
        while len(parts) < count:
            part = self.here.recv(min(count - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def of(self, kind, run=None):
        return [
            (message, values)
            for message, values in self.frames
            if message["type"] == kind and (run is None or message.get("run") == run)
        ]

    def messages(self, kind, run=None):
        return [message for message, _ in self.of(kind, run)]

    def begin(self, run=0):
        (message,) = self.messages("begin", run)
        return message

    def epochs(self, run=0):
        """Numbers of the epochs that were committed."""
        return [message["epoch"] for message in self.messages("commit", run)]

    def weights(self, epoch, run=0):
        """Bytes of all weights as they were recorded at an epoch."""
        for message, values in self.of("commit", run):
            if message["epoch"] == epoch:
                return values[message["answers"] * 4 :]
        raise KeyError(epoch)
