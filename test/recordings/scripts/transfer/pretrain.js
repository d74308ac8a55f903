/** Makes the base that the other script loads. */
const tf = require('@tensorflow/tfjs-node');

const base = tf.sequential({
  layers: [
    tf.layers.conv2d({ name: 'conv_1', inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
    tf.layers.maxPooling2d({ name: 'pool_1', poolSize: 2 }),
    tf.layers.flatten({ name: 'flat' }),
    tf.layers.dense({ name: 'features', units: 6, activation: 'relu' }),
    tf.layers.dense({ name: 'old_head', units: 10, activation: 'softmax' }),
  ],
});
module.exports = async (folder) => base.save(`file://${folder}`);
