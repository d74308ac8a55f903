const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

/** With weights, saved by its name. */
class Scale extends tf.layers.Layer {
  constructor(config) {
    super(config);
    this.initial = config.initial;
  }
  build(inputShape) {
    this.factor = this.addWeight(
      'factor',
      [inputShape[inputShape.length - 1]],
      'float32',
      tf.initializers.constant({ value: this.initial }),
    );
    this.built = true;
  }
  call(inputs, kwargs) {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      return tf.mul(Array.isArray(inputs) ? inputs[0] : inputs, this.factor.read());
    });
  }
  getConfig() {
    return { ...super.getConfig(), initial: this.initial };
  }
  static get className() {
    return 'Scale';
  }
}
tf.serialization.registerClass(Scale);

/** The way in which projects write the lambda layer that TensorFlow.js lacks: no class name, no configuration. */
class Lambda extends tf.layers.Layer {
  constructor(f) {
    super({ name: 'wave' });
    this.f = f;
  }
  call(inputs) {
    return tf.tidy(() => this.f(Array.isArray(inputs) ? inputs[0] : inputs));
  }
  computeOutputShape(shape) {
    return shape;
  }
}

const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3 })); // l1
model.add(new Scale({ initial: 2 })); // l2
model.add(new Lambda((x) => tf.sin(x))); // l3
model.add(tf.layers.layerNormalization()); // l4
model.add(tf.layers.gaussianNoise({ stddev: 0.1 })); // l5
model.add(tf.layers.flatten()); // l6
model.add(tf.layers.dense({ units: 1, activation: 'sigmoid', kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }) })); // l7
model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy', metrics: ['accuracy'] });
const { xs, labels } = images(40, 2);
model
  .fit(xs, tf.tensor2d(labels, [40, 1]), { epochs: 2, batchSize: 10, verbose: 0 })
  .then((h) => console.log(JSON.stringify(h.history)));
