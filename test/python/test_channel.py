"""The channel gives up a process that takes or gives nothing, in bounded time, and takes no reply that is none."""

import socket
import struct
import time

import pytest

from fake_node import SOURCE

LIMIT = 20


@pytest.fixture
def ends(monkeypatch):
    """The channel in this process, and the other end of its socket."""
    monkeypatch.syspath_prepend(str(SOURCE))
    from cnnslicer_recorder.channel import Channel

    here, there = socket.socketpair()
    channel = Channel(there.detach(), patience=1)
    yield channel, here
    channel.abandon()
    here.close()


@pytest.mark.parametrize("size", [0, 1 << 22], ids=["small", "large"])
def test_nobody_is_waited_for_without_end(ends, size):
    channel, _ = ends
    start = time.monotonic()
    while channel.open:
        channel.send({"type": "notice"}, bytes(size))
        assert time.monotonic() - start < LIMIT


def test_a_reply_is_not_waited_for_without_end(ends):
    channel, _ = ends
    assert channel.ask({"type": "epoch"}) is None
    assert not channel.open


@pytest.mark.parametrize(
    ("length", "values", "text"),
    [
        (2, 0, b"[]"),
        (2**32 - 1, 0, b"{}"),
        (2, 2**63, b"{}"),
        (1, 0, b"{"),
        (200_000, 0, b"[" * 200_000),
        (4, 0, b"null"),
    ],
)
def test_what_is_no_reply_ends_the_recording(ends, length, values, text):
    channel, here = ends
    here.sendall(struct.pack("<IQ", length, values) + text)
    assert channel.ask({"type": "epoch"}) is None
    assert not channel.open
