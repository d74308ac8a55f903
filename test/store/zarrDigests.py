"""Reads runs with zarr-python and no code of ours, and prints what it saw.

Standard input: a JSON array of run folders. Standard output: a JSON object, for each folder
{"attributes": root attributes, "arrays": {path: {"shape", "type", "dimensions", "attributes", "digests"}}}.
Digests are SHA-256 of the little-endian C-order bytes: of the whole array, or for arrays whose first
dimension is `epoch`, one for each epoch that has a commit record ({"epoch": digest}). What zarr-python
refuses to read has {"error": text} in its place.
"""

import hashlib
import json
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import zarr


def digest(values):
    values = np.ascontiguousarray(values)
    return hashlib.sha256(values.astype(values.dtype.newbyteorder("<")).tobytes()).hexdigest()


def attempt(read):
    try:
        return digest(read())
    except Exception as error:  # noqa: BLE001 - any refusal is the result
        return {"error": f"{type(error).__name__}: {error}"}


def array_record(array, epochs):
    by_epoch = array.metadata.dimension_names[:1] == ("epoch",)
    return {
        "shape": array.shape,
        "type": str(array.dtype),
        "dimensions": array.metadata.dimension_names,
        "attributes": dict(array.attrs),
        "digests": {str(t): attempt(lambda t=t: array[t]) for t in epochs} if by_epoch else attempt(lambda: array[:]),
    }


def run_record(folder):
    names = [path.name for path in (Path(folder) / "commits").iterdir()]
    epochs = sorted(int(name[:-5]) for name in names if re.fullmatch(r"\d+\.json", name))
    root = zarr.open_group(folder, mode="r")
    members = root.members(max_depth=None)
    arrays = {path: array_record(node, epochs) for path, node in members if isinstance(node, zarr.Array)}
    return {"attributes": dict(root.attrs), "arrays": arrays}


warnings.simplefilter("ignore")
json.dump({folder: run_record(folder) for folder in json.load(sys.stdin)}, sys.stdout)
