const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

class Distance extends tf.layers.Layer {
  computeOutputShape(shapes) {
    return [shapes[0][0], 1];
  }
  call([a, b]) {
    return tf.tidy(() => tf.sub(a, b).square().sum(1, true).add(1e-6).sqrt());
  }
  static get className() {
    return 'Distance';
  }
}

const twin = tf.sequential({ name: 'twin' });
twin.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3, activation: 'relu' })); // l1
twin.add(tf.layers.flatten()); // l2
twin.add(tf.layers.dense({ units: 4 })); // l3

const left = tf.input({ shape: [8, 8, 1] }); // l4
const right = tf.input({ shape: [8, 8, 1] }); // l5
const distance = new Distance({}).apply([twin.apply(left), twin.apply(right)]); // l6
const same = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(distance); // l7
const model = tf.model({ inputs: [left, right], outputs: same });
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });

const { xs, labels } = images(48, 3);
const other = tf.reverse(xs, 0);
const ys = tf.tensor2d(labels.map((label, i) => [label === labels[47 - i] ? 1 : 0]));
model.fit([xs, other], ys, { epochs: 2, batchSize: 16, verbose: 0 }).then((h) => console.log(h.history.loss.join()));
