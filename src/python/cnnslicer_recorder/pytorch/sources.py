"""Where modules are constructed. A side table: modules are pickled, and must not have attributes of ours."""

import sys
import weakref

from ..guard import guarded


class Sources:
    def __init__(self, recorder):
        self._recorder = recorder
        self._places = recorder.places
        self._known = {}

    def of(self, module):
        """(span, span asked at), each or None."""
        entry = self._known.get(id(module))
        return entry[1] if entry is not None and entry[0]() is module else (None, None)

    def constructed(self, module, frame):
        self._recorder.layer_count += 1
        self._note(module, self._places.construction(module, frame))

    def copied(self, module, frame):
        """Copies run no constructor: one has the lines of what `copy.deepcopy` copied."""
        while frame is not None and frame.f_code.co_name != "_reconstruct":
            frame = frame.f_back
        if frame is None or not frame.f_code.co_filename.endswith("copy.py"):
            return
        original = frame.f_locals.get("x")
        if id(original) in self._known:
            self._note(module, self.of(original))

    def _note(self, module, spans):
        key = id(module)
        known = self._known
        self._known[key] = (weakref.ref(module, guarded(lambda gone: known.pop(key, None))), spans)


def watch_constructions(torch, sources, meanwhile):
    """`meanwhile()` is called at each construction."""
    Module = torch.nn.Module
    construct, restore = Module.__init__, Module.__setstate__
    constructed, copied = guarded(sources.constructed), guarded(sources.copied)

    def __init__(self, *args, **kwargs):
        construct(self, *args, **kwargs)
        constructed(self, sys._getframe(1))
        meanwhile()

    def __setstate__(self, state):
        restore(self, state)
        copied(self, sys._getframe(1))

    for own, original in ((__init__, construct), (__setstate__, restore)):
        own.__wrapped__ = original
        own.__doc__ = original.__doc__
        own.__qualname__ = original.__qualname__
        own.__module__ = original.__module__
    Module.__init__, Module.__setstate__ = __init__, __setstate__
