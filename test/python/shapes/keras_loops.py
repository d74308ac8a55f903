"""Keras trainings of many shapes: `keras_loops.py SHAPE`. The last line of the output tells all that it computed."""

import hashlib
import json
import os
import random
import sys

import keras
import numpy as np
from keras import layers, ops

BACKEND = keras.backend.backend()
EPOCHS = {}
SHAPE = sys.argv[1]
keras.utils.set_random_seed(1)
rng = np.random.default_rng(0)
X = rng.random((96, 8, 8, 1), dtype="float32")
Y = (np.arange(96) % 3).astype("int64")
X += Y[:, None, None, None] * 0.3
XV, YV = X[:24] + 0.01, Y[:24]


def digest(variables):
    return [hashlib.sha256(np.asarray(keras.ops.convert_to_numpy(v)).tobytes()).hexdigest()[:16] for v in variables]


class Truth(keras.callbacks.Callback):
    """The true weights at the ends of epochs."""

    def on_epoch_end(self, epoch, logs=None):
        EPOCHS.setdefault(self.model.name, []).append(digest(self.model.weights))


def functional():
    inputs = keras.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, padding="same")(inputs)
    y = layers.BatchNormalization()(x)
    x = ops.relu(x + y)
    x = layers.Dropout(0.3)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(3, activation="softmax")(x))


def sequential(last="softmax", units=3):
    return keras.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(units, activation=last),
        ]
    )


class Block(layers.Layer):
    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.conv = layers.Conv2D(filters, 3, padding="same")
        self.norm = layers.BatchNormalization()

    def call(self, x, training=False):
        return x + ops.relu(self.norm(self.conv(x), training=training))


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Conv2D(4, 3)
        self.block = Block(4)
        self.drop = layers.Dropout(0.25)
        self.last = layers.Dense(3)
        self.calls = 0

    def call(self, x, training=False):
        self.calls += 1
        x = self.block(ops.relu(self.first(x)), training=training)
        return self.last(self.drop(ops.mean(x, axis=(1, 2)), training=training))


def compiled(model, loss="sparse_categorical_crossentropy", **options):
    options.setdefault("metrics", ["accuracy"])
    model.compile(keras.optimizers.Adam(0.01), loss, **options)
    return model


def fit(model, *given, **options):
    options = {"epochs": 3, "batch_size": 16, "verbose": 0, **options}
    options["callbacks"] = [Truth(), *options.get("callbacks", [])]
    return model.fit(*given, **options).history


def batches(count=6):
    while True:
        for first in range(0, 16 * count, 16):
            yield X[first : first + 16], Y[first : first + 16]


class Data(keras.utils.PyDataset):
    def __len__(self):
        return 6

    def __getitem__(self, index):
        return X[index * 16 : index * 16 + 16] + np.random.rand() * 0.01, Y[index * 16 : index * 16 + 16]


def arrays():
    model = compiled(functional())
    return model, fit(model, X, Y, validation_data=(XV, YV), verbose=2)


def split():
    model = compiled(sequential())
    return model, fit(model, X, Y, validation_split=0.25)


def subclassed():
    model = compiled(Subclassed(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model, fit(model, X, Y, validation_data=(XV, YV))


def one_hot():
    model = compiled(functional(), "categorical_crossentropy")
    return model, fit(model, X, np.eye(3, dtype="float32")[Y], class_weight={0: 1.0, 1: 2.0, 2: 0.5})


def binary():
    model = compiled(sequential(None, 1), keras.losses.BinaryCrossentropy(from_logits=True))
    return model, fit(model, X, (Y == 1).astype("float32"))


def regression():
    model = compiled(sequential(None, 1), "mse", metrics=["mae"])
    return model, fit(model, X, X.mean((1, 2, 3)))


def generator():
    model = compiled(functional())
    return model, fit(model, batches(), steps_per_epoch=6, batch_size=None, validation_data=(XV, YV))


def pydataset():
    model = compiled(sequential())
    return model, fit(model, Data(), batch_size=None)


def several_fits():
    model = compiled(functional())
    first = fit(model, X, Y, epochs=2)
    second = fit(model, X, Y, epochs=4, initial_epoch=2)
    return model, [first, second]


def stops_early():
    model = compiled(functional())
    stop = keras.callbacks.EarlyStopping("loss", patience=0, min_delta=10.0, restore_best_weights=True)
    return model, fit(model, X, Y, epochs=9, callbacks=[stop])


def nested():
    tower = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D()], name="tower"
    )
    one, two = keras.Input((8, 8, 1), name="one"), keras.Input((8, 8, 1), name="two")
    shared = layers.Dense(5, activation="relu", name="shared")
    x = layers.concatenate([shared(tower(one)), shared(tower(two))])
    model = compiled(keras.Model([one, two], layers.Dense(3, activation="softmax")(x)))
    return model, fit(model, [X, X[::-1].copy()], Y)


def on_batch():
    model = compiled(sequential())
    history = []
    for step in range(250):
        place = step * 16 % 96
        history.append(model.train_on_batch(X[place : place + 16], Y[place : place + 16]))
        if step == 99:
            history.append(model.test_on_batch(XV, YV))
        if step % 100 == 99:
            EPOCHS.setdefault(model.name, []).append(digest(model.weights))
    return model, history


