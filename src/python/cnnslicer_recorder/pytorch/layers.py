"""What is told of layers: class, settings, axes, weights and who feeds whom."""

import inspect

_SPATIAL = {"1d": "W", "2d": "HW", "3d": "DHW"}
_LAST = ("Linear", "LayerNorm", "RMSNorm", "Embedding", "MultiheadAttention", "GRU", "LSTM", "RNN", "Bilinear")
_FIRST = ("Conv", "BatchNorm", "InstanceNorm", "GroupNorm", "Pool", "Upsample", "Pixel", "ReflectionPad", "ZeroPad")


class Origins:
    """Which layers a tensor comes from, while one pass is described. Tensors are held: ids are not used again."""

    def __init__(self, torch):
        self._torch = torch
        self._held = []
        self._layers = {}

    def of(self, given):
        found = set()
        for tensor in self._tensors(given):
            found |= self._layers.get(id(tensor), set())
        return found

    def passes_on(self, args, kwargs, output):
        found = self.of((args, kwargs))
        for tensor in self._tensors(output):
            self._held.append(tensor)
            self._layers[id(tensor)] = self._layers.get(id(tensor), set()) | found

    def set(self, output, layers):
        for tensor in self._tensors(output):
            self._held.append(tensor)
            self._layers[id(tensor)] = set(layers)

    def _tensors(self, value):
        if isinstance(value, self._torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            for part in value:
                yield from self._tensors(part)
        elif isinstance(value, dict):
            for part in value.values():
                yield from self._tensors(part)


def class_name(torch, module):
    parametrize = torch.nn.utils.parametrize
    return _class(parametrize, module).__name__


def _class(parametrize, module):
    return parametrize.type_before_parametrizations(module)


def base_names(torch, module):
    """Nearest first, up to the framework's own; none of a class of the framework."""
    kind = _class(torch.nn.utils.parametrize, module)
    if kind.__module__.startswith("torch."):
        return []
    names = []
    for base in kind.__mro__[1:]:
        if base is object:
            break
        names.append(base.__name__)
        if base.__module__.startswith("torch."):
            break
    return names[:50]


def settings_of(module):
    """Public attributes that are numbers, texts, or lists of them."""
    found = {}
    for name, value in module.__dict__.items():
        if name.startswith("_") or name == "training":
            continue
        plain = _plain(value)
        if plain is not _NOT:
            found[name] = plain
    if "bias" in module._parameters and "Norm" not in type(module).__name__:
        found["bias"] = module._parameters["bias"] is not None
    return found


def settings_of_call(torch, function, args, kwargs):
    """Arguments of a function that are no tensors, by their names."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
        named = dict(bound.arguments)
    except (TypeError, ValueError):
        named = {**{f"argument{place}": value for place, value in enumerate(args)}, **kwargs}
    values = {name: _plain(value) for name, value in named.items() if value is not None}
    return {name: value for name, value in values.items() if value is not _NOT and not name.startswith("_")}


_NOT = object()


def _plain(value):
    if value is None or isinstance(value, (bool, str)):
        return value if not isinstance(value, str) or len(value) <= 200 else _NOT
    if isinstance(value, (int, float)):
        return _finite(value)
    if isinstance(value, (list, tuple)) and len(value) <= 16:
        parts = [_plain(part) for part in value]
        return _NOT if any(part is _NOT or isinstance(part, list) for part in parts) else parts
    return _NOT


def _finite(value):
    if isinstance(value, bool) or abs(value) < 2**53:
        return value if type(value) in (int, float, bool) else _NOT
    return _NOT  # NaN and infinities as well.


def weights_of(torch, module):
    """[(name in the module, tensor, layout)]: parameters, then buffers, of numbers."""
    kind = class_name(torch, module)
    parts = [*module.named_parameters(remove_duplicate=False), *module.named_buffers(remove_duplicate=False)]
    return [(name, part, _layout(kind, name, part)) for name, part in parts if part.is_floating_point()]


def _layout(kind, name, tensor):
    """A letter an axis."""
    if tensor.ndim == 1:
        return "O" if name == "bias" and not kind.endswith(("Norm", "Norm1d", "Norm2d", "Norm3d")) else "C"
    if name != "weight" and not name.endswith(("original", "original1", "weight_orig", "weight_v")):
        return None
    for size, axes in _SPATIAL.items():
        if kind.endswith(size) and "Conv" in kind and tensor.ndim == 2 + len(axes):
            return ("IO" if "Transpose" in kind else "OI") + axes
    return "OI" if kind.endswith("Linear") and tensor.ndim == 2 else None


def axis_format(torch, called, inputs):
    """'channelsFirst' or 'channelsLast': by the layer's kind, by its inputs, or turned round by a transposition."""
    if called.module is not None:
        names = [class_name(torch, called.module), *base_names(torch, called.module)]
        if any(name.startswith(_LAST) or "Linear" in name for name in names):
            return "channelsLast"
        if any(part in name for name in names for part in _FIRST):
            return "channelsFirst"
    elif called.function.startswith(("conv", "batch_norm", "max_pool", "avg_pool", "adaptive", "interpolate")):
        return "channelsFirst"
    elif called.function in ("linear", "layer_norm", "scaled_dot_product_attention", "multi_head_attention_forward"):
        return "channelsLast"
    inherited = inputs[0]["format"] if inputs else "channelsFirst"
    if called.function in ("transpose", "permute", "swapaxes", "movedim") and _moves_channels(called, inherited):
        return "channelsLast" if inherited == "channelsFirst" else "channelsFirst"
    return inherited


def _moves_channels(called, inherited):
    args, kwargs = called.given
    order = [value for value in [*args[1:], *kwargs.values()]]
    order = list(order[0]) if order and isinstance(order[0], (tuple, list)) else order
    rank = called.output.ndim
    if not all(isinstance(axis, int) for axis in order):
        return False
    channel = 1 if inherited == "channelsFirst" else rank - 1
    order = [axis % rank for axis in order]
    if called.function == "permute":
        return len(order) == rank and order[channel] != channel
    return channel in order


def describe(torch, calls, root, sources, first):
    """`first`, the input, and the layers of one pass: (Called, (span, span asked at), places of inputs) of each."""
    names = {id(module): name.replace("_orig_mod.", "") for name, module in root.named_modules()}
    taken = {first["name"]: 1}
    seen = set()
    layers = [first]
    for called, spots, inputs in calls:
        layer = _layer(torch, called, spots, names, sources)
        count = taken[layer["name"]] = taken.get(layer["name"], 0) + 1
        if count > 1:
            layer["name"] = f"{layer['name']}#{count}"
        layer["inputs"] = sorted(inputs)
        layer["format"] = axis_format(torch, called, [layers[index] for index in layer["inputs"]])
        owned = called.module is not None and id(called.module) not in seen
        weights = weights_of(torch, called.module) if owned else []
        if called.module is not None:
            seen.add(id(called.module))
        layer["trainable"] = any(part.requires_grad for _, part, _ in weights)
        layer["weights"] = [{"name": n, "shape": list(part.shape), "layout": layout} for n, part, layout in weights]
        layers.append(layer)
    return layers


def _layer(torch, called, spots, names, sources):
    shape = list(called.output.shape[1:])
    common = {"outputShape": shape, "activation": None, "calledAt": spots[0]}
    if called.module is not None:
        source, asked = sources(called.module)
        name = names.get(id(called.module)) or class_name(torch, called.module)
        kinds = {"className": class_name(torch, called.module), "bases": base_names(torch, called.module)}
        config = settings_of(called.module)
        return {"name": name, **kinds, **common, "source": source, "askedAt": asked, "config": config}
    inside = names.get(id(called.inside), "")
    short = called.function
    name = f"{inside}.{short}" if inside else short
    config = settings_of_call(torch, called.options, *called.given)
    return {
        **{"name": name, "className": short, "bases": [], **common},
        **{"source": spots[0], "askedAt": spots[1], "config": config},
    }


def input_layer(shape, first_format="channelsFirst"):
    return {
        **{"name": "input", "className": "Input", "bases": [], "outputShape": list(shape), "format": first_format},
        **{"trainable": False, "activation": None, "inputs": [], "config": {}, "source": None, "calledAt": None},
        **{"askedAt": None, "weights": []},
    }
