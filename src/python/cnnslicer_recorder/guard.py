"""Keeps every fault of the recorder from the script: after the first one recording ends, and nothing is raised."""

import contextlib
import functools
import signal
import traceback

_on_fault = []
_state = {"over": False}


def is_over():
    """Whether recording has ended for good; every hook then does nothing."""
    return _state["over"]


def on_fault(tell):
    """`tell(text)` is called once, when recording ends by a fault."""
    _on_fault.append(tell)


def fault(error):
    """Ends recording. Raises `error` again if a signal handler of the script raised it inside our code."""
    if is_from_signal(error):
        raise error
    if is_over():
        return
    _state["over"] = True
    where = traceback.extract_tb(error.__traceback__)
    place = f" ({where[-1].filename}:{where[-1].lineno})" if where else ""
    told = f"Recording failed: {in_words(error)}{place}. The script goes on unrecorded."
    for tell in _on_fault:
        tell(told[:4000])


def in_words(error):
    """Exceptions of a script may be unable to say what they are."""
    try:
        return f"{type(error).__name__}: {error}"[:4000]
    except Exception:
        return type(error).__name__


def guarded(function):
    """A hook that returns None, and ends recording, where it would have raised."""

    @functools.wraps(function)
    def hook(*given, **named):
        if _state["over"]:
            return None
        try:
            return function(*given, **named)
        except Exception as error:
            try:
                fault(error)
            except Exception as raised:
                if raised is error:
                    raise
                _state["over"] = True
            return None

    return hook


def quietly(function):
    """The same for what is called when recording has ended, too."""

    @functools.wraps(function)
    def call(*given, **named):
        with contextlib.suppress(Exception):
            return function(*given, **named)

    return call


def is_from_signal(error):
    """Whether a handler that the script set with `signal.signal` raised this, such as a time limit's."""
    handlers = {
        handler.__code__ for handler in map(signal.getsignal, signal.valid_signals()) if hasattr(handler, "__code__")
    }
    return any(frame.f_code in handlers for frame, _ in traceback.walk_tb(error.__traceback__))
