"""Trains a small convolutional network on 8 × 8 pictures of handwritten digits, with Keras.

python train_keras.py [epochs]
"""

import gzip
import struct
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers

DATA = Path(__file__).parent / "data"
CLASSES = 10
EPOCHS = int(sys.argv[1]) if len(sys.argv) > 1 else 10


def read_idx(name):
    """Reads an IDX file of unsigned bytes: a header of dimensions, then the values."""
    data = gzip.decompress((DATA / name).read_bytes())
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load_digits():
    """Every fifth picture is held out; the others train."""
    images = read_idx("images-idx3-ubyte.gz")[..., None].astype("float32") / 16
    labels = read_idx("labels-idx1-ubyte.gz").astype("int64")
    held_out = np.arange(len(labels)) % 5 == 4
    return (images[~held_out], labels[~held_out]), (images[held_out], labels[held_out])


def create_model():
    return keras.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.BatchNormalization(momentum=0.9),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.BatchNormalization(momentum=0.9),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def main():
    training, held_out = load_digits()
    model = create_model()
    model.compile(
        keras.optimizers.Adam(0.002),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    model.fit(
        *training, epochs=EPOCHS, batch_size=32, validation_data=held_out, verbose=2
    )
    _, accuracy = model.evaluate(*held_out, verbose=0)
    print(f"held-out accuracy: {100 * accuracy:.1f} %")


if __name__ == "__main__":
    main()
