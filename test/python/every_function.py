"""Raises an exception on purpose in every function of the recorder, at every place that calls it, while scripts train:
`every_function.py pytorch|keras|start [--shapes A,B] [--most N] [--unguarded]`. Prints what was tried, as JSON.

The recorder is a copy in which every function begins with a call that raises when it is its turn. Each script runs in
a fork of this process, which has imported the framework once. `start` needs no framework: the recorder is loaded by
`sitecustomize`, and hooks a module that is called torch.
"""

import argparse
import ast
import builtins
import collections
import gc
import json
import os
import random
import re
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "shapes")]
# Of `cnnslicer`, as if it were installed: scripts that import it run unrecorded, too.
sys.path.append(str(HERE.parents[1] / "src" / "python"))

from fake_node import SOURCE, FakeNode  # noqa: E402

SHAPES = {
    "pytorch": ["plain", "adversities", "adversarial", "by_hand", "with_loss", "closure", "ahead", "no_loader"],
    "keras": ["arrays", "generator", "subclassed", "on_batch", "by_hand_torch", "adversarial", "nested"],
}
# What a script may see of a recording that has ended: calls are passed on as long as the process lives.
MAY_DIFFER = {"call"}
SECONDS = 120
# In the copy; the others are the functions of the recorder.
RAISE = "__cnnslicer_raise__"


class OnPurpose(Exception):
    """Cannot even be printed."""

    def __str__(self):
        raise RuntimeError("on purpose")


# The copy


class Instrumented(ast.NodeTransformer):
    """Functions are numbered in `names`, those that stand in the place of the framework's own are left out."""

    def __init__(self, module, names):
        self.path = [module]
        self.names = names

    def visit_ClassDef(self, node):
        self.path.append(node.name)
        self.generic_visit(node)
        self.path.pop()
        return node

    def visit_FunctionDef(self, node):
        self.path.append(node.name)
        number = None if self._stands_for_another(node) else self._number(node)
        self.generic_visit(node)
        self.path.pop()
        if number is not None:
            has_text = ast.get_docstring(node, clean=False) is not None
            node.body.insert(1 if has_text else 0, ast.Expr(self._call(number)))
        return node

    def visit_Lambda(self, node):
        self.path.append("<lambda>")
        number = self._number(node)
        self.generic_visit(node)
        self.path.pop()
        node.body = ast.BoolOp(ast.Or(), [self._call(number), node.body])
        return node

    def _stands_for_another(self, node):
        """What the script or the framework calls instead of a function of theirs calls nothing but hooks and that."""
        wraps = [part for part in node.decorator_list if "wraps" in ast.unparse(part)]
        return bool(wraps) or ".".join([*self.path[:-1], node.name]) in STANDING_FOR_ANOTHER

    def _number(self, node):
        self.names.append(".".join(self.path) + f":{node.lineno}")
        return len(self.names) - 1

    def _call(self, number):
        return ast.Call(ast.Name(RAISE, ast.Load()), [ast.Constant(number)], [])


STANDING_FOR_ANOTHER = {
    # Set by hand in the place of Module.__init__, __setstate__ and __call__, of exec_module and of an iterator.
    "pytorch.sources.watch_constructions.__init__",
    "pytorch.sources.watch_constructions.__setstate__",
    "pytorch.forward._layers_seen.__call__",
    # The first function of a thread: nothing could tell that it has not begun.
    "channel._undivided.run",
    # What a script calls itself.
    "pytorch.by_hand._recording.TorchRecording.active",
    *(f"cnnslicer.__init__.{name}" for name in ("record", "Recording.epoch", "Recording.end", "Recording.__enter__")),
    "cnnslicer.__init__.Recording.__exit__",
    "imports._AfterImport._watch.exec_module",
    "keras.batches.Passing.__iter__",
    "keras.batches._PassingIterator.__iter__",
    "keras.batches._PassingIterator.__next__",
}


def copy_of_recorder(folder, is_unguarded):
    """src/python with a call at the beginning of every function; the names of these."""
    names = []
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in sorted(folder.rglob("*.py")):
        module = file.relative_to(folder).with_suffix("").as_posix().replace("/", ".")
        module = module.replace("cnnslicer_recorder.", "").replace("inject.", "")
        text = file.read_text()
        if is_unguarded and module == "guard":
            text = text.replace("except Exception as error:", "except ZeroDivisionError as error:")
        tree = Instrumented(module, names).visit(ast.parse(text))
        file.write_text(ast.unparse(ast.fix_missing_locations(tree)))
    return names


