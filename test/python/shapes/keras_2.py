"""tf.keras 2: two fits; the last line of the output tells all that they computed."""

import hashlib
import json

import numpy as np
import tensorflow as tf

try:
    import tf_keras as keras
except ImportError:
    keras = tf.keras

keras.utils.set_random_seed(1)
X = np.random.rand(96, 8, 8, 1).astype("float32")
Y = (np.arange(96) % 3).astype("int64")
inputs = keras.Input((8, 8, 1))
x = keras.layers.Conv2D(4, 3)(inputs)
x = tf.nn.relu(x + 1.0)
x = keras.layers.Dropout(0.2)(keras.layers.Flatten()(x))
first = keras.Model(inputs, keras.layers.Dense(3, activation="softmax")(x))
first.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
first.fit(X, Y, epochs=2, verbose=0, validation_split=0.25)


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = keras.layers.Conv2D(4, 3)
        self.norm = keras.layers.BatchNormalization()
        self.flatten = keras.layers.Flatten()
        self.last = keras.layers.Dense(3)

    def call(self, x, training=False):
        return self.last(self.flatten(tf.nn.relu(self.norm(self.conv(x), training=training))))


second = Subclassed()
second.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
data = tf.data.Dataset.from_tensor_slices((X, Y)).shuffle(96).batch(16)
second.fit(data, epochs=2, verbose=0, validation_data=(X[:20], Y[:20]))
facts = [first.history.history, second.history.history, float(tf.random.normal(())), np.random.rand()]
for model in (first, second):
    variables = [*model.variables, *model.optimizer.variables]
    facts.append([hashlib.sha256(np.asarray(variable).tobytes()).hexdigest()[:16] for variable in variables])
facts.append(keras.layers.Dense(1).name)
print(json.dumps(facts, default=float))
