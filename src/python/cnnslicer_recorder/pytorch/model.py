"""One model that is called: what passes through it until its probes are chosen, its steps, epochs and losses."""

import weakref

from ..training import TrainingRun
from . import labels
from .adapter import TorchAdapter, answer_of
from .calls import CallForm, leaves_of
from .epochs import LoopEpochs


class WatchedModel:
    def __init__(self, watch, root):
        self.watch = watch
        self.torch = watch.torch
        self._root = weakref.ref(root)
        self.adapter = TorchAdapter(watch, root)
        self.run = TrainingRun(watch.recorder.channel, -1, self.adapter, watch.recorder.settings)
        self.epochs = LoopEpochs(self.adapter.copy_state, self._epoch_ended)
        # Token of the loader whose end is the epoch's; batches that had been fetched at the last step.
        self.loader = None
        self.fetch_count = 0
        self.is_trained = False
        self.is_by_hand = False
        self.was_differentiated = False
        self.has_initial = False
        self._held = None
        self._optimizers = []
        self._losses = []
        self._loss_sum = 0.0
        self._loss_count = 0
        self._pending = None

    @property
    def root(self):
        return self._root()

    @property
    def wants_samples(self):
        return not self.run.has_begun and not self.run.is_over and not self.is_by_hand

    def called(self, args, kwargs, batches, is_training_loader):
        """Before a call. Samples of a call that may be of training wait for its loss, which may have the labels."""
        self.flush()
        root, torch = self.root, self.torch
        is_differentiable = torch.is_grad_enabled() and any(part.requires_grad for part in root.parameters())
        if is_differentiable:
            self._may_train(root)
        leaves = leaves_of(torch, (tuple(args), dict(kwargs)))[0]
        if not self.wants_samples or not self._is_batch(leaves, args, kwargs):
            return
        size = len(leaves[self.adapter.form.batched[0]])
        inputs = [leaves[place] for place in self.adapter.form.batched]
        known = labels.from_keyword(torch, kwargs, size)
        if known is None:
            known, _ = labels.from_batches(torch, batches, inputs, size)
        is_training = is_differentiable or is_training_loader
        self._pending = _Pending(leaves, size, known, is_training, is_differentiable and not root.training)
        if not is_differentiable:
            self.flush()

    def _may_train(self, root):
        if not self.was_differentiated:
            self.was_differentiated = True
            self.watch.forget_owners()
        if not self.has_initial and not _is_lazy(self.torch, root):
            self.keep_initial()
        if self.is_trained and self.run.waits and root.training and self._is_open_ended():
            self.begin()

    def _is_batch(self, leaves, args, kwargs):
        """Whether a call has the form of the first one that was given a batch."""
        if self.adapter.form is None:
            form = CallForm(self.torch, args, kwargs)
            self.adapter.form = form if form.batched else None
        return self.adapter.form is not None and self.adapter.form.accepts(leaves)

    def returned(self, output):
        if self._pending is not None:
            answer = answer_of(self.torch, output)
            self._pending.node = answer.grad_fn if answer is not None else None

    def differentiated(self, found):
        """`found`: the losses with targets of a value that is differentiated."""
        pending = self._pending
        if pending is None or pending.node is None:
            return
        own = [(name, node) for name, node in found if labels.belongs_to(node, pending.node)]
        if not own:
            return
        pending.is_doubtful = False
        self.adapter.loss = self.adapter.loss or own[0][0]
        classes = [labels.targets_of(self.torch, node, pending.size) for name, node in own]
        self._compare(pending, own, classes)
        self.flush()

    def _compare(self, pending, own, classes):
        """Labels of the batch that the loss does not have are not what the model answers."""
        name = own[0][0]
        if len(own) > 1:
            self.adapter.no_labels = "its loss has several targets a sample"
        elif name == "CrossEntropyLoss":
            if pending.labels is None:
                pending.labels = classes[0]
            elif classes[0] is not None and classes[0] != pending.labels:
                self.adapter.no_labels = "the loss has other classes than the batches"
        elif name in ("BCEWithLogitsLoss", "BCELoss"):
            if pending.labels is not None and classes[0] != pending.labels:
                self.adapter.no_labels = "the loss has other targets than the batches"
        elif pending.labels is not None:
            self.adapter.no_labels = self.adapter.no_labels or f"{name} has no classes"

    def flush(self):
        """Offers what waited to the pools."""
        pending, self._pending = self._pending, None
        if pending is None or not self.wants_samples:
            return
        is_training = pending.is_training and not pending.is_doubtful
        pool = self.run.training if is_training else self.run.validation
        form = self.adapter.form
        pool.offer(pending.labels or [-1] * pending.size, lambda indices: form.rows(pending.leaves, indices))

    def keep_initial(self, state=None):
        self.has_initial = True
        self.run.keep_initial(state)

    def trains(self, optimizer):
        """Before a step of an optimizer that has parameters of this model."""
        if not self.is_trained:
            self.is_trained = True
            self.run.number = self.watch.recorder.next_run()
            self.adapter.optimizer = type(optimizer).__name__
        if not self.has_initial:
            self.keep_initial()
        if not any(known() is optimizer for known in self._optimizers):
            if self._optimizers and self._held is None:
                self.run.goes_on()
            self._optimizers.append(weakref.ref(optimizer))
            # Held while an optimizer holds its parameters: the last epoch of a function may be known after it.
            self._held = self.root

    @property
    def is_abandoned(self):
        return self.is_trained and bool(self._optimizers) and all(known() is None for known in self._optimizers)

    def add_loss(self, values):
        self._losses += values
        self.adapter.has_loss_value = self.adapter.has_loss_value or bool(values)
        if len(self._losses) >= 256:
            self._sum_losses()

    def _sum_losses(self):
        for value in self._losses:
            self._loss_sum += float(value)
        self._loss_count += len(self._losses)
        self._losses = []

    def step(self, is_fed):
        self.epochs.step(is_fed)
        last = self.epochs.last_length
        self.run.progress(min(1.0, self.epochs.in_epoch / last) if last else None)

    def begin(self):
        if self.run.has_begun or not self.run.waits or self.is_by_hand:
            return
        self.flush()
        self.run.begin()
        self.watch.settled()

    def finish(self, is_cut_off):
        """Nothing trains it any more."""
        if self.root is not None and self.is_trained and not self.is_by_hand:
            self.epochs.finish(is_cut_off)
            self.begin()
            self.run.rest()
        self._optimizers = []
        self._held = None

    def _is_open_ended(self):
        return self.loader is None or self.epochs.in_epoch > 0

    def _epoch_ended(self, state):
        self._sum_losses()
        metrics = {"loss": self._loss_sum / self._loss_count} if self._loss_count else {}
        self._loss_sum, self._loss_count = 0.0, 0
        if not self.is_by_hand:
            self.run.epoch_trained(metrics, state=state)


class _Pending:
    """Samples of one call; `is_doubtful`: it is of training only if its output is differentiated."""

    __slots__ = ("leaves", "size", "labels", "is_training", "is_doubtful", "node")

    def __init__(self, leaves, size, known, is_training, is_doubtful):
        self.leaves = leaves
        self.size = size
        self.labels = known
        self.is_training = is_training
        self.is_doubtful = is_doubtful
        self.node = None


def _is_lazy(torch, root):
    is_lazy = torch.nn.parameter.is_lazy
    return any(is_lazy(part) for part in root.parameters()) or any(is_lazy(part) for part in root.buffers())
