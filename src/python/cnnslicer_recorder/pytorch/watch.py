"""Sees a PyTorch script train: constructions, loaders, steps, losses, and calls until the probes are chosen."""

import collections
import contextlib
import functools
import os
import sys
import threading
import weakref

from ..guard import guarded
from . import labels
from .model import WatchedModel
from .sources import Sources, watch_constructions

_WRAPPERS = ("DistributedDataParallel", "DataParallel", "_FabricModule", "FabricModule")
# Frames between a module and the `forward` that calls it, which a script may call directly.
_DEPTH = 40


def watch(torch, recorder):
    recorder.places.add_framework(os.path.dirname(torch.__file__))
    TorchWatch(torch, recorder).start()


class TorchWatch:
    def __init__(self, torch, recorder):
        self.torch = torch
        self.recorder = recorder
        self.sources = Sources(recorder)
        self._models = {}
        self._through = {}
        self._local = threading.local()
        self._original_call = None
        self._direct = {}
        # Of the last batches: (number, token of the loader); the batches themselves until probes are chosen.
        self._fetched = collections.deque(maxlen=64)
        self._fetch_count = 0
        self._recent = []
        # A token stands for a loader: iterators outlive those that are made for one loop.
        self._tokens = weakref.WeakKeyDictionary()
        self._loader_of = weakref.WeakKeyDictionary()
        self._owned = weakref.WeakKeyDictionary()
        # Optimizers that have made no step yet.
        self._unused = weakref.WeakSet()
        self._losses = []
        self._scaled = None

    def start(self):
        torch = self.torch
        watch_constructions(torch, self.sources, guarded(self._tidy))
        self._watch_loaders()
        self._watch_optimizers()
        self._watch_losses()
        self._arm()
        self.recorder.at_end.append(self._end)
        self.recorder.by_hand.append(self._record_by_hand)

    @contextlib.contextmanager
    def own_work(self):
        """Calls of models in here are ours."""
        before = getattr(self._local, "inside", False)
        self._local.inside = True
        try:
            yield
        finally:
            self._local.inside = before

    # Calls of models

    def _arm(self):
        if self._original_call is not None:
            return
        Module = self.torch.nn.Module
        self._original_call = Module.__call__
        Module.__call__ = self._observed(Module.__call__)

    def _disarm(self):
        if self._original_call is None:
            return
        self.torch.nn.Module.__call__ = self._original_call
        self._original_call = None
        for kind, forward in self._direct.items():
            kind.forward = forward
        self._direct = {}
        self._recent = []

    def settled(self):
        """A model's probes are chosen; once all are, calls are not watched any more."""
        trained = [model for model in self._models.values() if model.is_trained]
        if all(model.run.has_begun or model.run.is_over for model in trained) and not self._awaits_another():
            self._disarm()

    def _awaits_another(self):
        """Whether an optimizer waits for a model that was not called yet: models may be trained one after another."""
        known = self._known_parameters()
        return any(
            id(part) not in known
            for optimizer in list(self._unused)
            for group in optimizer.param_groups
            for part in group["params"]
        )

    def _known_parameters(self):
        return {
            id(part) for model in self._models.values() if model.root is not None for part in model.root.parameters()
        }

    def _observed(self, original):
        """`__call__` or `forward`, with the outermost call seen."""
        local, before, after = self._local, self._before_call, self._after_call
        is_compiling = getattr(self.torch.compiler, "is_compiling", self.torch._utils.is_compiling)

        @functools.wraps(original)
        def observed(self, *args, **kwargs):
            if is_compiling() or getattr(local, "inside", False):
                return original(self, *args, **kwargs)
            call = before(self, args, kwargs)
            if call is None:
                return original(self, *args, **kwargs)
            local.inside = True
            try:
                output = original(self, *args, **kwargs)
            finally:
                local.inside = False
            after(call, output)
            return output

        return observed

    @guarded
    def _before_call(self, module, args, kwargs):
        """What is kept of the call until it returns; None: the calls inside it are seen instead."""
        if self._is_through(module):
            return None
        return _Call(self._model_called(module, args, kwargs))

    def _model_called(self, module, args, kwargs):
        if not self._is_on() or getattr(module, "_is_replica", False):
            return None
        if isinstance(module, self.recorder.followed_elsewhere):
            return None
        root = self.unwrapped(module)
        direct = self._direct_caller(root)
        if direct is not None:
            self._watch_direct(direct)
            root = None
        if root is None or next(root.parameters(), None) is None:
            return None
        model = self.model_of(root)
        is_training_loader = model.loader is not None and bool(self._recent) and self._recent[-1][0] is model.loader
        model.called(args, kwargs, [batch for _, batch in self._recent], is_training_loader)
        return model

    @guarded
    def _after_call(self, call, output):
        model = call.model
        if model is None:
            return
        if model.epochs.steps == 0 and not model.is_trained and self._is_loss_wrapper(model.root, output):
            self._look_through(model)
            return
        model.returned(output)

    def model_of(self, root):
        model = self._models.get(id(root))
        if model is None or model.root is not root:
            model = self._models[id(root)] = WatchedModel(self, root)
            self.forget_owners()
        return model

    def unwrapped(self, module):
        Module = self.torch.nn.Module
        while True:
            parts = module.__dict__.get("_modules")
            # Scripted modules have a table of another kind.
            inner = parts.get("_orig_mod") if isinstance(parts, dict) else None
            if inner is None and type(module).__name__ in _WRAPPERS:
                inner = parts.get("_forward_module", parts.get("module"))
            if not isinstance(inner, Module):
                return module
            module = inner

    def _sole(self, root):
        """(name, module): the only part of a model that has parameters, and all; None if there is none.

        Parameters that are shared are of several parts: a language model's head may have those of its embedding.
        """
        own = {id(part) for part in root.parameters()}
        parts = [(name, part) for name, part in root.named_children() if next(part.parameters(), None) is not None]
        if len(parts) != 1 or {id(inner) for inner in parts[0][1].parameters()} != own:
            return None
        # Lists and dictionaries of modules are not called.
        is_called = type(parts[0][1]).forward is not self.torch.nn.Module.forward
        return parts[0] if is_called else None

    def _is_loss_wrapper(self, root, output):
        """A module that has a model and answers with its loss is no model."""
        if root is None or self._sole(root) is None:
            return False
        values = output if isinstance(output, (tuple, list)) else [output]
        if isinstance(output, dict):
            values = list(output.values())
        return any(isinstance(v, self.torch.Tensor) and not v.ndim and v.is_floating_point() for v in values)

    def _is_through(self, module):
        return id(module) in self._through and self._through[id(module)]() is module

    def _look_through(self, model):
        """From now on the calls of the model inside are seen; its first state is the one that was copied."""
        root = model.root
        name, part = self._sole(root)
        self._through[id(root)] = weakref.ref(root)
        del self._models[id(root)]
        state = model.run._initial
        inner = self.model_of(part)
        if state is not None and not inner.has_initial:
            prefix = name + "."
            inner.keep_initial({key[len(prefix) :]: value for key, value in state.items() if key.startswith(prefix)})
        inner.was_differentiated = True

    def _direct_caller(self, root):
        """The module whose `forward` a script has called by itself, which calls this one."""
        frame, outer = sys._getframe(4), None
        for _ in range(_DEPTH):
            if frame is None:
                break
            code = frame.f_code
            if code.co_name == "forward" and code.co_argcount:
                owner = frame.f_locals.get(code.co_varnames[0])
                if isinstance(owner, self.torch.nn.Module) and owner is not root and not self._is_through(owner):
                    outer = owner
            frame = frame.f_back
        return outer

    def _watch_direct(self, module):
        """Calls of its class's `forward` are observed like calls of the module, until the probes are chosen."""
        kind = next(base for base in type(module).__mro__ if "forward" in base.__dict__)
        if kind in self._direct or kind.__module__.startswith("torch."):
            return
        self._direct[kind] = kind.__dict__["forward"]
        kind.forward = self._observed(kind.forward)

    # Loaders

    def _watch_loaders(self):
        loaders = self.torch.utils.data.dataloader
        fetch, begin = loaders._BaseDataLoaderIter.__next__, loaders.DataLoader.__iter__
        fetched, exhausted, begun = self._batch, self._exhausted, self._begun

        @functools.wraps(fetch)
        def __next__(self):
            try:
                batch = fetch(self)
            except StopIteration:
                exhausted(self)
                raise
            fetched(self, batch)
            return batch

        @functools.wraps(begin)
        def __iter__(self):
            iterator = begin(self)
            begun(self, iterator)
            return iterator

        loaders._BaseDataLoaderIter.__next__ = __next__
        loaders._BaseDataLoaderIter.next = __next__
        loaders.DataLoader.__iter__ = __iter__

    @guarded
    def _batch(self, iterator, batch):
        token = self._loader_of.get(iterator)
        if token is None or not self._is_on():
            return
        self._fetch_count += 1
        self._fetched.append((self._fetch_count, token))
        if self._original_call is not None:
            self._recent = [*self._recent[-2:], (token, batch)]

    @guarded
    def _begun(self, loader, iterator):
        if not self._is_on():
            return
        token = self._tokens.setdefault(loader, _Token())
        self._loader_of[iterator] = token
        token.is_over = False
        token.iterator = weakref.ref(iterator, guarded(lambda gone: self._left(token, gone)))
        self._tidy()
        for model in self._of_loader(token):
            with self.own_work():
                model.epochs.begun()
                model.begin()

    @guarded
    def _exhausted(self, iterator):
        token = self._loader_of.get(iterator)
        if token is None or not self._is_on():
            return
        token.is_over = True
        for model in self._of_loader(token):
            with self.own_work():
                model.epochs.exhausted()

    def _left(self, token, iterator):
        if token.is_over or token.iterator is not iterator or not self._is_on():
            return
        for model in self._of_loader(token):
            model.epochs.left()

    def _of_loader(self, token):
        models = list(self._models.values())
        return [model for model in models if model.is_trained and model.loader is token and model.root is not None]

    # Steps

    def _watch_optimizers(self):
        # torch.optim deletes the names of its modules.
        optimizers = sys.modules["torch.optim.optimizer"]
        optimizers.register_optimizer_step_pre_hook(guarded(lambda optimizer, *given: self._before_step(optimizer)))
        optimizers.register_optimizer_step_post_hook(guarded(lambda optimizer, *given: self._after_step(optimizer)))
        Optimizer = optimizers.Optimizer
        construct = Optimizer.__init__
        made = guarded(self._optimizer_made)

        @functools.wraps(construct)
        def __init__(self, *args, **kwargs):
            construct(self, *args, **kwargs)
            made(self)

        Optimizer.__init__ = __init__

    def _optimizer_made(self, optimizer):
        """Another model may be trained now."""
        if not self._is_on():
            return
        self._unused.add(optimizer)
        if self._original_call is not None:
            return
        known = self._known_parameters()
        if any(id(part) not in known for group in optimizer.param_groups for part in group["params"]):
            self._arm()

    @guarded
    def _before_step(self, optimizer):
        if not self._is_on():
            self._disarm()
            self._models = {}
            self._fetched.clear()
            return
        self._unused.discard(optimizer)
        for model in self._owned_by(optimizer):
            self._prepare(model, optimizer)

    def _owned_by(self, optimizer):
        owned = self._owned.get(optimizer)
        if owned is None:
            owned = self._owned[optimizer] = self._owners(optimizer)
        return owned

    def _prepare(self, model, optimizer):
        model.trains(optimizer)
        fetched = self._fetched_for(model)
        if fetched:
            self._feed(model, fetched)

    def forget_owners(self):
        """Models have changed: whose parameters an optimizer has is looked up anew."""
        self._owned = weakref.WeakKeyDictionary()

    def _fetched_for(self, model):
        """Loaders that were fetched from since its last step, first things first."""
        found = []
        for number, token in self._fetched:
            if number > model.fetch_count and token not in found:
                found.append(token)
        return found

    def _feed(self, model, fetched):
        """Whose end is the epoch's: before the first step batches of an evaluation may have passed, so that the loader
        of the last batch is taken; at the second step the first one, which is the outer loop's."""
        if model.loader is None:
            model.loader = self._fetched[-1][1]
        elif model.loader not in fetched:
            # Another loader feeds it: the epoch of the one before has ended with the step before.
            with self.own_work():
                model.epochs.begun()
                model.begin()
            model.loader = fetched[-1]
        elif model.epochs.in_epoch == 1:
            model.loader = fetched[0]

    @guarded
    def _after_step(self, optimizer):
        if not self._is_on():
            return
        losses, self._losses = self._losses, []
        if losses and len(losses) > 1:
            losses = losses[:1] if type(optimizer).__name__ == "LBFGS" else [sum(losses[1:], losses[0])]
        for model in self._owned_by(optimizer):
            if not model.is_trained:  # It was first called by the closure of this step.
                self._prepare(model, optimizer)
            model.add_loss(losses)
            is_fed = bool(self._fetched) and self._fetched[-1][0] > model.fetch_count
            model.fetch_count = self._fetch_count
            with self.own_work():
                model.step(is_fed)

    def _owners(self, optimizer):
        """Models that were differentiated and have parameters of this optimizer, but parts of others."""
        parameters = {id(part) for group in optimizer.param_groups for part in group["params"]}
        owners = [
            model
            for model in self._models.values()
            if model.root is not None
            and (model.was_differentiated or model.is_trained)
            and any(id(part) in parameters for part in model.root.parameters())
        ]
        inside = {id(part) for model in owners for part in model.root.modules() if part is not model.root}
        return [model for model in owners if id(model.root) not in inside]

    # Losses

    def _watch_losses(self):
        backward = self.torch.Tensor.backward
        differentiated = self._differentiated

        @functools.wraps(backward)
        def watched(self, *args, **kwargs):
            differentiated(self)
            return backward(self, *args, **kwargs)

        self.torch.Tensor.backward = watched
        amp = sys.modules.get("torch.amp.grad_scaler") or sys.modules.get("torch.cuda.amp.grad_scaler")
        scaler = getattr(amp, "GradScaler", None)
        if scaler is None:
            return
        scale, scaled = scaler.scale, guarded(self._note_scaled)

        @functools.wraps(scale)
        def watched_scale(self, outputs):
            result = scale(self, outputs)
            scaled(outputs, result)
            return result

        scaler.scale = watched_scale

    def _note_scaled(self, value, result):
        if isinstance(result, self.torch.Tensor):
            self._scaled = weakref.ref(result), value.detach()

    @guarded
    def _differentiated(self, loss):
        if not self._models or loss.numel() != 1:
            return
        scaled = self._scaled
        self._scaled = None
        self._losses.append(scaled[1] if scaled is not None and scaled[0]() is loss else loss.detach())
        if self._original_call is None:
            return
        waiting = [model for model in self._models.values() if model._pending is not None]
        if waiting:
            found = labels.losses_in(loss)
            for model in waiting:
                model.differentiated(found)

    # The end

    def _tidy(self):
        """Models whose optimizers are gone have been trained."""
        for key, model in list(self._models.items()):
            if model.is_abandoned:
                with self.own_work():
                    model.finish(False)
            if model.root is None:
                model.run.release()
                del self._models[key]
                self.forget_owners()

    def _end(self, is_cut_off):
        if not self._is_on():
            return
        for model in list(self._models.values()):
            with self.own_work():
                model.finish(is_cut_off)

    def _is_on(self):
        return self.recorder.channel._is_open

    def _record_by_hand(self, model, options):
        from .by_hand import record_by_hand

        return record_by_hand(self, model, options) if isinstance(model, self.torch.nn.Module) else None


class _Call:
    """Of a module, and of which model; None: of none that is recorded."""

    __slots__ = ("model",)

    def __init__(self, model):
        self.model = model


class _Token:
    """Of a loader: whether its iteration came to the end, and a reference that tells when the iterator is gone."""

    __slots__ = ("is_over", "iterator")

    def __init__(self):
        self.is_over = False
        self.iterator = None
