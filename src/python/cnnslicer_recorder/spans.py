"""Where in source something is called: file, line, and column in UTF-16 code units, both one-based."""

import ast
import dis
import functools
import itertools
import linecache
import os
import site
import sys

HAS_COLUMNS = hasattr((lambda: 0).__code__, "co_positions")
_HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
_VARIABLE_ARGUMENTS = 0x04


def position(frame):
    """The call that `frame` is in; None for code without a file."""
    code = frame.f_code
    if code.co_filename.startswith("<"):
        return None
    file = os.path.abspath(code.co_filename)
    line, column = _line_and_bytes(frame) if HAS_COLUMNS else _by_syntax(frame)
    text = linecache.getline(code.co_filename, line)
    before = text.encode()[:column].decode(errors="ignore") if text else " " * column
    return {"file": file, "line": line, "column": len(before.encode("utf-16-le")) // 2 + 1}


def _line_and_bytes(frame):
    place = itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None)
    line, _, column, _ = next(place, (None, None, None, None))
    if line is None or column is None:
        return frame.f_lineno, _first_column(frame.f_code.co_filename, frame.f_lineno)
    return line, column


def _first_column(file, line):
    text = linecache.getline(file, line).encode()
    return len(text) - len(text.lstrip())


def _by_syntax(frame):
    """Before Python 3.11 code has lines only: the k-th call of a line in its code is the k-th in its syntax."""
    line = frame.f_lineno
    column = None
    for kind in ("call", "operator"):
        calls = _instructions(frame.f_code, line, kind)
        if frame.f_lasti not in calls:
            continue
        nodes = _nodes(frame.f_code.co_filename, kind).get(line, [])
        if len(nodes) == len(calls):
            column = nodes[calls.index(frame.f_lasti)]
    return line, _first_column(frame.f_code.co_filename, line) if column is None else column


@functools.lru_cache(maxsize=512)
def _instructions(code, line, kind):
    found = []
    current = None
    for instruction in dis.get_instructions(code):
        if instruction.starts_line:
            current = instruction.starts_line if instruction.starts_line is not True else instruction.line_number
        names = ("CALL_", "CALL") if kind == "call" else ("BINARY_", "INPLACE_")
        if current == line and instruction.opname.startswith(names) and "INTRINSIC" not in instruction.opname:
            found.append(instruction.offset)
    return found


@functools.lru_cache(maxsize=64)
def _nodes(file, kind):
    """Columns in bytes by line, in order of evaluation."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return {}
    kinds = (ast.Call,) if kind == "call" else (ast.BinOp, ast.AugAssign, ast.Subscript)
    found = {}

    def visit(node):
        for child in ast.iter_child_nodes(node):
            visit(child)
        if isinstance(node, kinds):
            found.setdefault(node.lineno, []).append(node.col_offset)

    visit(tree)
    return found


class Places:
    """Tells the workspace from libraries, and these from the framework's own folders."""

    def __init__(self, workspace):
        self._workspace = os.path.abspath(workspace) + os.sep if workspace else None
        self._framework = [_HERE]
        standard = os.path.dirname(os.__file__)
        packages = [
            *_site_packages(),
            *(path for path in sys.path if path.endswith(("site-packages", "dist-packages"))),
        ]
        self._libraries = tuple({os.path.abspath(path) + os.sep for path in [standard, *packages]})

    def add_framework(self, folder):
        self._framework.append(os.path.abspath(folder) + os.sep)

    def is_framework(self, file):
        return file.startswith(tuple(self._framework))

    def is_workspace(self, file):
        if file.startswith("<") or self.is_framework(file) or "site-packages" in file or "dist-packages" in file:
            return False
        file = os.path.abspath(file)
        if self._workspace is not None:
            return file.startswith(self._workspace)
        return not file.startswith(self._libraries)

    def sites(self, frame, until=None):
        """(innermost outside the framework, innermost in the workspace or None if that is the same)."""
        source = None
        while frame is not None and frame.f_code is not until:
            file = frame.f_code.co_filename
            if file.startswith("<") or self.is_framework(file):
                frame = frame.f_back
                continue
            in_workspace = self.is_workspace(file)
            if source is None:
                source = position(frame)
                if in_workspace:
                    return source, None
            elif in_workspace:
                return source, position(frame)
            frame = frame.f_back
        return source, None

    def construction(self, made, frame):
        """`sites` of the code that constructs `made`, outside of the constructors of its own classes."""
        while frame is not None and (is_own_constructor(frame, made) or frame.f_code.co_filename.startswith(_HERE)):
            frame = frame.f_back
        return self.sites(frame)


def is_own_constructor(frame, made):
    """Whether `frame` constructs `made`: its first argument is it. Frames that live long are not looked into."""
    code = frame.f_code
    if code.co_name == "<module>":
        return False
    if code.co_argcount and code.co_varnames[0] in ("self", "this", "cls", "module", "_self", "__self__"):
        return frame.f_locals.get(code.co_varnames[0]) is made
    if code.co_name.startswith("__") and code.co_argcount:
        return frame.f_locals.get(code.co_varnames[0]) is made
    if not code.co_argcount and code.co_flags & _VARIABLE_ARGUMENTS:  # A decorator round a constructor.
        given = frame.f_locals.get(code.co_varnames[code.co_kwonlyargcount])
        return isinstance(given, tuple) and bool(given) and given[0] is made
    return False


def _site_packages():
    try:
        return [*site.getsitepackages(), site.getusersitepackages()]
    except (AttributeError, OSError):
        return []
