"""What differs between Keras 3's backends, and between Keras 3 and tf.keras 2: tensors, variables, classes."""

from __future__ import annotations

import contextlib
import sys

from . import layers
from .forward import flatten


class Keras3:
    """Keras 3 on TensorFlow, torch or JAX."""

    def __init__(self, keras):
        from keras.src import backend
        from keras.src.layers.layer import Layer
        from keras.src.ops.operation import Operation

        self.keras, self.backend = keras, backend
        self.version = keras.__version__
        self.engine = backend.backend()
        self.layer_class, self.model_class = Layer, keras.Model
        self.called_classes = (Operation, Layer)
        self.constructed_class = Operation

    @property
    def engine_module(self):
        return sys.modules.get(
            {"tensorflow": "tensorflow", "torch": "torch", "jax": "jax"}.get(self.engine, self.engine)
        )

    def engine_description(self):
        module, threads, device = self.engine_module, 0, "cpu"
        with contextlib.suppress(Exception):
            if self.engine == "torch":
                threads = int(module.get_num_threads())
                device = str(self.backend.torch.get_device())
            elif self.engine == "jax":
                device = str(module.default_backend())
            elif module.config.list_physical_devices("GPU"):
                device = "gpu"
        return {
            "name": self.engine,
            "version": str(getattr(module, "__version__", "")),
            "threads": threads,
            "device": device,
        }

    def default_format(self):
        first = self.keras.config.image_data_format() == "channels_first"
        return "channelsFirst" if first else "channelsLast"

    # Layers

    def is_layer(self, operation):
        return isinstance(operation, self.layer_class)

    def is_input(self, operation):
        return isinstance(operation, self.keras.layers.InputLayer)

    def is_graph(self, operation):
        """A functional or sequential model: its output is one of its layers'."""
        return hasattr(operation, "_run_through_graph") or isinstance(operation, self.keras.Sequential)

    def is_container(self, operation):
        """Its layers are recorded. Those that Keras' own layers have inside are part of these."""
        if isinstance(operation, self.model_class):
            return True
        if not self.is_layer(operation) or not self.sublayers(operation):
            return False
        owner = next(cls for cls in type(operation).__mro__ if "call" in vars(cls))
        return not layers.is_framework_class(owner)

    def sublayers(self, layer):
        return layer._flatten_layers(include_self=False, recursive=False)

    def all_layers(self, model):
        return list(model._flatten_layers())

    def is_built(self, model):
        return all(layer.built for layer in model._flatten_layers()) and bool(model.weights)

    def fixed_batch(self, model):
        """The only batch size that the model takes; None: any."""
        inputs = getattr(model, "inputs", None) or []
        shape = getattr(inputs[0], "shape", None) if inputs else None
        if shape is None or not len(shape) or shape[0] is None:
            return None
        return int(shape[0])

    def input_shapes(self, model):
        """Shapes of the inputs without the batch axis, where the model says; else None."""
        inputs = getattr(model, "inputs", None)
        return [tuple(t.shape)[1:] for t in inputs] if inputs else None

    def call(self, model, arguments):
        if model._call_has_training_arg:
            return model(arguments, training=False)
        return model(arguments)

    # Tensors

    def first_tensor(self, output):
        return next((leaf for leaf in flatten(output) if hasattr(leaf, "shape") and hasattr(leaf, "dtype")), None)

    def is_float(self, tensor):
        return "float" in str(tensor.dtype)

    def to_tensor(self, values):
        """As `fit` does: floating point numbers get Keras' own type."""
        if values.dtype.kind == "f":
            values = values.astype(self.float_type(), copy=False)
        return self.backend.convert_to_tensor(values)

    def to_numpy(self, tensor):
        """Float32, in C order."""
        import numpy

        if self.engine == "torch" and hasattr(tensor, "detach"):
            torch = self.engine_module
            tensor = tensor.detach().to("cpu", torch.float32).contiguous().numpy()
        elif self.engine == "tensorflow" and hasattr(tensor, "numpy"):
            tensor = tensor.numpy()
        return numpy.ascontiguousarray(numpy.asarray(tensor), dtype=numpy.float32)

    def sample_array(self, values):
        """An array, a tensor or a list of samples as NumPy array of what `fit` makes of it; None: no numbers."""
        import numpy

        if isinstance(values, numpy.ndarray):
            array = values
        elif hasattr(values, "detach"):
            array = values.detach().cpu().numpy()
        elif hasattr(values, "to_numpy"):
            array = values.to_numpy()
        elif hasattr(values, "numpy") and not hasattr(values, "to_tensor"):
            array = values.numpy()
        elif hasattr(values, "__array__"):
            array = numpy.asarray(values)
        else:
            return None
        return array if array.dtype.kind in "biuf" or "float" in str(array.dtype) else None

    def float_type(self):
        return self.keras.config.floatx() if self.keras.config.floatx() != "bfloat16" else "float32"

    # Weights

    def weights(self, model):
        return list(model.weights)

    def is_weight(self, model, variable):
        return any(variable is weight for weight in model.weights)

    def copy(self, variable):
        value = variable.value if not callable(variable.value) else variable.value()
        if self.engine == "torch":
            return value.detach().clone()
        if self.engine == "jax":
            # A copy: a view, or a value cached on the array, would keep JAX from giving the buffer away.
            return self.engine_module.numpy.array(value, copy=True)
        tf = self.engine_module
        with tf.init_scope():
            return tf.identity(value)

    def copy_state(self, model):
        """Each weight with its value: their order may change while a model is built."""
        return [(variable, self.copy(variable)) for variable in self.weights(model)]

    def values(self, model, state):
        """By variable's id; of variables that `state` lacks, and if it is None, the value now."""
        known = {id(variable): value for variable, value in state or ()}
        for variable in self.weights(model):
            if id(variable) not in known:
                known[id(variable)] = self.copy(variable)
        return known

    @contextlib.contextmanager
    def weights_of(self, model, state):
        """The model computes with the weights of `state`; nothing that it assigns stays."""
        from keras.src.backend.common.stateless_scope import StatelessScope

        with StatelessScope(state_mapping=state or [], initialize_variables=False):
            yield

    @contextlib.contextmanager
    def undisturbed(self):
        from keras.src.backend.common.global_state import GLOBAL_STATE_TRACKER

        table = vars(GLOBAL_STATE_TRACKER)
        before = dict(table)
        names = dict(before.get("object_name_uids") or {})
        try:
            with engines_undisturbed():
                yield
        finally:
            for name in [name for name in table if name not in before]:
                del table[name]
            table.update(before)
            if "object_name_uids" in before:
                before["object_name_uids"].clear()
                before["object_name_uids"].update(names)


