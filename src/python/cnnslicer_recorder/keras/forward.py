"""One pass of the model that leaves no trace, in which every layer tells its output."""

from __future__ import annotations

import contextlib
import io
import random
import sys
import threading

from . import layers

# Functions that only look at a tensor, or give it another type.
_NO_LAYERS = {
    *{"cast", "convert_to_numpy", "convert_to_tensor", "copy", "dtype", "is_tensor", "ndim", "shape", "size"},
    "stop_gradient",
}
# Where scripts find the functions that they call between layers.
_FUNCTION_MODULES = (
    "keras.ops",
    "keras.activations",
    "keras._tf_keras.keras.ops",
    "keras._tf_keras.keras.activations",
    "tf_keras.activations",
    "tensorflow._api.v2.nn",
    "jax.nn",
    "torch.nn.functional",
)


class Seen:
    """A layer, or a function, called in a pass."""

    __slots__ = (
        *("name", "operation", "class_name", "is_layer", "is_container"),
        *("again", "sources", "shape", "called_at"),
    )


def flatten(structure):
    """Leaves of lists, tuples and dictionaries; None is no leaf."""
    if isinstance(structure, dict):
        return [leaf for value in structure.values() for leaf in flatten(value)]
    if isinstance(structure, (list, tuple)):
        return [leaf for value in structure for leaf in flatten(value)]
    return [] if structure is None else [structure]


def rebuild(structure, leaves):
    """`structure` with its leaves replaced by those that the iterator `leaves` gives."""
    if isinstance(structure, dict):
        # A dictionary, whatever its class: constructing another may ask for more.
        return {name: rebuild(value, leaves) for name, value in structure.items()}
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*[rebuild(value, leaves) for value in structure])
    if isinstance(structure, (list, tuple)):
        return type(structure)([rebuild(value, leaves) for value in structure])
    return None if structure is None else next(leaves)


class _Call:
    __slots__ = ("operation", "name", "is_leaf", "sources", "first")

    def __init__(self, operation, name, is_leaf, sources, first):
        self.operation, self.name, self.is_leaf = operation, name, is_leaf
        self.sources, self.first = sources, first


