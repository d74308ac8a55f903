"""Trainings of many shapes, small and fast: `python loops.py NAME`. Each ends with its whole state printed."""

import copy
import itertools
import random
import sys

import numpy
import torch
import torch.nn as nn
import torch.nn.functional as F
from state import epoch_ends, loss_is, report
from torch.utils.data import DataLoader, IterableDataset, TensorDataset

random.seed(1)
numpy.random.seed(1)
torch.manual_seed(1)
torch.set_num_threads(1)
X, Y = torch.randn(64, 1, 8, 8), torch.randint(0, 3, (64,))
VX, VY = torch.randn(24, 1, 8, 8), torch.randint(0, 3, (24,))


class Net(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(4 * 9, classes)

    def forward(self, x):
        x = F.relu(self.norm(self.conv(x)))
        x = F.max_pool2d(x, 2)
        return self.fc(self.drop(torch.flatten(x, 1)))


def loader(size=8, shuffle=True, **options):
    return DataLoader(TensorDataset(X, Y), size, shuffle=shuffle, **options)


def evaluate(model, call=None):
    model.eval()
    batches = DataLoader(TensorDataset(VX, VY), 8)
    with torch.no_grad():
        print("right", sum(((model if call is None else call)(x).argmax(1) == y).sum().item() for x, y in batches))
    model.train()


def train_step(model, optimizer, x, y, call=None, criterion=F.cross_entropy):
    optimizer.zero_grad()
    loss = criterion((model if call is None else call)(x), y)
    loss.backward()
    optimizer.step()
    loss_is(loss)


def plain():
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    batches = loader()
    for _ in range(3):
        for x, y in batches:
            train_step(model, optimizer, x, y)
        epoch_ends(model)
        evaluate(model)
    report([model], [optimizer])


def ahead():
    """Fetches a batch ahead, as accelerate, timm and the Trainer of Hugging Face do."""

    def fetch_ahead(batches):
        batches = iter(batches)
        following = next(batches)
        for later in batches:
            yield following
            following = later
        yield following

    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9)
    batches = loader()
    for _ in range(3):
        for x, y in fetch_ahead(batches):
            train_step(model, optimizer, x, y)
        epoch_ends(model)
        evaluate(model)
    report([model], [optimizer])


def broken_off():
    """Leaves its loader after five batches."""
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    batches = loader()
    for _ in range(3):
        for number, (x, y) in enumerate(batches):
            if number == 5:
                break
            train_step(model, optimizer, x, y)
        epoch_ends(model)
        evaluate(model)
    report([model], [optimizer])


def new_loaders():
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    for size in (8, 16, 8):
        for x, y in loader(size):
            train_step(model, optimizer, x, y)
        epoch_ends(model)
    report([model], [optimizer])


def accumulation():
    model = Net()
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 3)
    batches = loader(4)
    for _ in range(3):
        for number, (x, y) in enumerate(batches):
            loss = F.cross_entropy(model(x), y) / 2
            loss.backward()
            if number % 2:
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                optimizer.zero_grad()
            loss_is(loss)
        schedule.step()
        epoch_ends(model)
        evaluate(model)
    report([model], [optimizer])


def mixed_precision():
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            loss_is(loss)
        epoch_ends(model)
        evaluate(model)
    report([model], [optimizer])


def compiled():
    model = Net()
    call = torch.compile(model, backend="aot_eager")
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x, y, call)
        epoch_ends(model)
        evaluate(model, call)
    from torch._dynamo.utils import counters

    report([model], [optimizer], graphs=dict(counters["stats"]), breaks=dict(counters["graph_break"]))


def averaged():
    """A copy that is no model of its own follows the trained one, and is evaluated."""
    model = Net()
    mean = copy.deepcopy(model)
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x, y)
            with torch.no_grad():
                for a, b in zip(mean.parameters(), model.parameters()):
                    a.lerp_(b, 0.1)
        epoch_ends(model)
        evaluate(mean)
    report([model, mean], [optimizer])


def iterable():
    class Stream(IterableDataset):
        def __iter__(self):
            return iter(zip(X, Y))

    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batches = DataLoader(Stream(), 8)
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x, y)
        epoch_ends(model)
    report([model], [optimizer])


def workers():
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batches = loader(num_workers=2, persistent_workers=True)
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x, y)
        epoch_ends(model)
        evaluate(model)
    report([model], [optimizer])


