"""Layers and functions whose lines and columns are known: each 🙂 is two UTF-16 units."""

import copy
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.face, self.conv = "🙂", nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return F.relu(x + self.conv(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 4, 3)
        self.blocks = nn.Sequential(*[Block(4) for _ in range(2)])
        self.twin = copy.deepcopy(self.blocks[0])
        self.head = nn.Linear(
            4,
            3,
        )

    def forward(self, x):
        x = self.blocks(self.stem(x))
        x = self.twin(x).mean((2, 3))
        return self.head(x)


model = Net()
optimizer = torch.optim.SGD(model.parameters(), 0.1)
data = torch.utils.data.TensorDataset(torch.randn(16, 1, 8, 8), torch.randint(0, 3, (16,)))
for _ in range(2):
    for x, y in torch.utils.data.DataLoader(data, 4):
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
sys.exit(0)