class Tracer:
    """Sees the calls of one pass. `found(seen, output)` is called for every layer that has an output of its own.

    `batch`: samples in the pass; outputs without that many are not layers' outputs."""

    def __init__(self, framework, root, batch, found, called_at=None):
        self.framework, self.root, self.batch, self.found = framework, root, batch, found
        self.called_at = called_at
        self.thread = threading.get_ident()
        self.stack = []
        self.counts = {}
        self.seen_operations = set()
        self.places = {}  # of a tensor that is known: the layer that made it
        self.alive = []  # so that no id is given twice
        self.count = 0

    def add_input(self, tensors):
        for tensor in tensors:
            self._know(tensor, self.count)
            self.count += 1

    def _know(self, tensor, place):
        self.places[id(tensor)] = place
        self.alive.append(tensor)

    def _sources(self, args, kwargs):
        known = {self.places[id(t)] for t in flatten([args, kwargs]) if id(t) in self.places}
        if known:
            return sorted(known)
        inside = self.stack[-1] if self.stack else None
        if inside is not None and inside.first == self.count and inside.sources:
            return inside.sources
        return [self.count - 1] if self.count else []

    def layer(self, original, operation, args, kwargs):
        """A layer or an operation is called."""
        if threading.get_ident() != self.thread:
            return original(operation, *args, **kwargs)
        inside = self.stack[-1] if self.stack else None
        if inside is not None and (inside.is_leaf or inside.operation is operation):
            return original(operation, *args, **kwargs)
        framework = self.framework
        is_root = operation is self.root
        is_container = is_root or framework.is_container(operation)
        name = str(getattr(operation, "name", None) or type(operation).__name__)
        if inside is not None and inside.name:
            name = f"{inside.name}/{name}"
        call = _Call(operation, "" if is_root else name, not is_container, self._sources(args, kwargs), self.count)
        self.stack.append(call)
        try:
            output = original(operation, *args, **kwargs)
        finally:
            self.stack.pop()
        if is_root or framework.is_input(operation):
            return output
        leaf = framework.first_tensor(output)
        if leaf is None:
            return output
        if is_container and (framework.is_graph(operation) or id(leaf) in self.places):
            return output
        sources = call.sources
        if is_container and self.count > call.first:
            sources = sorted({*sources, self.count - 1})
        self._add(name, operation, None, is_container, sources, leaf)
        return output

    def function(self, original, name, args, kwargs):
        """A function is called, perhaps between layers."""
        if threading.get_ident() != self.thread:
            return original(*args, **kwargs)
        inside = self.stack[-1] if self.stack else None
        if inside is None or inside.is_leaf:
            return original(*args, **kwargs)
        sources = self._sources(args, kwargs)
        self.stack.append(_Call(None, name, True, sources, self.count))
        try:
            output = original(*args, **kwargs)
        finally:
            self.stack.pop()
        leaf = self.framework.first_tensor(output)
        if leaf is not None and id(leaf) not in self.places:
            path = f"{inside.name}/{name}" if inside.name else name
            self._add(path, None, name, False, sources, leaf)
        return output

    def _add(self, name, operation, function, is_container, sources, leaf):
        framework = self.framework
        shape = tuple(leaf.shape)
        if not shape or shape[0] != self.batch or not framework.is_float(leaf):
            self._forward(leaf, sources)
            return
        seen = Seen()
        n = self.counts[name] = self.counts.get(name, 0) + 1
        seen.name = name if n == 1 else f"{name}#{n}"
        seen.operation = operation
        seen.is_layer = operation is not None and framework.is_layer(operation)
        seen.class_name = function or layers.class_name(operation, seen.is_layer)
        seen.is_container = is_container
        seen.again = operation is not None and id(operation) in self.seen_operations
        self.seen_operations.add(id(operation))
        seen.sources = sources
        seen.shape = tuple(int(d) for d in shape[1:])
        seen.called_at = self.called_at(sys._getframe(2)) if self.called_at else None
        if self.found(seen, leaf):
            self._know(leaf, self.count)
            self.count += 1
        else:
            self._forward(leaf, sources)

    def _forward(self, leaf, sources):
        """What reads an output that is not recorded reads what that was made of."""
        if len(sources) == 1:
            self._know(leaf, sources[0])

    @contextlib.contextmanager
    def watching(self):
        """Calls are seen inside."""
        replaced = []
        try:
            for cls in self.framework.called_classes:
                original = cls.__dict__["__call__"]
                replaced.append((cls, "__call__", original))
                cls.__call__ = _see_layer(self, original)
            for module in map(sys.modules.get, _FUNCTION_MODULES):
                for name, value in list(vars(module).items()) if module is not None else ():
                    if name.startswith("_") or name in _NO_LAYERS or isinstance(value, type):
                        continue
                    if callable(value) and hasattr(value, "__name__"):
                        replaced.append((module, name, value))
                        setattr(module, name, _see_function(self, value, name))
            yield self
        finally:
            for owner, name, original in reversed(replaced):
                setattr(owner, name, original)


def _see_layer(tracer, original):
    def __call__(self, *args, **kwargs):
        return tracer.layer(original, self, args, kwargs)

    return __call__


def _see_function(tracer, original, name):
    def function(*args, **kwargs):
        return tracer.function(original, name, args, kwargs)

    return function


@contextlib.contextmanager
def undisturbed(framework, model):
    """Generators, names, what `call` leaves on the layers, and standard output are as before."""
    python = random.getstate()
    numpy = sys.modules.get("numpy")
    numpy_state = numpy.random.get_state() if numpy is not None else None
    owners = framework.all_layers(model)
    attributes = [(vars(layer), dict(vars(layer))) for layer in owners]
    # warnings.catch_warnings would make warnings that were shown once be shown again.
    import warnings

    quiet = ("ignore", None, Warning, None, 0)
    warnings.filters.insert(0, quiet)
    try:
        with framework.undisturbed(), contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        with contextlib.suppress(ValueError):
            warnings.filters.remove(quiet)
        for table, before in attributes:
            for name in [name for name in table if name not in before]:
                del table[name]
            for name, value in before.items():
                if name not in table or table[name] is not value:
                    table[name] = value
        random.setstate(python)
        if numpy_state is not None:
            numpy.random.set_state(numpy_state)


def run(framework, model, structure, inputs, state, found, called_at=None):
    """The model's outputs to `inputs`, an array for each leaf of `structure`, with the weights of `state`."""
    batch = len(inputs[0])
    with undisturbed(framework, model), framework.weights_of(model, state):
        tensors = [framework.to_tensor(value) for value in inputs]
        tracer = Tracer(framework, model, batch, found, called_at)
        tracer.add_input(tensors)
        arguments = rebuild(structure, iter(tensors))
        with tracer.watching():
            return framework.call(model, arguments)
