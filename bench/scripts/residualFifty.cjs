/**
 * Trains a residual network of fifty layers with weights (after He et al. 2016, figures 3 and 5: bottleneck
 * blocks 3, 4, 6, 3) on pictures of stripes that are drawn by formula, so small that it takes a minute:
 *
 *     cnnslicer record bench/scripts/residualFifty.cjs --probes 100
 *
 * for looking at deep networks in the network view.
 */
const tf = require('@tensorflow/tfjs');

const SIDE = 32;
const CLASSES = 10;
const SAMPLES = Number(process.env.SAMPLES ?? 240);
const EPOCHS = Number(process.env.EPOCHS ?? 2);

/** Stripes of ten directions, each picture with a phase and a noise of its own, the same at every start. */
function stripes(count, seed) {
  let state = seed;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const labels = Array.from({ length: count }, (_, i) => i % CLASSES);
  const values = labels.flatMap((label) => {
    const [angle, phase] = [(Math.PI * label) / CLASSES, 6.3 * random()];
    return Array.from({ length: SIDE * SIDE }, (_, at) => {
      const along = (at % SIDE) * Math.cos(angle) + Math.floor(at / SIDE) * Math.sin(angle);
      return 0.5 + 0.4 * Math.sin(0.8 * along + phase) + 0.2 * (random() - 0.5);
    });
  });
  return [tf.tensor4d(values, [count, SIDE, SIDE, 1]), tf.oneHot(tf.tensor1d(labels, 'int32'), CLASSES)];
}

function convolution(input, name, filters, kernelSize, strides, relu) {
  const options = { filters, kernelSize, strides, padding: 'same', useBias: false, kernelInitializer: 'heNormal' };
  const conv = tf.layers.conv2d({ ...options, name: `${name}_conv` }).apply(input);
  const norm = tf.layers.batchNormalization({ name: `${name}_bn` }).apply(conv);
  return relu ? tf.layers.reLU({ name: `${name}_relu` }).apply(norm) : norm;
}

function block(input, name, filters, strides, project) {
  const first = convolution(input, `${name}_1`, filters, 1, strides, true);
  const second = convolution(first, `${name}_2`, filters, 3, 1, true);
  const third = convolution(second, `${name}_3`, 2 * filters, 1, 1, false);
  const shortcut = project ? convolution(input, `${name}_0`, 2 * filters, 1, strides, false) : input;
  const sum = tf.layers.add({ name: `${name}_add` }).apply([third, shortcut]);
  return tf.layers.reLU({ name: `${name}_out` }).apply(sum);
}

function residualFifty() {
  const input = tf.input({ shape: [SIDE, SIDE, 1] });
  let at = convolution(input, 'conv1', 8, 3, 1, true);
  [3, 4, 6, 3].forEach((count, stage) => {
    for (let i = 0; i < count; i++)
      at = block(at, `conv${stage + 2}_block${i + 1}`, 4 * (stage + 1), i === 0 && stage > 0 ? 2 : 1, i === 0);
  });
  const pooled = tf.layers.globalAveragePooling2d({ name: 'avg_pool', dataFormat: 'channelsLast' }).apply(at);
  const output = tf.layers.dense({ units: CLASSES, activation: 'softmax', name: 'predictions' }).apply(pooled);
  return tf.model({ inputs: input, outputs: output });
}

async function main() {
  const model = residualFifty();
  model.compile({ optimizer: tf.train.adam(0.003), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const [inputs, labels] = stripes(SAMPLES, 1);
  const [seen, answers] = stripes(100, 2);
  await model.fit(inputs, labels, { epochs: EPOCHS, batchSize: 24, validationData: [seen, answers] });
}

void main();
