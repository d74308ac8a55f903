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


def transformers():
    """The Trainer of Hugging Face, with its own loaders, scheduler and evaluation."""
    import tempfile

    from transformers import Trainer, TrainerCallback, TrainingArguments

    class Scored(Net):
        def forward(self, x, labels=None):
            scores = super().forward(x)
            return {"loss": F.cross_entropy(scores, labels), "logits": scores}

    class Ends(TrainerCallback):
        def on_epoch_end(self, arguments, state, control, model=None, **given):
            epoch_ends(model)

    def rows(inputs, labels):
        return [{"x": x, "labels": y} for x, y in zip(inputs, labels)]

    model = Scored()
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder,
            num_train_epochs=3,
            per_device_train_batch_size=8,
            eval_strategy="epoch",
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
        )
        trainer = Trainer(
            model, arguments, train_dataset=rows(X, Y), eval_dataset=rows(VX, VY), callbacks=[Ends()]
        )
        trainer.train()
    report([model], [trainer.optimizer.optimizer])


def ignite():
    from ignite.engine import Events, create_supervised_evaluator, create_supervised_trainer

    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    trainer = create_supervised_trainer(model, optimizer, F.cross_entropy)
    evaluator = create_supervised_evaluator(model)
    held_out = DataLoader(TensorDataset(VX, VY), 8)

    @trainer.on(Events.EPOCH_COMPLETED)
    def ends(engine):
        epoch_ends(model)
        evaluator.run(held_out)

    trainer.run(loader(), max_epochs=3)
    report([model], [optimizer])


def distributed():
    """DistributedDataParallel in a group of one process."""
    import tempfile

    import torch.distributed as group
    from torch.nn.parallel import DistributedDataParallel

    with tempfile.TemporaryDirectory() as folder:
        group.init_process_group("gloo", init_method=f"file://{folder}/group", rank=0, world_size=1)
        model = Net()
        parallel = DistributedDataParallel(model)
        optimizer = torch.optim.Adam(parallel.parameters(), 1e-2)
        sampler = torch.utils.data.distributed.DistributedSampler(TensorDataset(X, Y), shuffle=True)
        batches = DataLoader(TensorDataset(X, Y), 8, sampler=sampler)
        for epoch in range(3):
            sampler.set_epoch(epoch)
            for x, y in batches:
                optimizer.zero_grad()
                loss = F.cross_entropy(parallel(x), y)
                loss.backward()
                optimizer.step()
                loss_is(loss)
            epoch_ends(model)
            evaluate(model)
        group.destroy_process_group()
    report([model], [optimizer])


if __name__ == "__main__":
    globals()[sys.argv[1]]()
