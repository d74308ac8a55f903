const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

function createDeepQNetwork(h, w, actions) {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 1, activation: 'relu', inputShape: [h, w, 2] })); // l1
  model.add(tf.layers.batchNormalization()); // l2
  model.add(tf.layers.flatten()); // l3
  model.add(tf.layers.dense({ units: 8, activation: 'relu' })); // l4
  model.add(tf.layers.dense({ units: actions })); // l5
  return model;
}

class Agent {
  constructor() {
    this.online = createDeepQNetwork(6, 6, 3);
    this.target = createDeepQNetwork(6, 6, 3);
    this.target.trainable = false;
    this.optimizer = tf.train.adam(0.01);
  }

  copy() {
    this.target.trainable = true;
    this.target.setWeights(this.online.getWeights());
    this.target.trainable = false;
  }

  act(state) {
    return tf.tidy(() => this.online.predict(state).argMax(-1).dataSync()[0]);
  }

  learn(states, actions, rewards, next) {
    const lossFunction = () =>
      tf.tidy(() => {
        const qs = this.online.apply(states, { training: true }).mul(tf.oneHot(actions, 3)).sum(-1);
        const nextMax = this.target.predict(next).max(-1);
        return tf.losses.meanSquaredError(rewards.add(nextMax.mul(0.9)), qs);
      });
    const grads = tf.variableGrads(lossFunction);
    this.optimizer.applyGradients(grads.grads);
    const loss = grads.value.dataSync()[0];
    tf.dispose(grads);
    return loss;
  }
}

const agent = new Agent();
const { xs } = images(40, 4, [6, 6, 2]);
for (let step = 0; step < 12; step++) {
  const states = xs.slice(step, 8);
  const next = xs.slice(step + 8, 8);
  const actions = tf.tensor1d(
    Array.from({ length: 8 }, (_, i) => agent.act(xs.slice([step + i], [1]))),
    'int32',
  );
  const rewards = tf.tensor1d(Array.from({ length: 8 }, (_, i) => ((step + i) % 3) - 1));
  console.log(step, agent.learn(states, actions, rewards, next));
  if (step % 4 === 3) agent.copy();
}
