"""Runs a shape with a recorder that was broken on purpose: `python broken.py FAULT SHAPE`. Of the tests alone."""

import contextlib
import sys

import cnnslicer_recorder.pytorch.adapter as adapter
import cnnslicer_recorder.pytorch.epochs as epochs
import cnnslicer_recorder.pytorch.forward as forward
import cnnslicer_recorder.pytorch.labels as labels
import cnnslicer_recorder.pytorch.model as model
import cnnslicer_recorder.pytorch.sources as sources
import cnnslicer_recorder.samples as samples
import cnnslicer_recorder.training as training
import torch


def generator_not_restored():
    @contextlib.contextmanager
    def drawing(torch, root):
        torch.rand(1)
        yield

    forward._generators = drawing


def eval_called():
    original = forward.run_pass

    def run_pass(torch, root, *others):
        output = original(torch, root, *others)
        root.__class__.eval(root)
        root._after = root.eval
        return output

    @contextlib.contextmanager
    def kept(torch, root):
        yield
        torch.nn.Module.eval(root)

    forward._modules = kept


def hook_left():
    original = adapter.TorchAdapter.forward

    def leaving(self, state, rows):
        self.root.register_forward_hook(lambda *given: None)
        return original(self, state, rows)

    adapter.TorchAdapter.forward = leaving


def call_left():
    from cnnslicer_recorder.pytorch.watch import TorchWatch

    TorchWatch._disarm = lambda self: None


def loader_iterated():
    original = model.WatchedModel.begin

    def reading(self):
        for token in list(self.watch._tokens):
            if not self.run.has_begun:
                iter(token)
        original(self)

    model.WatchedModel.begin = reading


def raising(owner, name):
    def fails(*given, **named):
        raise RuntimeError("on purpose")

    setattr(owner, name, fails)


RAISING = {
    "constructed": (sources.Sources, "constructed"),
    "copied": (sources.Sources, "copied"),
    "called": (model.WatchedModel, "called"),
    "returned": (model.WatchedModel, "returned"),
    "flush": (model.WatchedModel, "flush"),
    "losses": (labels, "losses_in"),
    "labels": (labels, "from_batches"),
    "offer": (samples.SamplePool, "offer"),
    "copy_state": (adapter.TorchAdapter, "copy_state"),
    "describe": (adapter.TorchAdapter, "_describe"),
    "forward": (adapter.TorchAdapter, "forward"),
    "weights": (adapter.TorchAdapter, "weights"),
    "inputs": (adapter.TorchAdapter, "inputs"),
    "trains": (model.WatchedModel, "trains"),
    "step": (epochs.LoopEpochs, "step"),
    "exhausted": (epochs.LoopEpochs, "exhausted"),
    "begun": (epochs.LoopEpochs, "begun"),
    "left": (epochs.LoopEpochs, "left"),
    "finish": (epochs.LoopEpochs, "finish"),
    "begin": (training.TrainingRun, "begin"),
    "trained": (training.TrainingRun, "epoch_trained"),
}

fault, shape = sys.argv[1:]
if fault in RAISING:
    raising(*RAISING[fault])
else:
    globals()[fault]()
sys.argv = ["loops.py", shape]
import loops  # noqa: E402

assert torch
getattr(loops, shape)()
