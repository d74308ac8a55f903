"""The LeNet of lenetEpoch.ts in PyTorch: `lenet_epoch.py SAMPLES EPOCHS` prints milliseconds per epoch as JSON."""

import json
import sys
import time

import torch
from torch import nn

samples, epochs = int(sys.argv[1]), int(sys.argv[2])
model = nn.Sequential(
    nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10),
)
optimizer = torch.optim.Adam(model.parameters())
inputs = torch.rand(samples, 1, 28, 28)
labels = torch.arange(samples) % 10
times = []
for _ in range(epochs):
    begin = time.perf_counter()
    for batch in torch.randperm(samples).split(64):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(inputs[batch]), labels[batch]).backward()
        optimizer.step()
    times.append(1000 * (time.perf_counter() - begin))
print(json.dumps(times))
