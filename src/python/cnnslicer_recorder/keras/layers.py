"""What a Keras layer or operation is: its class, settings, activation and weights, as plain values."""

from __future__ import annotations

import math
import re

# Axes of a weight, by the class that declares it: I input, O output, M multiplier, C channel.
_KERNELS = {
    "Dense": "IO",
    "Conv1D": "WIO",
    "Conv2D": "HWIO",
    "Conv3D": "DHWIO",
    "Conv1DTranspose": "WOI",
    "Conv2DTranspose": "HWOI",
    "Conv3DTranspose": "DHWOI",
    "DepthwiseConv1D": "WIM",
    "DepthwiseConv2D": "HWIM",
    "SeparableConv1D": "WIM",
    "SeparableConv2D": "HWIM",
}
_ONE_AXIS = {"bias", "gamma", "beta", "moving_mean", "moving_variance"}


def is_framework_class(cls):
    return cls.__module__.split(".", 1)[0] in ("keras", "tf_keras") or cls.__module__.startswith("tensorflow.")


def framework_class(cls):
    """The nearest class that Keras itself defines."""
    return next((c for c in cls.__mro__ if is_framework_class(c)), cls)


def class_name(operation, is_layer):
    """A layer's class; of a function its name."""
    cls = type(operation)
    if cls.__name__ in ("TFOpLambda", "SlicingOpLambda"):
        return str(operation.symbol if hasattr(operation, "symbol") else operation.name).rsplit(".", 1)[-1]
    return cls.__name__ if is_layer else function_name(cls.__name__)


def function_name(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().lstrip("_")


def bases(operation):
    """Classes that it is derived from, nearest first, up to Keras' own."""
    names = []
    if is_framework_class(type(operation)):
        return names
    for cls in type(operation).__mro__[1:]:
        if cls is object:
            break
        names.append(cls.__name__)
        if is_framework_class(cls):
            break
    return names[:50]


def _scalar(value):
    if value is None or isinstance(value, (bool, str)):
        return not isinstance(value, str) or len(value) <= 4096
    if isinstance(value, int):
        return abs(value) < 2**53
    return isinstance(value, float) and math.isfinite(value)


def plain(settings):
    """Those that are scalars, or lists of scalars."""
    kept = {}
    for name, value in settings.items():
        if isinstance(value, (list, tuple)):
            value = list(value)
            if len(value) > 1000 or not all(_scalar(item) for item in value):
                continue
        elif not _scalar(value):
            continue
        kept[str(name)] = value
    return kept


def config(operation, is_layer):
    """Plain settings. Keras' own `get_config`, never one that the script overrides."""
    if not is_layer:
        settings = {k: v for k, v in vars(operation).items() if not k.startswith("_")}
        settings.pop("name", None)
        return plain(settings)
    try:
        settings = framework_class(type(operation)).get_config(operation)
    except Exception:  # a layer without settings that can be written down
        settings = {}
    return plain({k: v for k, v in settings.items() if k not in ("name", "trainable", "dtype")})


def activation(operation):
    """The name of the activation inside it; None for none and for the identity."""
    function = getattr(operation, "activation", None)
    if function is None or not callable(function):
        return None
    name = getattr(function, "__name__", None) or getattr(function, "name", type(function).__name__)
    return None if name in ("linear", "<lambda>") else str(name)


def data_format(operation):
    """ "channelsFirst" or "channelsLast", if it has a say; else None."""
    value = getattr(operation, "data_format", None)
    return {"channels_first": "channelsFirst", "channels_last": "channelsLast"}.get(value)


def variables(operation, is_container):
    """Parameters, then buffers; of a layer with layers inside its own only."""
    if is_container:
        trainable = list(
            getattr(operation, "_trainable_variables", None) or getattr(operation, "_trainable_weights", None) or []
        )
        others = list(
            getattr(operation, "_non_trainable_variables", None)
            or getattr(operation, "_non_trainable_weights", None)
            or []
        )
        found = [*trainable, *others]
    else:
        found = list(getattr(operation, "weights", None) or [])
    found = [v for v in found if not str(getattr(v, "dtype", "")).startswith(("uint", "string", "<dtype: 'string"))]
    first = [v for v in found if getattr(v, "trainable", True)]
    # The trainable flag follows a frozen layer: there the layer's order stands.
    return [*first, *[v for v in found if not any(v is f for f in first)]]


def short_name(variable):
    return str(variable.name).rsplit("/", 1)[-1].split(":", 1)[0]


def layout(operation, variable):
    """A letter an axis; None: unknown."""
    kinds = {c.__name__ for c in type(operation).__mro__ if is_framework_class(c)}
    name, rank = short_name(variable), len(variable.shape)
    if rank == 1:
        return "C" if name in _ONE_AXIS else None
    if name == "pointwise_kernel":
        return {3: "WIO", 4: "HWIO"}.get(rank)
    if name in ("kernel", "depthwise_kernel", "_kernel"):
        for cls in type(operation).__mro__:
            letters = _KERNELS.get(cls.__name__)
            if letters and cls.__name__ in kinds and len(letters) == rank:
                return letters
    return None
