"""Starts the recorder in the Python that a launcher starts: the launcher puts this folder first on PYTHONPATH.

By the script's first line the environment and `sys.path` are as they would be without it, and a `sitecustomize`
of the user's own has run.
"""

import os
import sys

_VARIABLE = "CNNSLICER_PYTHON_RECORDER"
_HERE = os.path.dirname(os.path.abspath(__file__))
_LAUNCHERS = ("torch.distributed.run", "torch.distributed.launch", "accelerate.commands.launch")


def _own():
    """The `sitecustomize` that this file hides, to be run as itself; None if there is none."""
    import importlib.machinery
    import importlib.util

    sys.path_importer_cache.pop(_HERE, None)
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", sys.path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    return module


def _restore_environment(settings):
    os.environ.pop(_VARIABLE, None)
    previous = settings.get("pythonPath")
    if previous is None:
        os.environ.pop("PYTHONPATH", None)
    else:
        os.environ["PYTHONPATH"] = previous


def _command():
    given = getattr(sys, "orig_argv", None)
    if given is None:
        try:
            with open("/proc/self/cmdline", encoding="utf-8", errors="replace") as file:
                given = file.read().split("\0")
        except OSError:
            given = []
    return list(given)[1:]


def _starts_workers(command):
    """Whether this is torchrun or accelerate, which start the script as a process of their own."""
    program = next((part for part in command if not part.startswith("-")), "")
    if os.path.basename(program) in ("torchrun", "accelerate"):
        return True
    return any(option == "-m" and name in _LAUNCHERS for option, name in zip(command, command[1:]))


def _is_child_of_multiprocessing(command):
    return any(part.startswith(("from multiprocessing", "--multiprocessing-fork")) for part in command)


def _hand_on(descriptor):
    """Lets the processes that a launcher of workers starts have the socket: `subprocess` would close it."""
    import subprocess

    start = subprocess.Popen.__init__

    def __init__(self, *given, **options):
        if os.name == "posix" and options.get("close_fds", True):
            options["pass_fds"] = (*options.get("pass_fds", ()), descriptor)
        start(self, *given, **options)

    subprocess.Popen.__init__ = __init__


def _start(settings):
    command = _command()
    if _starts_workers(command):
        _hand_on(settings["descriptor"])
        return
    _restore_environment(settings)
    if _is_child_of_multiprocessing(command) or os.environ.get("LOCAL_RANK", "0") != "0":
        return
    # Not by sys.path, which the script must find as it is without us.
    import importlib.util

    folder = os.path.join(os.path.dirname(_HERE), "cnnslicer_recorder")
    spec = importlib.util.spec_from_file_location(
        "cnnslicer_recorder", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["cnnslicer_recorder"] = module
    spec.loader.exec_module(module)
    module.begin(settings)


def _settings():
    import json

    try:
        return json.loads(os.environ[_VARIABLE])
    except (KeyError, ValueError):
        return None


def _main():
    settings = _settings()
    if settings:
        _start(settings)


try:
    _main()
except Exception:  # The script runs without us.
    sys.modules.pop("cnnslicer_recorder", None)
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != _HERE]
try:
    _module = _own()
except Exception:
    _module = None
# What is wrong with it is told by Python, as without us.
if _module is not None:
    _module.__spec__.loader.exec_module(_module)
