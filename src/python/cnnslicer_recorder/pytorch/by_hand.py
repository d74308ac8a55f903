"""`cnnslicer.record` for PyTorch: the script names its probes, and says when an epoch has ended."""

from ..guard import guarded
from .calls import CallForm, leaves_of


def record_by_hand(watch, root, options):
    """A recording that has begun, with epoch 0; the model's own loop is not watched any more."""
    root = watch.unwrapped(root)
    model = watch.model_of(root)
    model.is_by_hand = model.is_trained = True
    run = model.run
    run.number = watch.recorder.next_run()
    adapter = model.adapter
    adapter.form = CallForm(watch.torch, options["inputs"], {})
    adapter.metric_names = options["metrics"]
    adapter.class_names = options["class_names"]
    run.validation.clear()
    run.training.clear()
    leaves = leaves_of(watch.torch, (options["inputs"], {}))[0]
    labels = options["labels"] or [-1] * adapter.form.size
    adapter.loss = "CrossEntropyLoss" if options["labels"] else None
    run.validation.capacity = max(run.validation.capacity, len(labels))
    run.validation.offer(labels, lambda indices: adapter.form.rows(leaves, indices))
    run.keep_initial()
    with watch.own_work():
        run.begin(options["epochs"])
    watch.settled()
    return _recording(watch, model, options["Recording"])


def _recording(watch, model, Recording):
    is_over = guarded(lambda: model.run.is_over)

    class TorchRecording(Recording):
        @property
        def active(self):
            return is_over() is False

        @guarded
        def epoch(self, **values):
            with watch.own_work():
                model.run.epoch_trained({name: float(value) for name, value in values.items()})

        @guarded
        def end(self):
            with watch.own_work():
                model.run.rest()

    return TorchRecording()
