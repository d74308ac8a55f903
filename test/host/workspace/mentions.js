// Names of layers, but no model: tf.layers.dense({ units: 10 }) stands in this comment.
const tf = { layers: { dense: (options) => options } };
const text = 'tf.layers.conv2d({ filters: 8, kernelSize: 3 })';
const conv2d = (filters) => filters * 2;
conv2d(4);
tf.layers.dense({ units: 10 });
module.exports = { text };
