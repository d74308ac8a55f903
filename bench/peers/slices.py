"""Peers of bench/storage/slices.ts: an array (epoch, sample, channel, y, x) of float32 noise.

`slices.py write KIND PATH EPOCHS SAMPLES CHANNELS SIDE` writes it and prints the peer's name; `slices.py read
KIND PATH channel|sample` prints milliseconds of the first read and the median of the next five, as JSON.
"""

import json
import os
import statistics
import sys
import time

import numpy as np

WARM_READS = 5
NAMES = {
    "npy": "npy, mmap",
    "zarr-chunks": "zarr-python, a chunk an epoch and channel",
    "zarr-default": "zarr-python, default chunks, no compression",
    "zarr-zstd": "zarr-python, default chunks, zstd",
}


def created(kind, path, shape):
    if kind == "npy":
        return np.lib.format.open_memmap(path, "w+", "<f4", shape)
    import zarr

    options = {"compressors": None} if kind != "zarr-zstd" else {}
    if kind == "zarr-chunks":
        options["chunks"] = (1, shape[1], 1, *shape[3:])
    return zarr.create_array(path, shape=shape, dtype="<f4", **options)


def opened(kind, path):
    if kind == "npy":
        return np.load(path, mmap_mode="r")
    import zarr

    return zarr.open_array(path, mode="r")


def read(kind, path, which):
    array = opened(kind, path)
    if which == "channel":
        return np.array(array[:, :, array.shape[2] // 2])
    return np.array(array[:, array.shape[1] // 2])


def timed(work):
    begin, before = time.perf_counter(), time.process_time()
    work()
    return {"wall": 1000 * (time.perf_counter() - begin), "cpu": 1000 * (time.process_time() - before)}


command, kind, path, *rest = sys.argv[1:]
if command == "write":
    epochs, samples, channels, side = map(int, rest)
    array = created(kind, path, (epochs, samples, channels, side, side))
    random = np.random.default_rng(1)
    noise = random.random((samples, channels, side, side), np.float32)
    # Whole chunks at a time: the default ones span several epochs.
    step = 1 if kind == "npy" else array.chunks[0]
    for epoch in range(0, epochs, step):
        count = min(step, epochs - epoch)
        array[epoch : epoch + count] = np.stack([np.roll(noise, epoch + i, axis=0) for i in range(count)])
    if kind == "npy":
        array.flush()
    os.sync()
    print(NAMES[kind])
else:
    if kind != "npy":
        import zarr  # what importing takes is not reading
    work = lambda: read(kind, path, rest[0])
    first = timed(work)
    warm = [timed(work) for _ in range(WARM_READS)]
    print(json.dumps({"first": first, "warm": {key: statistics.median(one[key] for one in warm) for key in first}}))
