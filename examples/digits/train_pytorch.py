"""Trains a small convolutional network on 8 × 8 pictures of handwritten digits, with PyTorch.

python train_pytorch.py [epochs]
"""

import gzip
import struct
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

DATA = Path(__file__).parent / "data"
CLASSES = 10
EPOCHS = int(sys.argv[1]) if len(sys.argv) > 1 else 10


def read_idx(name):
    """Reads an IDX file of unsigned bytes: a header of dimensions, then the values."""
    data = gzip.decompress((DATA / name).read_bytes())
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    return torch.frombuffer(bytearray(data[4 + 4 * rank :]), dtype=torch.uint8).reshape(
        shape
    )


def load_digits():
    """Every fifth picture is held out; the others train."""
    images = read_idx("images-idx3-ubyte.gz").float().unsqueeze(1) / 16
    labels = read_idx("labels-idx1-ubyte.gz").long()
    held_out = torch.arange(len(labels)) % 5 == 4
    return TensorDataset(images[~held_out], labels[~held_out]), TensorDataset(
        images[held_out], labels[held_out]
    )


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.norm2 = nn.BatchNorm2d(32)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(0.25)
        self.hidden = nn.Linear(32 * 2 * 2, 64)
        self.classes = nn.Linear(64, CLASSES)

    def forward(self, x):
        x = self.pool(self.norm1(F.relu(self.conv1(x))))
        x = self.pool(self.norm2(F.relu(self.conv2(x))))
        x = torch.flatten(self.dropout(x), 1)
        x = F.dropout(F.relu(self.hidden(x)), 0.5, self.training)
        return self.classes(x)


@torch.no_grad()
def accuracy(model, loader):
    model.eval()
    right = sum(
        (model(images).argmax(1) == labels).sum().item() for images, labels in loader
    )
    return right / len(loader.dataset)


def main():
    training, held_out = load_digits()
    batches = DataLoader(training, batch_size=32, shuffle=True)
    held_out_batches = DataLoader(held_out, batch_size=256)
    model = Network()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)
    for epoch in range(EPOCHS):
        model.train()
        total = 0.0
        for images, labels in batches:
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
        mean = total / len(training)
        print(
            f"epoch {epoch + 1}: loss {mean:.4f}, held-out accuracy {accuracy(model, held_out_batches):.4f}"
        )


if __name__ == "__main__":
    main()