def adversarial():
    """Two models, two optimizers; noise has no class."""
    maker = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 64), nn.Unflatten(1, (1, 8, 8)))
    judge = nn.Sequential(nn.Conv2d(1, 4, 3), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(4 * 36, 1))
    of_maker, of_judge = torch.optim.Adam(maker.parameters(), 1e-3), torch.optim.Adam(judge.parameters(), 1e-3)
    criterion = nn.BCEWithLogitsLoss()
    batches = loader()
    for _ in range(3):
        for x, _y in batches:
            of_judge.zero_grad()
            real = criterion(judge(x), torch.ones(len(x), 1))
            real.backward()
            made = maker(torch.randn(len(x), 8))
            fake = criterion(judge(made.detach()), torch.zeros(len(x), 1))
            fake.backward()
            of_judge.step()
            of_maker.zero_grad()
            criterion(judge(made), torch.ones(len(x), 1)).backward()
            of_maker.step()
            loss_is(real + fake)
    report([maker, judge], [of_maker, of_judge])


def mixup():
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            share, order = numpy.random.beta(1, 1), torch.randperm(len(x))
            mixed = share * x + (1 - share) * x[order]
            optimizer.zero_grad()
            output = model(mixed)
            loss = share * F.cross_entropy(output, y) + (1 - share) * F.cross_entropy(output, y[order])
            loss.backward()
            optimizer.step()
            loss_is(loss)
        epoch_ends(model)
    report([model], [optimizer])


def by_forward():
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x, y, model.forward)
        epoch_ends(model)
        evaluate(model, model.forward)
    report([model], [optimizer])


def no_loader():
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step in range(250):
        first = step * 8 % 64
        train_step(model, optimizer, X[first : first + 8], Y[first : first + 8])
        if step % 100 == 99:
            epoch_ends(model)
    epoch_ends(model)
    report([model], [optimizer])


def cycle():
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batches = itertools.cycle(loader())
    for step in range(120):
        x, y = next(batches)
        train_step(model, optimizer, x, y)
        if step == 7:
            epoch_ends(model)
    report([model], [optimizer])


def by_steps():
    """Counts steps, and begins its loader anew when it is used up."""
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batches = loader()
    iterator = iter(batches)
    for step in range(24):
        try:
            x, y = next(iterator)
        except StopIteration:
            iterator = iter(batches)
            x, y = next(iterator)
        train_step(model, optimizer, x, y)
        if step % 8 == 7:
            epoch_ends(model)
    report([model], [optimizer])


def closure():
    model = Net()
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=3)
    batches = loader(32)
    for _ in range(2):
        for x, y in batches:

            def again(x=x, y=y):
                optimizer.zero_grad()
                loss = F.cross_entropy(model(x), y)
                loss.backward()
                return loss

            loss_is(optimizer.step(again))
        epoch_ends(model)
    report([model], [optimizer])


def resumed():
    model = Net()
    optimizer = torch.optim.Adam(model.parameters(), 1e-2)
    batches = loader()
    for x, y in batches:
        train_step(model, optimizer, x, y)
    epoch_ends(model)
    saved = copy.deepcopy({"model": model.state_dict(), "optimizer": optimizer.state_dict()})
    model.load_state_dict(saved["model"])
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    optimizer.load_state_dict(saved["optimizer"])
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x, y)
        epoch_ends(model)
    report([model], [optimizer])


def head_only():
    model = Net()
    for part in [*model.conv.parameters(), *model.norm.parameters()]:
        part.requires_grad_(False)
    optimizer = torch.optim.SGD(model.fc.parameters(), 0.1)
    batches = loader()
    model.eval()
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x, y)
        epoch_ends(model)
    report([model], [optimizer])


class Language(nn.Module):
    """Answers with its loss; its head has the weights of its embedding, so that one part has all parameters."""

    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict({"embedding": nn.Embedding(2, 6), "mix": nn.Linear(6, 6)})
        self.head = nn.Linear(6, 2, bias=False)
        self.head.weight = self.parts["embedding"].weight

    def forward(self, tokens, following):
        x = self.parts["embedding"](tokens)
        scores = self.head(torch.tanh(x + self.parts["mix"](x)))
        return scores, F.cross_entropy(scores.flatten(0, 1), following.flatten())


class Listed(nn.Module):
    """Answers with its loss; its only part with parameters is a list."""

    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 8)])

    def forward(self, tokens, following):
        scores = x = tokens.float()
        for part in self.parts:
            scores = part(torch.tanh(scores))
        return scores, F.mse_loss(scores + x, following.float())