class Adversarial(keras.Model):
    def __init__(self):
        super().__init__()
        self.discriminator = keras.Sequential(
            [keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1)]
        )
        self.generator = keras.Sequential([keras.Input((8,)), layers.Dense(64), layers.Reshape((8, 8, 1))])
        self.seeds = keras.random.SeedGenerator(3)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        noise = keras.random.normal((ops.shape(x)[0], 8), seed=self.seeds)
        fake = self.discriminator(self.generator(noise))
        return ops.mean(ops.softplus(-self.discriminator(x))) + ops.mean(ops.softplus(fake))

    def call(self, x, training=False):
        return self.discriminator(x)


def adversarial():
    model = Adversarial()
    model.compile(keras.optimizers.Adam(0.01))
    return model, fit(model, X)


def dataset():
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(96).batch(16).prefetch(2)
    model = compiled(Subclassed(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model, fit(
        model, data, batch_size=None, validation_data=tf.data.Dataset.from_tensor_slices((XV, YV)).batch(8)
    )


def torch_loader():
    import torch

    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    model = compiled(functional())
    return model, fit(model, torch.utils.data.DataLoader(data, 16, shuffle=True), batch_size=None)


def by_hand():
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(96).batch(16)
    held = tf.data.Dataset.from_tensor_slices((XV, YV)).batch(8)
    model, optimizer = Subclassed(), keras.optimizers.Adam(0.01)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        optimizer.apply_gradients(zip(tape.gradient(value, model.trainable_weights), model.trainable_weights))
        return value

    history = []
    for _ in range(3):
        for x, y in data:
            history.append(float(step(x, y)))
        EPOCHS.setdefault(model.name, []).append(digest(model.weights))
        for x, y in held:
            history.append(float(loss(y, model(x, training=False))))
    model.optimizer = optimizer
    return model, history


def left():
    """Each epoch leaves its data set before the end."""
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices((X, Y)).batch(16)
    model, optimizer = functional(), keras.optimizers.Adam(0.01)
    loss = keras.losses.SparseCategoricalCrossentropy()
    history = []
    for _ in range(3):
        for step, (x, y) in enumerate(data):
            with tf.GradientTape() as tape:
                value = loss(y, model(x, training=True))
            optimizer.apply(tape.gradient(value, model.trainable_weights), model.trainable_weights)
            history.append(float(value))
            if step == 3:
                break
        EPOCHS.setdefault(model.name, []).append(digest(model.weights))
    model.optimizer = optimizer
    return model, history


def by_hand_torch():
    import torch

    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y)), 16, shuffle=True
    )
    held = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(XV), torch.tensor(YV)), 8)
    model, optimizer = functional(), keras.optimizers.Adam(0.01)
    loss = keras.losses.SparseCategoricalCrossentropy()
    history = []
    for _ in range(3):
        for x, y in loader:
            model.zero_grad()
            value = loss(y, model(x, training=True))
            value.backward()
            with torch.no_grad():
                optimizer.apply([v.value.grad for v in model.trainable_weights], model.trainable_weights)
            history.append(float(value))
        EPOCHS.setdefault(model.name, []).append(digest(model.weights))
        for x, y in held:
            history.append(float(loss(y, model(x, training=False))))
    model.optimizer = optimizer
    return model, history


def evaluated_inside():
    """Evaluates in the middle of its epochs, too."""
    import torch

    data, held = (
        torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.tensor(x), torch.tensor(y)), 16)
        for x, y in ((X, Y), (XV, YV))
    )
    model, optimizer = functional(), keras.optimizers.Adam(0.01)
    loss = keras.losses.SparseCategoricalCrossentropy()
    history = []
    for _ in range(3):
        for number, (x, y) in enumerate(data):
            model.zero_grad()
            value = loss(y, model(x, training=True))
            value.backward()
            with torch.no_grad():
                optimizer.apply([v.value.grad for v in model.trainable_weights], model.trainable_weights)
            if number % 2 == 1:
                history += [float(loss(yv, model(xv, training=False))) for xv, yv in held]
        EPOCHS.setdefault(model.name, []).append(digest(model.weights))
    model.optimizer = optimizer
    return model, history


class OwnStep(keras.Model):
    """A functional model with a step of its own."""

    def train_step(self, data):
        logs = super().train_step(data)
        return {**logs, "twice": 2 * logs["loss"]}


def own_step():
    if BACKEND == "jax":

        def train_step(self, state, data):
            logs, state = keras.Model.train_step(self, state, data)
            return {**logs, "twice": 2 * logs["loss"]}, state

        OwnStep.train_step = train_step
    plain = functional()
    model = compiled(OwnStep(plain.inputs, plain.outputs))
    return model, fit(model, X, Y)


def generators():
    state = [random.random(), float(np.random.rand())]
    if "torch" in sys.modules and BACKEND == "torch":
        state.append(float(sys.modules["torch"].rand(1)))
    if BACKEND == "tensorflow":
        state.append(float(sys.modules["tensorflow"].random.normal((1,))[0]))
    state.append(np.asarray(ops.convert_to_numpy(keras.random.normal((2,)))).tolist())
    return [*state, layers.Dense(1).name, layers.Conv2D(1, 1).name]


model, history = globals()[SHAPE]()
optimizer = getattr(model, "optimizer", None)
facts = {
    "weights": digest(model.variables),
    "optimizer": digest(optimizer.variables),
    "history": json.loads(json.dumps(history, default=float)),
    "generators": generators(),
    "calls": getattr(model, "calls", None),
}
if os.environ.get("SHAPE_EPOCHS"):
    with open(os.environ["SHAPE_EPOCHS"], "w") as file:
        json.dump(EPOCHS, file)
print(json.dumps(facts))