class Legacy(Keras3):
    """tf.keras 2: the package tf_keras, or TensorFlow's own up to 2.15."""

    def __init__(self, keras, package):
        import importlib

        base = importlib.import_module(f"{package}.src.engine.base_layer")
        self.keras, self.package = keras, package
        self.version = keras.__version__
        self.engine = "tensorflow"
        self.layer_class, self.model_class = base.Layer, keras.Model
        self.called_classes = (base.Layer,)
        self.constructed_class = base.Layer

    def default_format(self):
        first = self.keras.backend.image_data_format() == "channels_first"
        return "channelsFirst" if first else "channelsLast"

    def float_type(self):
        return self.keras.backend.floatx()

    def all_layers(self, model):
        return [layer for layer in model._flatten_layers() if isinstance(layer, self.layer_class)]

    def sublayers(self, layer):
        return list(layer._flatten_layers(recursive=False, include_self=False))

    def is_graph(self, operation):
        return hasattr(operation, "_run_internal_graph") and hasattr(operation, "_nodes_by_depth")

    def is_built(self, model):
        try:
            return bool(model.built and model.weights)
        except ValueError:  # no weights yet
            return False

    def call(self, model, arguments):
        if getattr(model, "_expects_training_arg", True):
            return model(arguments, training=False)
        return model(arguments)

    def to_tensor(self, values):
        if values.dtype.kind == "f":
            values = values.astype(self.float_type(), copy=False)
        return self.engine_module.convert_to_tensor(values)

    def copy(self, variable):
        tf = self.engine_module
        with tf.init_scope():
            return tf.identity(variable.read_value() if hasattr(variable, "read_value") else variable)

    @contextlib.contextmanager
    def weights_of(self, model, state):
        now = self.copy_state(model)
        try:
            for variable, value in state or ():
                variable.assign(value)
            yield
        finally:
            for variable, value in now:
                variable.assign(value)

    @contextlib.contextmanager
    def undisturbed(self):
        with engines_undisturbed():
            yield


@contextlib.contextmanager
def engines_undisturbed():
    """Generators of the engines that are loaded are as before; torch keeps no gradients."""
    with contextlib.ExitStack() as stack:
        torch = sys.modules.get("torch")
        if torch is not None and hasattr(torch, "get_rng_state") and hasattr(torch, "no_grad"):
            stack.callback(torch.set_rng_state, torch.get_rng_state())
            if torch.cuda.is_initialized():
                stack.callback(torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all())
            stack.enter_context(torch.no_grad())
        eager = sys.modules.get("tensorflow.python.eager.context")
        if eager is not None:
            context = eager.context()
            generator = getattr(context, "_rng", None)
            if generator is not None:
                stack.callback(generator.setstate, generator.getstate())
        yield
