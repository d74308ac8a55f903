"""Trainings in PyTorch that are timed bare, recorded by CNNSlicer, and recorded by what a Python user has.

`loops.py MODEL FOLDER PASSES`: FOLDER holds t10k-*-ubyte.gz; with PASSES the probes pass through the model before
training and after every epoch. Prints how long the training takes, in seconds and in processor seconds, as JSON.
"""

import gzip
import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

BATCH = 64
# Threads that wait for each other spin: beside a busy core two of them take seven times the processor time of one.
torch.set_num_threads(1)


class Block(nn.Module):
    """The basic block of a residual network (He et al. 2016)."""

    def __init__(self, before, after, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(after)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(after)
        self.relu = nn.ReLU()
        self.shortcut = nn.Conv2d(before, after, 1, stride, bias=False) if before != after else nn.Identity()

    def forward(self, x):
        out = self.relu(self.norm1(self.conv1(x)))
        return self.relu(self.norm2(self.conv2(out)) + self.shortcut(x))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10),
    )  # fmt: skip


def resnet18():
    """ResNet-18 for pictures of 32 x 32."""
    stages = [(64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)]
    blocks = [Block(*stage) for stage in stages for stage in (stage, (stage[1], stage[1], 1))]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10)]
    return nn.Sequential(nn.Conv2d(1, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU(), *blocks, *head)


MODELS = {
    "lenet": {"make": lenet, "train": 8000, "held_out": 2000, "epochs": 5, "probes": 1000, "side": 28},
    "resnet18": {"make": resnet18, "train": 512, "held_out": 200, "epochs": 2, "probes": 200, "side": 32},
}


class Loop:
    def __init__(self, name, folder):
        self.make, self.epochs = MODELS[name]["make"], MODELS[name]["epochs"]
        images = torch.from_numpy(
            _raw(folder, "t10k-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28) / np.float32(255)
        )
        images = nn.functional.pad(images, [(MODELS[name]["side"] - 28) // 2] * 4)
        labels = torch.from_numpy(_raw(folder, "t10k-labels-idx1-ubyte.gz", 8).astype(np.int64))
        train, held_out = MODELS[name]["train"], MODELS[name]["held_out"]
        self.probes = images[train : train + MODELS[name]["probes"]]
        self.training = DataLoader(TensorDataset(images[:train], labels[:train]), BATCH)
        self.held_out = DataLoader(
            TensorDataset(images[train : train + held_out], labels[train : train + held_out]), BATCH
        )

    def train(self, record=None):
        """With `record(model, epoch)` before training and after every epoch."""
        torch.manual_seed(1)
        model = self.make()
        optimizer = torch.optim.Adam(model.parameters())
        if record:
            record(model, 0)
        for epoch in range(1, self.epochs + 1):
            model.train()
            for inputs, labels in self.training:
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(inputs), labels).backward()
                optimizer.step()
            model.eval()
            with torch.no_grad():
                for inputs, _ in self.held_out:
                    model(inputs)
                if record:
                    record(model, epoch)


def _raw(folder, name, header):
    with gzip.open(os.path.join(folder, name)) as file:
        return np.frombuffer(file.read()[header:], np.uint8)


def main():
    loop = Loop(sys.argv[1], sys.argv[2])

    def passes(model, epoch):
        with torch.no_grad():
            model(loop.probes)

    begin, before = time.perf_counter(), time.process_time()
    loop.train(passes if sys.argv[3:] == ["passes"] else None)
    print(json.dumps({"seconds": time.perf_counter() - begin, "cpuSeconds": time.process_time() - before}))


if __name__ == "__main__":
    main()
