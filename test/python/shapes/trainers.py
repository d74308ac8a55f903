"""Trainings that a library loops for: `python trainers.py NAME`."""

import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from loops import VX, VY, Net, X, Y, evaluate, loader, loss_is
from state import epoch_ends, report
from torch.utils.data import DataLoader, TensorDataset


def accelerate():
    from accelerate import Accelerator

    library = Accelerator(cpu=True)
    model = Net()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    prepared, stepper, batches = library.prepare(model, optimizer, loader())
    for _ in range(3):
        for x, y in batches:
            stepper.zero_grad()
            loss = F.cross_entropy(prepared(x), y)
            library.backward(loss)
            stepper.step()
            loss_is(loss)
        epoch_ends(model)
        evaluate(model)
    report([model], [optimizer])


def lightning():
    import lightning as L

    class Lit(L.LightningModule):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3))

        def forward(self, x):
            return self.net(x)

        def training_step(self, batch, number):
            x, y = batch
            return F.cross_entropy(self(x), y)

        def validation_step(self, batch, number):
            x, y = batch
            self.log("val_loss", F.cross_entropy(self(x), y))

        def on_train_epoch_end(self):
            epoch_ends(self)

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), 1e-3)

    model = Lit()
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
    trainer = L.Trainer(max_epochs=3, accelerator="cpu", enable_model_summary=False, **quiet)
    trainer.fit(model, DataLoader(TensorDataset(X, Y), 8, shuffle=True), DataLoader(TensorDataset(VX, VY), 8))
    report([model.net], [trainer.optimizers[0]])


if __name__ == "__main__":
    globals()[sys.argv[1]]()
