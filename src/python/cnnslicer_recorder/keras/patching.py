"""Hooks before and after methods of Keras."""

from __future__ import annotations

import functools
import sys

from ..guard import guarded


def before(cls, name, hook):
    """`hook(frame of the caller, self, …)` before each call of a method."""
    original, hook = vars(cls)[name], guarded(hook)

    @functools.wraps(original)
    def method(self, *args, **kwargs):
        hook(sys._getframe(1), self, *args, **kwargs)
        return original(self, *args, **kwargs)

    setattr(cls, name, method)


def after(cls, name, hook):
    original, hook = vars(cls)[name], guarded(hook)

    @functools.wraps(original)
    def method(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        hook(sys._getframe(1), self, *args, **kwargs)
        return result

    setattr(cls, name, method)


def locals_of(frame, function):
    """Variables of the method of Keras that calls the callbacks; None: it is another that does."""
    for _ in range(4):
        if frame is None:
            return None
        if frame.f_code.co_name == function:
            return dict(frame.f_locals)
        frame = frame.f_back
    return None