# In the process of the script


class Turns:
    """Counts calls by function and by the functions of the recorder that led there, or raises when it is its turn."""

    def __init__(self, folder, raises_in=None, at=0):
        self._folder = str(folder)
        self._raises_in, self._at = raises_in, at
        self.calls = collections.Counter()
        # Function, and first call by each way to it.
        self.ways = {}

    def __call__(self, number):
        self.calls[number] += 1
        if self._raises_in is None:
            self.ways.setdefault((number, self._way(sys._getframe(1))), self.calls[number])
        elif number == self._raises_in and self.calls[number] >= self._at:
            raise OnPurpose

    def _way(self, frame):
        way = []
        while frame is not None and len(way) < 30:
            code = frame.f_code
            if code.co_filename.startswith(self._folder):
                way.append(f"{code.co_filename}:{code.co_firstlineno}")
            frame = frame.f_back
        return tuple(way)


def train(framework, shape):
    sys.argv = ["", shape]
    if framework == "pytorch":
        getattr(sys.modules["loops"], shape)()
    else:
        runpy.run_path(str(HERE / "shapes" / "keras_loops.py"), run_name="__main__")


def begin_recording(folder, node):
    """As the interpreter does when it starts."""
    os.environ |= node.environment(HERE / "shapes")
    path = list(sys.path)
    runpy.run_path(str(folder / "inject" / "sitecustomize.py"))
    sys.path[:] = path


# The trials


class Outcome:
    def __init__(self, code, stdout, stderr):
        self.code, self.stdout, self.stderr = code, stdout, stderr

    def differs_from(self, other):
        """In words; None: it does not."""
        if self.code != other.code:
            return f"it ended with {self.code}: {self.stderr[-300:]}"
        if self.stderr != other.stderr:
            return f"stderr is {self.stderr[-300:]!r}"
        return None if self._facts() == other._facts() else f"it printed {self._difference(other)}"

    def _facts(self):
        *before, last = re.sub(r"\b\d+(s|ms|us)\b", "a moment", self.stdout).splitlines() or [""]
        try:
            facts = json.loads(last)
        except ValueError:
            return before, last
        return before, {name: value for name, value in facts.items() if name not in MAY_DIFFER}

    def _difference(self, other):
        (_, one), (_, two) = self._facts(), other._facts()
        if isinstance(one, dict) and isinstance(two, dict):
            names = [name for name in two if one.get(name) != two[name]]
            if names:
                return f"other {', '.join(names)}"
        return self.stdout[:300]


class Forks:
    """Scripts in forks of this process, which has the framework."""

    def __init__(self, framework, folder, place):
        self.framework, self.folder, self.place = framework, folder, place
        if framework == "keras":
            os.environ["KERAS_BACKEND"] = "torch"
            import keras  # noqa: F401
        import loops  # noqa: F401 – PyTorch, and for its shapes the data
        import torch
        import torch._dynamo  # noqa: F401 – which optimizers import, slowly

        torch.set_num_threads(1)
        gc.collect()
        gc.freeze()

    def bare(self, shape):
        return self._run(shape, None, None)[0]

    def ways(self, shape):
        """(function, call) by way."""
        counted = self.place / "ways.json"
        outcome, _ = self._run(shape, Turns(self.folder), counted)
        return outcome, [(function, str(way), call) for function, way, call in json.loads(counted.read_text())]

    def raising(self, shape, function, call):
        return self._run(shape, Turns(self.folder, function, call), None)

    def told_by(self, node, shape):
        """Recorded, with what this stand-in for Node.js replies."""
        return self._run(shape, lambda number: None, None, node)[0]

    def _run(self, shape, turns, counted, node=None):
        node = node or FakeNode(source=self.folder)
        files = [self.place / name for name in ("stdout", "stderr")]
        child = os.fork()
        if not child:
            self._child(shape, turns, counted, node, files)
        node.there.close()
        node.here.settimeout(SECONDS)
        if turns is not None:
            node.read_all()
        code = _waited_for(child)
        node.here.close()
        return Outcome(code, *(file.read_text() for file in files)), node

    def _child(self, shape, turns, counted, node, files):
        """Does not return: the interpreter ends as that of a script does."""
        node.here.close()
        for descriptor, file in zip((1, 2), files):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        if turns is not None:
            setattr(builtins, RAISE, turns)
            begin_recording(self.folder, node)
        else:
            node.there.close()
        random.seed(1)  # which a fork seeds anew
        train(self.framework, shape)
        if counted is not None:
            counted.write_text(json.dumps([(*way, call) for way, call in turns.ways.items()]))
        sys.exit()


