"""Gives scripts that are recorded replies that are none: `garbled_replies.py [--most N]`. Prints the trials as JSON.

Each reply is the first, that with the plan, or a later one, which says whether an epoch is wanted. What a script
computes and prints is what it does unrecorded, and it ends as soon.
"""

import argparse
import json
import shutil
import struct
import sys
import tempfile
import time
from pathlib import Path

from every_function import Forks, copy_of_recorder, spread
from fake_node import HEAD, FakeNode

# Seconds that a script may take longer than unrecorded.
LONGER = 20


def framed(text, length=None, values=0):
    return struct.pack("<IQ", len(text) if length is None else length, values) + text


def garbled(plan):
    """Name and bytes of each; `plan` is the reply that would be right."""
    right = json.dumps(plan).encode()
    yield from {
        "nothing": b"",
        "half a head": HEAD.pack(5, 0)[:7],
        "half a text": framed(right)[:-3],
        "4 GiB of text": framed(right, 2**32 - 1),
        "values": framed(right, values=2**20),
        "2^63 values": framed(right, values=2**63),
        "2^64 values": framed(right, values=2**64 - 1),
        "no text": framed(b""),
        "no JSON": framed(b"{"),
        "no UTF-8": framed(b"\xff\xfe\xfd"),
        "zeros": bytes(4096),
        "deep lists": framed(b"[" * 100_000),
        "a deep object": framed(b'{"type":' * 50_000),
        "twice": framed(right) + framed(right),
    }.items()
    for text in (b"null", b"[]", b"0", b'"plan"', b"true", b"{}", b'{"type":"plan"}', b'{"type":7}', b"NaN", b"1e999"):
        yield text.decode(), framed(text)
    hostile = [None, -1, 0, 1.5, 10**9, 2**53, "x", [], {}, [[]], [None], [-1], [10**9], [["none", 0]], [["training"]]]
    hostile += [[["training", -1]], [["training", 10**9]], [["training", "0"]], [["training", 0]] * 100_000, True]
    for name in plan:
        yield f"without {name}", framed(json.dumps({key: plan[key] for key in plan if key != name}).encode())
        for value in hostile:
            text = json.dumps(value)
            yield f"{name} = {text[:40]}", framed(json.dumps({**plan, name: value}).encode())


class Garbling(FakeNode):
    """Replies with `reply` in the place of the right one to the question of that number, and closes its end or not."""

    def __init__(self, number, reply, **options):
        super().__init__(**options)
        self._number, self._reply = number, reply
        self.right = None

    def _send(self, message):
        self._number -= 1
        if self._number >= 0:
            super()._send(message)
        elif self._number == -1:
            self.right = message
            if self._reply is None:
                super()._send(message)
            else:
                self.here.sendall(self._reply)
                self.here.shutdown(1)
        # Then it says nothing, and takes what comes.


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=sys.maxsize)
    most = parser.parse_args().most
    place = Path(tempfile.mkdtemp())
    folder = place / "python"
    copy_of_recorder(folder, False)
    forks = Forks("pytorch", folder, place)
    start = time.monotonic()
    alone = forks.bare("plain")
    seconds = time.monotonic() - start
    cases = []
    for number in (0, 1, 3):
        node = Garbling(number, None, source=folder)
        forks.told_by(node, "plain")
        cases += [(number, *case) for case in garbled(node.right)]
    tried, violations = spread(cases, most), []
    for number, name, reply in tried:
        start = time.monotonic()
        outcome = forks.told_by(Garbling(number, reply, source=folder), "plain")
        difference = outcome.differs_from(alone)
        if difference is None and time.monotonic() - start > 2 * seconds + LONGER:
            difference = f"it took {time.monotonic() - start:.0f} s"
        if difference:
            violations.append(f"reply {number}, {name}: {difference}")
            print(violations[-1], file=sys.stderr, flush=True)
    print(json.dumps({"trials": len(tried), "violations": violations}))
    shutil.rmtree(place)


main()
