"""A pass of the probes that leaves no trace, in which every layer – a module without modules, or a function that is
called between them – tells its output.
"""

import collections
import contextlib
import random
import sys
import threading
import warnings

# What computes nothing that a person would look at.
_UNSEEN = """
size dim shape get set to cpu cuda float double half detach contiguous item numel expand expand_as type_as
is_floating_point is_complex device dtype argmax argmin max min chunk split unbind type clone stride data_ptr
zeros_like ones_like empty_like new_zeros new_ones full_like rand_like randn_like new_empty new_full new_tensor
tensor_split split_with_sizes requires_grad_ is_cuda backward numpy tolist len setitem bool int index
requires_grad bernoulli bernoulli_ copy_ copy iter
"""
_UNSEEN = frozenset(_UNSEEN.split())
_CONTAINERS = (list, dict, set, collections.deque, collections.OrderedDict, collections.defaultdict)
_TABLES = ("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set")
# Modules of PyTorch that compute with the weights of modules inside themselves.
_WHOLE = ("MultiheadAttention",)


def is_leaf(module, root):
    """Parametrizations (weight norm, spectral norm) are modules inside, and no layers. A model that is one layer of
    PyTorch's is that layer; of one that a script defines, the functions that it calls are."""
    kind = type(module)
    if kind.__module__.startswith("torch.") and kind.__name__.endswith(_WHOLE):
        return True
    if module is root and not kind.__module__.startswith("torch.nn."):
        return False
    return all(name == "parametrizations" for name in module._modules)


class Called:
    """A layer's answer in one pass. `key` is the same in every pass."""

    __slots__ = ("key", "module", "function", "inside", "output", "version", "given", "options")

    def __init__(self, key, output, module=None, function=None, inside=None, given=(), options=None):
        self.key = key
        self.module = module
        self.function = function
        self.inside = inside
        self.output = output
        self.version = output._version
        self.given = given
        self.options = options


def run_pass(torch, root, state, args, kwargs, see, callers=None):
    """The model's output. `see(called)` is told every layer in order, `callers` the frame that calls it as well.

    The caller is inside `undisturbed`. `state` replaces parameters and buffers; None: buffers are copies.
    """
    if state is None:
        state = {name: part.clone() for name, part in root.named_buffers(remove_duplicate=False)}
    with _layers_seen(torch, root, see, callers):
        return torch.func.functional_call(root, state, tuple(args), kwargs, tie_weights=False)


def caller_outside(frame, is_framework):
    """The innermost frame of this pass that is not the framework's; None if the framework itself calls."""
    while frame is not None:
        if frame.f_code is run_pass.__code__:
            return None
        file = frame.f_code.co_filename
        if not file.startswith("<") and not is_framework(file):
            return frame
        frame = frame.f_back
    return None


def tensor_of(torch, output):
    """The first tensor of what a layer returns; None if there is none."""
    if isinstance(output, torch.Tensor):
        return output
    if isinstance(output, (tuple, list)):
        parts = output
    elif hasattr(output, "values") and callable(output.values):
        parts = output.values()
    else:
        return None
    return next((part for part in parts if isinstance(part, torch.Tensor)), None)