class Starts:
    """Scripts that import no framework, in processes of their own."""

    SCRIPT = (
        "import sys, torch\nfrom cnnslicer import record\nprint(sys.path[1:], torch.answer, 'torch' in sys.modules)\n"
    )
    TURN = f"import builtins\nbuiltins.{RAISE} = lambda number: None\n"

    def __init__(self, folder, place, names):
        self.folder, self.place, self.names = folder, place, names
        self.script = place / "script.py"
        self.script.write_text(self.SCRIPT)
        (place / "torch.py").write_text("answer = 42\n")
        shutil.copytree(SOURCE / "cnnslicer", place / "cnnslicer")
        self.sitecustomize = folder / "inject" / "sitecustomize.py"
        self.text = self.sitecustomize.read_text()

    def bare(self, shape):
        done = subprocess.run([sys.executable, self.script], capture_output=True, text=True)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def ways(self, shape):
        counted = self.place / "calls.json"
        told = f"open({str(counted)!r}, 'w').write(json.dumps(sorted(calls)))"
        last = f"import atexit, json\natexit.register(lambda: {told})"
        outcome, _ = self._run(f"calls = set()\n{last}\nbuiltins.{RAISE} = lambda number: calls.add(number)\n")
        return outcome, [(function, "", 1) for function in json.loads(counted.read_text())]

    def raising(self, shape, function, call):
        return self._run(f"def turn(number):\n    if number == {function}:\n        1 / 0\nbuiltins.{RAISE} = turn\n")

    def _run(self, turn):
        self.sitecustomize.write_text(f"import builtins\n{turn}{self.text}")
        node = FakeNode(source=self.folder).run(self.script)
        return Outcome(node.code, node.stdout, node.stderr), node


def _waited_for(child):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "no end"


def spread(values, most):
    if len(values) <= most:
        return values
    return [values[place * len(values) // most] for place in range(most)]


def try_all(trials, shapes, names, most):
    """Each way to each function once: later shapes try what the ones before did not call."""
    tried, told, violations = set(), 0, []
    for shape in shapes:
        bare = trials.bare(shape)
        counted, ways = trials.ways(shape)
        difference = counted.differs_from(bare)
        if bare.code != 0 or difference:
            violations.append(f"{shape}: recorded without a fault, {difference or bare.stderr[-300:]}")
        new = [one for one in ways if one[:2] not in tried]
        for function, way, call in spread(new, most):
            tried.add((function, way))
            outcome, node = trials.raising(shape, function, call)
            told += bool(node.messages("notice") or node.messages("epoch-lost"))
            difference = outcome.differs_from(bare)
            if difference:
                violations.append(f"{shape}: {names[function]}, call {call}: {difference}")
                print(violations[-1], file=sys.stderr, flush=True)
        print(f"{shape}: {len(tried)} ways", file=sys.stderr, flush=True)
    return {
        "functions": len({function for function, _ in tried}),
        "trials": len(tried),
        "told": told,
        "violations": violations,
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("framework", choices=["pytorch", "keras", "start"])
    parser.add_argument("--shapes")
    parser.add_argument("--most", type=int, default=sys.maxsize)
    parser.add_argument("--unguarded", action="store_true")
    given = parser.parse_args()
    # Not as a context: forks must not remove it.
    place = Path(tempfile.mkdtemp())
    folder = place / "python"
    names = copy_of_recorder(folder, given.unguarded)
    if given.framework == "start":
        trials, shapes = Starts(folder, place, names), ["start"]
    else:
        trials, shapes = Forks(given.framework, folder, place), SHAPES[given.framework]
    if given.shapes:
        shapes = given.shapes.split(",")
    print(json.dumps(try_all(trials, shapes, names, given.most)))
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
