const tf = require('@tensorflow/tfjs');

class SelfAttention extends tf.layers.Layer {
  constructor(config) {
    super(config);
    this.units = config.units;
    this.supportsMasking = true;
  }

  build(shape) {
    const init = tf.initializers.glorotUniform({ seed: 3 });
    for (const name of ['query', 'key', 'value']) {
      this[name] = this.addWeight(name, [shape[shape.length - 1], this.units], 'float32', init);
    }
    super.build(shape);
  }

  computeOutputShape([batch, steps]) {
    return [batch, steps, this.units];
  }

  call(inputs, kwargs) {
    return tf.tidy(() => {
      this.invokeCallHook(inputs, kwargs);
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const [batch, steps, width] = x.shape;
      const through = (weight) =>
        x.reshape([batch * steps, width]).matMul(weight.read()).reshape([batch, steps, this.units]);
      const scores = tf.matMul(through(this.query), through(this.key), false, true).div(Math.sqrt(this.units));
      return tf.matMul(tf.softmax(scores), through(this.value));
    });
  }

  getConfig() {
    return { ...super.getConfig(), units: this.units };
  }

  static get className() {
    return 'SelfAttention';
  }
}
tf.serialization.registerClass(SelfAttention);

class Positions extends tf.layers.Layer {
  build([, steps, width]) {
    this.table = this.addWeight('table', [steps, width], 'float32', tf.initializers.randomNormal({ seed: 4 }));
    this.built = true;
  }

  call(inputs) {
    return tf.add([inputs].flat()[0], this.table.read());
  }

  computeOutputShape(shape) {
    return shape;
  }
}
Positions.className = 'Positions';

function block(x) {
  const attended = new SelfAttention({ units: 8 }).apply(x); // l4
  const summed = tf.layers.add().apply([x, attended]); // l5
  const normal = tf.layers.layerNormalization().apply(summed); // l6
  const fed = tf.layers.dense({ units: 8, activation: 'relu' }).apply(normal); // l7
  return tf.layers.add().apply([normal, fed]); // l8
}

(async () => {
  const tokens = tf.input({ shape: [10], dtype: 'int32' }); // l1
  const embedded = tf.layers.embedding({ inputDim: 20, outputDim: 8 }).apply(tokens); // l2
  const placed = new Positions({}).apply(embedded); // l3
  const pooled = tf.layers.globalAveragePooling1d().apply(block(placed)); // l9
  const output = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(pooled); // l10
  const model = tf.model({ inputs: tokens, outputs: output });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  const ids = Array.from({ length: 48 }, (_, i) => Array.from({ length: 10 }, (_, j) => (i * 7 + j * 3) % 20));
  const labels = tf.tensor2d(ids.map(([first]) => [first % 2]));
  await model.fit(tf.tensor2d(ids, [48, 10], 'int32'), labels, { epochs: 2, batchSize: 16, verbose: 0 });
})();
