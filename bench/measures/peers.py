"""Times peers on samples in a raw float32 file: `peers.py TASK FILE D REPEATS N:THREADS …` prints, for each number
of samples and threads, pairs of ms as JSON, wall and processor time.

What a peer does once per process (compiling, starting threads) is not counted: it runs first on a part.
"""

import json
import os
import sys
import time

task, file, d, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
sizes = [tuple(map(int, size.split(":"))) for size in sys.argv[5:]]
most_threads = max(threads for _, threads in sizes)
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = str(most_threads)

import numpy as np
from threadpoolctl import threadpool_limits

BINS = 32
samples = np.fromfile(file, "<f4", max(n for n, _ in sizes) * d).reshape(-1, d)
threads = most_threads


def exact_neighbours(x):
    from sklearn.neighbors import NearestNeighbors

    NearestNeighbors(n_neighbors=16, algorithm="brute", n_jobs=threads).fit(x).kneighbors(x)


def umap_graph(x):
    import numba
    from umap.umap_ import fuzzy_simplicial_set, nearest_neighbors

    numba.set_num_threads(threads)
    indices, distances, _ = nearest_neighbors(x, 16, "euclidean", {}, False, np.random, n_jobs=threads)
    fuzzy_simplicial_set(x, 16, np.random, "euclidean", knn_indices=indices, knn_dists=distances)


def matrix_product(x):
    x @ x.T


def histogram_loop(maps):
    for row in maps:
        counts, _ = np.histogram(row, BINS)
        p = counts[counts > 0] / len(row)
        -(p * np.log2(p)).sum()


def histogram_vectorised(maps):
    """The same by array operations over a thousand maps at once, which stay in the cache."""
    for begin in range(0, len(maps), 1000):
        some = maps[begin : begin + 1000]
        low, high = some.min(1, keepdims=True), some.max(1, keepdims=True)
        scale = BINS / np.where(high > low, high - low, 1)
        bins = ((some - low) * scale).astype(np.int32)
        np.minimum(bins, BINS - 1, out=bins)
        bins += np.arange(len(some), dtype=np.int32)[:, None] * BINS
        p = np.bincount(bins.ravel(), minlength=len(some) * BINS).reshape(-1, BINS) / maps.shape[1]
        -(p * np.log2(p, where=p > 0, out=np.zeros_like(p))).sum(1)


# Distance MI: `samples` are two layers of channels, each channel CHANNEL_VALUES long.
CHANNEL_VALUES = 64
LOOPED_PAIRS = 64


def channel_distances(x):
    from scipy.spatial.distance import pdist

    channels = x.reshape(len(x), -1, CHANNEL_VALUES)
    return [pdist(channels[:, c]) for c in range(channels.shape[1])]


def mutual_information(counts):
    p = counts / counts.sum()
    a, b = p.sum(1), p.sum(0)
    some = p > 0
    return (p[some] * np.log2(p[some] / np.outer(a, b)[some])).sum()


def histogram2d_pairs(distances):
    """Some of the pairs: all of them take half a minute."""
    for a in distances[: LOOPED_PAIRS // 8]:
        for b in distances[-8:]:
            mutual_information(np.histogram2d(a, b, BINS)[0])


def binned_distances(x):
    def codes(d):
        return np.minimum((d - d.min()) * (BINS / (d.max() - d.min())), BINS - 1).astype(np.int64)

    return [codes(d) for d in channel_distances(x)]


def bincount_pairs(codes):
    half = len(codes) // 2
    for a in codes[:half]:
        scaled = a * BINS
        for b in codes[half:]:
            mutual_information(np.bincount(scaled + b, minlength=BINS * BINS).reshape(BINS, BINS))


# Layers: `samples` are one of them, or two side by side.
NOISE_SHARE = 0.05


def gram(x):
    centred = x - x.mean(0)
    return centred @ centred.T


def kernel_bounds(x):
    """Kolchinsky and Tracey 2017, eqs. 10–12, of I(T; X)."""
    products = gram(x)
    norms = products.diagonal()
    squares = np.maximum(norms[:, None] + norms[None, :] - 2 * products, 0)
    variance = NOISE_SHARE * norms.mean()
    for scale in (8, 2):
        -np.log2(np.exp(-squares / (scale * variance)).mean(1)).mean()


def alignment(x):
    """Unbiased HSIC of the two halves (Song et al. 2012, eq. 5)."""
    a, b = (gram(half) for half in np.split(x, 2, axis=1))
    n = len(a)
    for one in (a, b):
        np.fill_diagonal(one, 0)

    def criterion(k, m):
        rows_k, rows_m = k.sum(1), m.sum(1)
        both = rows_k.sum() * rows_m.sum() / ((n - 1) * (n - 2)) - 2 * (rows_k @ rows_m) / (n - 2)
        return ((k * m).sum() + both) / (n * (n - 3))

    criterion(a, b) / np.sqrt(criterion(a, a) * criterion(b, b))


prepare = {"histogram2d_pairs": channel_distances, "bincount_pairs": binned_distances}.get(task, lambda x: x)
run = globals()[task]
prepared = prepare(samples)
run(prepared[:4200] if task == "umap_graph" else prepared[:600])  # above 4,096 umap-learn takes another way
found = []
for n, threads in sizes:
    some = prepared if len(sizes) == 1 else prepared[:n]
    times = []
    with threadpool_limits(threads):
        for _ in range(repeats):
            begin, begin_cpu = time.perf_counter(), time.process_time()
            run(some)
            times.append((1000 * (time.perf_counter() - begin), 1000 * (time.process_time() - begin_cpu)))
    found.append(times)
print(json.dumps(found))
