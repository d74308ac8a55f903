"""Records a training that runs in this process. Nothing but the standard library is imported here."""

import atexit
import importlib.util
import os
import platform
import sys

from . import guard
from .channel import VERSION, Channel
from .imports import after_import
from .spans import Places


class Recorder:
    """What the watchers of the frameworks share."""

    def __init__(self, settings):
        self.settings = settings
        self.channel = Channel(settings["descriptor"])
        self.places = Places(settings.get("workspace"))
        self.frameworks = []
        self.run_count = 0
        # Modules and layers that were constructed.
        self.layer_count = 0
        # Called at the end of the script, with whether it ended by an exception or an interrupt.
        self.at_end = []
        # Classes of PyTorch modules that another watcher follows (Keras' layers on torch).
        self.followed_elsewhere = ()
        # One for each framework: returns a recording, or None if the model is not the framework's.
        self.by_hand = []

    def next_run(self):
        self.run_count += 1
        return self.run_count - 1

    def notice(self, text, run=None):
        self.channel.send({"type": "notice", "run": run, "text": text[:4000]})

    @guard.guarded
    def record_by_hand(self, model, options):
        """For `cnnslicer.record`; None if no framework knows the model."""
        for begin_recording in self.by_hand:
            recording = begin_recording(model, options)
            if recording is not None:
                return recording
        return None

    def end(self):
        """The script is at its end. Nobody waits for it any more, even where that could not be told."""
        try:
            self._tell_end()
        finally:
            self.channel.abandon()

    def _tell_end(self):
        if not self.channel.open:
            return
        raised = _raised(self.places)
        for finish in self.at_end:
            guard.guarded(finish)(raised is not None)
        self.channel.send(
            {
                "type": "end",
                "raised": raised,
                "frameworks": self.frameworks,
                "layerCount": self.layer_count,
                "trainings": self.run_count,
            }
        )


# Where `cnnslicer.record` finds it; None in a script that is not recorded.
recorder = None


def begin(settings):
    """Opens the channel and waits for a framework to be imported. Nothing is raised."""
    global recorder
    if settings.get("version") != VERSION:
        return
    try:
        recorder = Recorder(settings)
    except OSError:
        return
    guard.on_fault(recorder.notice)
    version = f"{platform.python_implementation()} {platform.python_version()}"
    hello = {"type": "hello", "version": VERSION, "python": version, "processId": os.getpid()}
    recorder.channel.send(hello)
    after_import({"torch": _watch_torch, "keras": _watch_keras, "tf_keras": _watch_keras})
    sys.meta_path.append(_OfferedPackage())
    atexit.register(guard.quietly(recorder.end))


class _OfferedPackage:
    """Finds `cnnslicer` beside this package where it is not installed."""

    @staticmethod
    @guard.quietly
    def find_spec(name, path=None, target=None):
        if name != "cnnslicer":
            return None
        folder = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), name)
        return importlib.util.spec_from_file_location(
            name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
        )


def _watch_torch(torch):
    from .pytorch.watch import watch

    recorder.frameworks.append("torch")
    watch(torch, recorder)


def _watch_keras(keras):
    from .keras.watch import watch

    recorder.frameworks.append(keras.__name__)
    watch(keras, recorder)


def _raised(places):
    """What ended the script and was printed as not caught; None: nothing."""
    error = getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)
    if error is None:
        return None
    trace = getattr(sys, "last_traceback", None)
    place = None
    while trace is not None:
        if places.is_workspace(trace.tb_frame.f_code.co_filename):
            place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        trace = trace.tb_next
    return {"text": guard.in_words(error), "place": place, "isInterrupt": isinstance(error, KeyboardInterrupt)}
