"""A model of loops.py trained bare and recorded by what a Python user has: hooks into arrays, npy and zarr, TensorBoard
histograms, TorchLens, captum.

`recording.py MODEL FOLDER OUT ROUNDS`: FOLDER holds t10k-*-ubyte.gz, OUT is an empty folder. Prints one JSON line for
each way: its name, seconds and processor seconds that it adds to bare training (medians of ROUNDS), bytes written;
or why it was left out. All ways take turns in each round; nothing is synced.
"""

import json
import os
import shutil
import statistics
import sys
import time

import numpy as np
import torch

from loops import Loop

loop = Loop(sys.argv[1], sys.argv[2])
out, rounds = sys.argv[3], int(sys.argv[4])
probes, EPOCHS, PROBES = loop.probes, loop.epochs, len(loop.probes)


def hooked(model):
    """Layer by name, (sample, …), copied as the forward pass goes by."""
    kept = {}
    handles = [
        layer.register_forward_hook(lambda _m, _i, output, name=name: kept.__setitem__(name, output.numpy().copy()))
        for name, layer in model.named_children()
    ]
    with torch.no_grad():
        model(probes)
    for handle in handles:
        handle.remove()
    return kept


def forward_only(folder):
    def record(model, epoch):
        with torch.no_grad():
            model(probes)

    return record


def hooks(folder):
    return lambda model, epoch: hooked(model)


def npy(dtype):
    def start(folder):
        def record(model, epoch):
            for name, values in hooked(model).items():
                np.save(os.path.join(folder, f"{epoch}-{name}.npy"), values.astype(dtype, copy=False))

        return record

    return start


def zarr_arrays(**options):
    def start(folder):
        import zarr

        group = zarr.create_group(folder, overwrite=True)
        arrays = {}

        def record(model, epoch):
            for name, values in hooked(model).items():
                if name not in arrays:
                    # Own chunks: an epoch and channel each.
                    chosen = {"chunks": (1, PROBES, 1, *values.shape[2:]), "compressors": None} if options else {}
                    if options and values.ndim == 2:
                        chosen["chunks"] = (1, *values.shape)
                    shape = (EPOCHS + 1, *values.shape)
                    arrays[name] = group.create_array(name, shape=shape, dtype="float32", **chosen)
                arrays[name][epoch] = values

        return record

    return start


def tensorboard(per_channel):
    def start(folder):
        from torch.utils.tensorboard import SummaryWriter

        writer = SummaryWriter(folder)

        def record(model, epoch):
            for name, values in hooked(model).items():
                writer.add_histogram(name, values, epoch)
                if per_channel and values.ndim == 4:
                    for channel in range(values.shape[1]):
                        writer.add_histogram(f"{name}/{channel}", values[:, channel], epoch)
            if epoch == EPOCHS:
                writer.close()

        return record

    return start


def torchlens(folder):
    import torchlens

    log = getattr(torchlens, "log_forward_pass", None) or torchlens.trace

    def record(model, epoch):
        history = log(model, probes)
        layers = getattr(history, "layer_list", None) or list(history)
        for index, layer in enumerate(layers):
            values = next((v for v in (getattr(layer, n, None) for n in VALUE_NAMES) if torch.is_tensor(v)), None)
            if values is None:
                raise RuntimeError("this TorchLens names its activations otherwise")
            np.save(os.path.join(folder, f"{epoch}-{index}.npy"), values.detach().numpy())

    return record


# TorchLens has renamed it from version to version.
VALUE_NAMES = ("activation", "tensor_contents", "out", "tensor", "value")


def captum(folder):
    from captum.attr import LayerActivation

    def record(model, epoch):
        for name, layer in model.named_children():
            values = LayerActivation(model, layer).attribute(probes).detach().numpy()
            np.save(os.path.join(folder, f"{epoch}-{name}.npy"), values)

    return record


WAYS = {
    "the probes' forward passes alone": forward_only,
    "hooks that copy, nothing written": hooks,
    "hooks + npy, float16": npy(np.float16),
    "hooks + npy, float32": npy(np.float32),
    "hooks + zarr-python, a chunk an epoch and channel, no compression": zarr_arrays(own=True),
    "hooks + zarr-python, default chunks, zstd": zarr_arrays(),
    "TensorBoard histograms, a layer": tensorboard(False),
    "TensorBoard histograms, a channel too": tensorboard(True),
    "TorchLens + npy, float32": torchlens,
    "captum LayerActivation + npy, float32": captum,
}


def timed(start):
    folder = os.path.join(out, "way")
    os.makedirs(folder)
    try:
        record = start(folder)
        begin, before = time.perf_counter(), time.process_time()
        loop.train(record)
        seconds, cpu = time.perf_counter() - begin, time.process_time() - before
        sizes = [os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(folder) for name in names]
        return seconds, cpu, sum(sizes)
    finally:
        shutil.rmtree(folder)


def bare(folder):
    return lambda model, epoch: None


times = {name: [] for name in ("bare", *WAYS)}
left_out = {}
timed(bare)  # what PyTorch does once per process is not counted
for _ in range(rounds):
    for name, start in {"bare": bare, **WAYS}.items():
        if name in left_out:
            continue
        try:
            times[name].append(timed(start))
        except Exception as error:  # a peer that is not there, or not as it was
            left_out[name] = f"{type(error).__name__}: {error}".splitlines()[0]

middle = lambda name, at: statistics.median(one[at] for one in times[name])
print(json.dumps({"name": "bare", "seconds": middle("bare", 0), "cpuSeconds": middle("bare", 1), "bytes": 0}))
for name in WAYS:
    if name in left_out:
        print(json.dumps({"name": name, "leftOut": left_out[name]}))
        continue
    seconds, cpu = (middle(name, at) - middle("bare", at) for at in (0, 1))
    print(json.dumps({"name": name, "seconds": seconds, "cpuSeconds": cpu, "bytes": middle(name, 2)}))
