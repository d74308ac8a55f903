/** Small data of every kind for the scripts here: made, not read, so that each of them trains in a moment. */
const tf = process.env.ONLY_CORE ? require('@tensorflow/tfjs-core') : require('@tensorflow/tfjs');

/** `count` images whose pattern says their class; labels as numbers and one-hot. */
function images(count, classes, shape = [8, 8, 1]) {
  const size = shape.reduce((a, b) => a * b, 1);
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const pixels = new Float32Array(count * size);
  for (let i = 0; i < pixels.length; i++) {
    const label = labels[Math.floor(i / size)];
    pixels[i] = 0.5 + 0.4 * Math.sin((i % size) * (label + 1) * 0.7) + 0.1 * Math.cos(i * 1.7);
  }
  return {
    labels,
    xs: tf.tensor(pixels, [count, ...shape]),
    ys: tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32')),
  };
}

/** Windows of a wave and the value that follows each. */
function series(count, length) {
  const at = (t) => Math.sin(t * 0.3) + 0.3 * Math.sin(t * 0.9);
  const windows = Array.from({ length: count }, (_, i) => Array.from({ length }, (_, t) => [at(i + t)]));
  return { xs: tf.tensor3d(windows), ys: tf.tensor2d(windows.map((_, i) => [at(i + length)])) };
}

/** Rows of numbers and a target that depends on them. */
function table(count, features) {
  const rows = Array.from({ length: count }, (_, i) =>
    Array.from({ length: features }, (_, j) => Math.sin(i * (j + 1) * 0.37)),
  );
  const targets = rows.map((row) => [row.reduce((sum, value, j) => sum + value * (j - 1), 0)]);
  return { rows, targets, xs: tf.tensor2d(rows), ys: tf.tensor2d(targets) };
}

module.exports = { images, series, table };
