"""Recording of training loops that say themselves when an epoch ends.

Under "Analyze CNN" or `cnnslicer record` the calls record; in a plain `python train.py` they do nothing.
"""

import sys

__all__ = ["Recording", "record"]


class Recording:
    """Of one model; used as a context manager it ends with the block. Nothing is raised by recording itself."""

    # Whether anything is recorded: False in a plain `python train.py`.
    active = False

    def epoch(self, **values):
        """An epoch has been trained: records the model as it is now. `values` are those that `metrics` names."""

    def end(self):
        """The training is over."""

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        self.end()


def record(model, probes, labels=None, *, class_names=None, metrics=("loss",), epochs=None):
    """Begins to record `model`, and records it as it is now as epoch 0.

    model: a `torch.nn.Module`, or a Keras model.
    probes: what runs through it at every epoch, (sample, …); for several inputs a tuple of such. At least two samples.
    labels: class of each sample (0, 1, …), or None.
    class_names: names of the classes in their order.
    metrics: names of the values given to `epoch`.
    epochs: how many there will be, for the forecast.

    Raises TypeError if the probes are no batch.
    """
    inputs = probes if isinstance(probes, tuple) else (probes,)
    counts = {getattr(part, "shape", (0,))[0] for part in inputs} if inputs else {0}
    count = counts.pop()
    if counts or count < 2:
        raise TypeError("record: probes must be a batch of at least two samples, or a tuple of such batches")
    if labels is not None and len(labels) != count:
        raise TypeError(f"record: {count} probes have {len(labels)} labels")
    recorder = getattr(sys.modules.get("cnnslicer_recorder"), "recorder", None)
    if recorder is None:
        return Recording()
    options = {"inputs": inputs, "labels": None if labels is None else [int(label) for label in labels]}
    options |= {"class_names": class_names, "metrics": list(metrics), "epochs": epochs, "Recording": Recording}
    return recorder.record_by_hand(model, options) or Recording()
