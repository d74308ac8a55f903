"""Calls back once a module has been executed.

Finder, spec and loader stay the module's own, and looking for a module (`find_spec`) is no import of it.
"""

import contextlib
import sys

from .guard import guarded


def after_import(hooks):
    """`hooks`: function by module name; each is called once with the module."""
    for name in [name for name in hooks if name in sys.modules]:
        guarded(hooks.pop(name))(sys.modules[name])
    sys.meta_path.insert(0, _AfterImport(hooks))


class _AfterImport:
    def __init__(self, hooks):
        self._hooks = hooks
        self._looking = set()

    @guarded
    def find_spec(self, name, path=None, target=None):
        if name not in self._hooks or name in self._looking:
            return None
        self._looking.add(name)
        try:
            spec = self._find(name, path, target)
        finally:
            self._looking.discard(name)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            self._watch(name, spec.loader)
        return spec

    def _find(self, name, path, target):
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec = find(name, path, target)
            if spec is not None:
                return spec
        return None

    def _watch(self, name, loader):
        """On the instance, for the one module that this loader executes."""
        execute = loader.exec_module

        def exec_module(module):
            with contextlib.suppress(AttributeError):
                del loader.exec_module
            execute(module)
            hook = self._hooks.pop(name, None)
            if not self._hooks and self in sys.meta_path:
                sys.meta_path.remove(self)
            if hook is not None:
                guarded(hook)(module)

        try:
            loader.exec_module = exec_module
        except AttributeError:
            return