@contextlib.contextmanager
def _layers_seen(torch, root, see, callers):  # noqa: C901 – one pass, three kinds of calls
    Module = torch.nn.Module
    original = Module.__call__
    stack = []
    wrapped = getattr(getattr(sys.modules.get("torch._dynamo"), "eval_frame", None), "OptimizedModule", None)

    def told(called, output):
        tensor = tensor_of(torch, output)
        if tensor is None or not tensor.is_floating_point() or not tensor.ndim or tensor.layout != torch.strided:
            return
        called = called(tensor)
        if callers is not None:
            callers(called, sys._getframe(2))
        see(called)

    class Functions(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            output = function(*args, **(kwargs or {}))
            if not stack or not is_leaf(stack[-1], root):
                name = _name_of(function)
                if name not in _UNSEEN:
                    inside = stack[-1] if stack else root
                    key = (id(inside), name)
                    told(lambda tensor: Called(key, tensor, None, name, inside, (args, kwargs or {}), function), output)
                elif callers is not None:
                    callers.passes_on(args, kwargs or {}, output)
            return output

    def __call__(self, *args, **kwargs):
        if wrapped is not None and isinstance(self, wrapped):
            return self._orig_mod(*args, **kwargs)
        is_outer = not stack or not is_leaf(stack[-1], root)
        stack.append(self)
        try:
            output = original(self, *args, **kwargs)
        finally:
            stack.pop()
        if is_outer and is_leaf(self, root):
            told(lambda tensor: Called((id(self), None), tensor, self, None, None, (args, kwargs)), output)
        return output

    Module.__call__ = __call__
    try:
        with Functions():
            yield
    finally:
        Module.__call__ = original


def _name_of(function):
    name = getattr(function, "__name__", None) or str(function)
    bare = name.strip("_")
    return bare if bare else name


@contextlib.contextmanager
def undisturbed(torch, root):
    """Generators, flags, modules, warnings and output are afterwards as they were before."""
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        enter(_quiet())
        enter(_generators(torch, root))
        enter(_backends(torch))
        enter(_modules(torch, root))
        enter(torch.no_grad())
        for device in _device_types(torch):
            enter(torch.autocast(device, enabled=False))
        stance = getattr(torch.compiler, "set_stance", None) if "torch._dynamo" in sys.modules else None
        if stance is not None:
            enter(stance("force_eager"))
        yield


def _device_types(torch):
    return ["cpu", "cuda"] if torch.cuda.is_initialized() else ["cpu"]


@contextlib.contextmanager
def _generators(torch, root):
    """In the pass all generators begin with the same seed, so that an epoch read twice is the same."""
    python, cpu = random.getstate(), torch.get_rng_state()
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    mps = torch.mps.get_rng_state() if _uses_mps(torch, root) else None
    numpy = getattr(sys.modules.get("numpy"), "random", None)
    numbers = numpy.get_state() if hasattr(numpy, "get_state") else None
    own = {
        id(value): (value, value.get_state())
        for module in root.modules()
        for value in module.__dict__.values()
        if isinstance(value, torch.Generator)
    }
    try:
        random.seed(0)
        torch.default_generator.manual_seed(0)
        for index in range(len(cuda or ())):
            torch.cuda.default_generators[index].manual_seed(0)
        yield
    finally:
        random.setstate(python)
        torch.set_rng_state(cpu)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        if mps is not None:
            torch.mps.set_rng_state(mps)
        if numbers is not None:
            numpy.set_state(numbers)
        for generator, state in own.values():
            generator.set_state(state)


def _uses_mps(torch, root):
    return any(part.device.type == "mps" for part in root.parameters())


@contextlib.contextmanager
def _backends(torch):
    cudnn, mha = torch.backends.cudnn, getattr(torch.backends, "mha", None)
    benchmark, fast = cudnn.benchmark, mha.get_fastpath_enabled() if mha else None
    try:
        cudnn.benchmark = False
        if mha:
            mha.set_fastpath_enabled(False)
        yield
    finally:
        cudnn.benchmark = benchmark
        if mha:
            mha.set_fastpath_enabled(fast)


@contextlib.contextmanager
def _modules(torch, root):
    """Not by `eval()`, which scripts override. The script's forward hooks do not run, its pre-hooks do."""
    modules = list(root.modules())
    before = [_ModuleState(module) for module in modules]
    library = torch.nn.modules.module
    hooks = library._global_forward_hooks, library._global_forward_pre_hooks
    try:
        library._global_forward_hooks = collections.OrderedDict()
        library._global_forward_pre_hooks = collections.OrderedDict()
        for module in modules:
            own = module.__dict__
            own["training"] = False
            if own.get("_forward_hooks"):
                own["_forward_hooks"] = collections.OrderedDict()
            if own.get("_compiled_call_impl") is not None:
                own["_compiled_call_impl"] = None
        yield
    finally:
        library._global_forward_hooks, library._global_forward_pre_hooks = hooks
        for state in before:
            try:
                state.restore()
            except Exception:  # noqa: PERF203
                state.restore_all()


class _ModuleState:
    """Attributes of a module, its tables, and the plain containers among its attributes."""

    def __init__(self, module):
        self._own = module.__dict__
        self._attributes = dict(self._own)
        self._contents = [
            (value, value.copy())
            for name, value in self._own.items()
            if name in _TABLES or (type(value) in _CONTAINERS and not name.startswith("_forward"))
        ]

    def restore(self):
        """Touches what has changed alone: the script may be iterating over the rest."""
        own, before = self._own, self._attributes
        for value, content in self._contents:
            if len(value) != len(content) or not _same(value, content):
                value.clear()
                (value.extend if hasattr(value, "extend") else value.update)(content)
        if list(own) != list(before):
            own.clear()
            own.update(before)
            return
        for name, value in before.items():
            if own[name] is not value:
                own[name] = value

    def restore_all(self):
        self._own.clear()
        self._own.update(self._attributes)
        for value, content in self._contents:
            value.clear()
            (value.extend if hasattr(value, "extend") else value.update)(content)


def _same(value, content):
    """Without calling anything of what they hold."""
    if isinstance(value, dict):
        return all(a is b and value[a] is content[b] for a, b in zip(value, content))
    return all(a is b for a, b in zip(value, content))


@contextlib.contextmanager
def _quiet():
    """What `forward` prints or warns of is not printed once more. Filters are changed in place: `catch_warnings`
    would have the script's own warnings shown again."""
    ignore = ("ignore", None, Warning, None, 0)
    streams = sys.stdout, sys.stderr
    warnings.filters.insert(0, ignore)
    sys.stdout, sys.stderr = map(_Muted, streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        with contextlib.suppress(ValueError):
            warnings.filters.remove(ignore)


class _Muted:
    """Drops what this thread writes; other threads write on."""

    def __init__(self, stream):
        self._stream = stream
        self._thread = threading.get_ident()

    def write(self, text):
        return len(text) if threading.get_ident() == self._thread else self._stream.write(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def __getattr__(self, name):
        return getattr(self._stream, name)
