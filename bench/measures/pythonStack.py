"""All numbers of a recorded run by the Python stack, as a Python user would write them: `pythonStack.py RUN`.

Intra-sample entropy of all maps (numpy), distance MI of two layers' channels (scipy, numpy.histogram2d) and
inter-sample entropy of all layers (umap-learn), at epochs 1 to 5. Prints JSON of seconds.
"""

import json
import sys
import time
from pathlib import Path

begin, begin_cpu = time.perf_counter(), time.process_time()

import numpy as np
import zarr
from scipy.spatial.distance import pdist
from umap.umap_ import fuzzy_simplicial_set, nearest_neighbors

BINS, NEIGHBOURS, EPOCHS, CHUNK = 32, 15, range(1, 6), 1000


def entropies(maps):
    out = []
    for begin in range(0, len(maps), CHUNK):
        some = maps[begin : begin + CHUNK]
        low, high = some.min(1, keepdims=True), some.max(1, keepdims=True)
        bins = ((some - low) * (BINS / np.where(high > low, high - low, 1))).astype(np.int32)
        np.minimum(bins, BINS - 1, out=bins)
        bins += np.arange(len(some), dtype=np.int32)[:, None] * BINS
        p = np.bincount(bins.ravel(), minlength=len(some) * BINS).reshape(-1, BINS) / maps.shape[1]
        out.append(-(p * np.log2(p, where=p > 0, out=np.zeros_like(p))).sum(1))
    return np.concatenate(out)


def mutual_information(counts):
    p = counts / counts.sum()
    some = p > 0
    return (p[some] * np.log2(p[some] / np.outer(p.sum(1), p.sum(0))[some])).sum()


def inter(x):
    indices, distances, _ = nearest_neighbors(x, NEIGHBOURS + 1, "euclidean", {}, False, np.random)
    graph = fuzzy_simplicial_set(x, NEIGHBOURS + 1, np.random, "euclidean", knn_indices=indices, knn_dists=distances)
    p = graph[0].data / graph[0].data.sum()
    return -(p * np.log2(p)).sum()


folder = Path(sys.argv[1])
layers = [zarr.open_array(path / "activations") for path in sorted(folder.glob("layers/*")) if (path / "activations").is_dir()]
spatial = [layer for layer in layers if layer.ndim == 5]
first, second = [layer for layer in spatial if layer.shape[2] > 1][0], [layer for layer in spatial if layer.shape[2] > 1][2]
for t in EPOCHS:
    for layer in layers:
        maps = layer[t]
        entropies(maps.reshape(-1, int(np.prod(maps.shape[2:])) if maps.ndim == 4 else maps.shape[1]))
        inter(maps.reshape(len(maps), -1))
    a, b = ([pdist(maps[:, c].reshape(len(maps), -1)) for c in range(maps.shape[1])] for maps in (first[t], second[t]))
    for x in a:
        for y in b:
            mutual_information(np.histogram2d(x, y, BINS)[0])
print(json.dumps({"seconds": time.perf_counter() - begin, "cpuSeconds": time.process_time() - begin_cpu}))
