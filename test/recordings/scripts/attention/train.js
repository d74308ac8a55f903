const tf = require('@tensorflow/tfjs');

const [LENGTH, VOCABULARY, HIDDEN] = [6, 5, 4];

class GetLastTimestep extends tf.layers.Layer {
  constructor(config) {
    super(config || {});
    this.supportsMasking = true;
  }
  computeOutputShape([batch, , units]) {
    return [batch, units];
  }
  call(input) {
    const x = Array.isArray(input) ? input[0] : input;
    return tf.squeeze(tf.gather(x, [x.shape[1] - 1], 1), [1]);
  }
  static get className() {
    return 'GetLastTimestep';
  }
}
tf.serialization.registerClass(GetLastTimestep);

const source = tf.input({ shape: [LENGTH] }); // l1
const target = tf.input({ shape: [LENGTH] }); // l2
const embed = (input) =>
  tf.layers.embedding({ inputDim: VOCABULARY, outputDim: HIDDEN, inputLength: LENGTH, maskZero: true }).apply(input); // l3
const encoder = tf.layers.lstm({ units: HIDDEN, returnSequences: true }).apply(embed(source)); // l4
const last = new GetLastTimestep({ name: 'encoderLast' }).apply(encoder); // l5
const decoder = tf.layers
  .lstm({ units: HIDDEN, returnSequences: true }) // l6
  .apply(embed(target), { initialState: [last, last] });
let attention = tf.layers.dot({ axes: [2, 2] }).apply([decoder, encoder]); // l7
attention = tf.layers.activation({ activation: 'softmax', name: 'attention' }).apply(attention); // l8
const context = tf.layers.dot({ axes: [2, 1], name: 'context' }).apply([attention, encoder]); // l9
const combined = tf.layers.concatenate().apply([context, decoder]); // l10
const hidden = tf.layers
  .timeDistributed({ layer: tf.layers.dense({ units: HIDDEN, activation: 'tanh' }) }) // l11
  .apply(combined);
const output = tf.layers
  .timeDistributed({ layer: tf.layers.dense({ units: VOCABULARY, activation: 'softmax' }) }) // l12
  .apply(hidden);
const model = tf.model({ inputs: [source, target], outputs: output });
model.compile({ loss: 'categoricalCrossentropy', optimizer: 'adam' });

const words = (shift) =>
  Array.from({ length: 24 }, (_, i) =>
    Array.from({ length: LENGTH }, (_, t) => 1 + ((i + t * shift) % (VOCABULARY - 1))),
  );
const [a, b] = [tf.tensor2d(words(1)), tf.tensor2d(words(3))];
const next = tf.tidy(() => tf.oneHot(tf.tensor2d(words(3), [24, LENGTH], 'int32'), VOCABULARY).toFloat());
model.fit([a, b], next, { epochs: 2, batchSize: 8, verbose: 0 }).then((h) => console.log(h.history.loss.join()));