def _answers_with_loss(model):
    tokens = (X.flatten(1)[:, :9] > 0).long()
    batches = DataLoader(TensorDataset(tokens[:, :-1], tokens[:, 1:]), 8, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for _ in range(2):
        for x, y in batches:
            optimizer.zero_grad()
            _, loss = model(x, y)
            loss.backward()
            optimizer.step()
            loss_is(loss)
        epoch_ends(model)
    report([model], [optimizer])


def tied():
    _answers_with_loss(Language())


def listed():
    _answers_with_loss(Listed())


def single():
    """The model is one layer."""
    model = nn.Linear(64, 3)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            train_step(model, optimizer, x.flatten(1), y)
        epoch_ends(model)
    report([model], [optimizer])


def scripted():
    """A scripted model, one with a scripted part, and one that is neither."""
    models = [torch.jit.script(Net()), nn.Sequential(torch.jit.script(Net()), nn.Linear(3, 3)), Net()]
    optimizers = [torch.optim.SGD(model.parameters(), 0.1) for model in models]
    batches = loader()
    for model, optimizer in zip(models, optimizers):
        for _ in range(2):
            for x, y in batches:
                train_step(model, optimizer, x, y)
    report([], optimizers, weights=[dict(model.state_dict()) for model in models])


def one_after_another():
    """All is made first, then each model is trained."""
    models = [Net(), Net()]
    optimizers = [torch.optim.SGD(model.parameters(), 0.1) for model in models]
    batches = loader()
    for model, optimizer in zip(models, optimizers):
        for _ in range(2):
            for x, y in batches:
                train_step(model, optimizer, x, y)
            evaluate(model)
    report(models, optimizers)


def graph():
    """Called with all nodes and their edges; then another model is trained."""

    class Graph(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(64, 3)

        def forward(self, nodes, edges):
            return torch.sparse.mm(edges, self.fc(nodes))

    models = [Graph(), Net()]
    optimizers = [torch.optim.SGD(model.parameters(), 0.1) for model in models]
    for _ in range(8):
        train_step(models[0], optimizers[0], X.flatten(1), Y, lambda x: models[0](x, torch.eye(64).to_sparse()))
    for x, y in loader():
        train_step(models[1], optimizers[1], x, y)
    report(models, optimizers)


def with_loss():
    """Training calls a module that has the model and its loss; evaluation the model."""

    class WithLoss(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, x, y):
            return F.cross_entropy(self.model(x), y)

    model = Net()
    task = WithLoss(model)
    optimizer = torch.optim.SGD(task.parameters(), 0.1)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            optimizer.zero_grad()
            loss = task(x, y)
            loss.backward()
            optimizer.step()
            loss_is(loss)
        epoch_ends(model)
        evaluate(model)
    report([task], [optimizer])


def several_loaders():
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    one, other = loader(8), loader(4)
    for _ in range(2):
        for (x, y), (u, _v) in zip(one, other):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y) + 0.1 * model(u).pow(2).mean()
            loss.backward()
            optimizer.step()
            loss_is(loss)
        epoch_ends(model)
    report([model], [optimizer])


def adversities():
    """Hooks, counters and caches in `forward`, old spectral norm, attention, a shared layer, keyword arguments."""

    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.utils.spectral_norm(nn.Conv2d(1, 8, 3))
            self.relu = nn.ReLU(inplace=True)
            layer = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.1, batch_first=True)
            self.encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
            self.head = nn.Linear(8, 3)
            self.scale = nn.Parameter(torch.ones(1))
            self.register_buffer("seen", torch.zeros(()))
            self.calls, self.shapes, self.cache = 0, [], None

        def eval(self):
            raise RuntimeError("this model has no evaluation")

        def forward(self, image, *, temperature=1.0):
            self.calls += 1
            self.seen += 1
            self.shapes.append(tuple(image.shape))
            self.cache = image.mean().item()
            print("called", self.calls)
            x = self.relu(self.stem(image)) * self.scale
            x = self.relu(x + 0.1)
            x = F.adaptive_avg_pool2d(x, 4).flatten(2).transpose(1, 2)
            return self.head(F.dropout(self.encoder(x).mean(1), 0.3, self.training)) / temperature

    model = Odd()
    seen = []
    model.head.register_forward_hook(lambda module, given, output: seen.append(output.detach().mean().item()))
    optimizer = torch.optim.AdamW(model.parameters(), 1e-2)
    batches = loader()
    for _ in range(2):
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(image=x, temperature=2.0), y)
            loss.backward()
            optimizer.step()
            loss_is(loss)
        epoch_ends(model)
    report([model], [optimizer], calls=model.calls, shapes=model.shapes, cache=model.cache, seen=seen)


def by_hand():
    """Says itself when an epoch ends."""
    from cnnslicer import record

    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with record(model, VX, VY, class_names=["a", "b", "c"], metrics=["loss"], epochs=2) as recording:
        for _ in range(2):
            for first in range(0, 64, 8):
                train_step(model, optimizer, X[first : first + 8], Y[first : first + 8])
            recording.epoch(loss=0.5)
            epoch_ends(model)
    report([model], [optimizer])


def interrupted():
    """Ends by an exception in its second hundred of steps."""
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    for step in range(250):
        first = step * 8 % 64
        train_step(model, optimizer, X[first : first + 8], Y[first : first + 8])
        if step == 150:
            raise KeyboardInterrupt


if __name__ == "__main__":
    globals()[sys.argv[1]]()
