const tf = require('@tensorflow/tfjs');

class Agent {
  constructor() {
    this.model = tf.sequential();
    this.model.add(tf.layers.dense({ units: 12, inputShape: [4], activation: 'relu' })); // l1
    this.model.add(tf.layers.dense({ units: 2, activation: 'linear' })); // l2
    this.model.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.01) });
  }

  async replay(state, reward) {
    const x = tf.tensor2d([state]);
    const target = tf.tidy(() => this.model.predict(x).mul(0.9).add(reward));
    await this.model.fit(x, target, { epochs: 1, verbose: 0 });
    tf.dispose([x, target]);
  }
}

(async () => {
  const agent = new Agent();
  for (let step = 0; step < 63; step++) await agent.replay([Math.sin(step), Math.cos(step), step % 3, 1], step % 2);
})();
