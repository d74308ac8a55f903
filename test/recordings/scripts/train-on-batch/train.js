const tf = require('@tensorflow/tfjs');
const { images } = require('../data');

async function main() {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' })); // l1
  model.add(tf.layers.flatten()); // l2
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' })); // l3
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });

  const train = images(48, 3);
  const test = images(24, 3);
  for (let epoch = 0; epoch < 3; epoch++) {
    for (let i = 0; i < 48; i += 8) {
      const [xs, ys] = [train.xs.slice(i, 8), train.ys.slice(i, 8)];
      const [loss, acc] = await model.trainOnBatch(xs, ys);
      if (i === 40) console.log(`epoch ${epoch}: ${loss} ${acc}`);
      tf.dispose([xs, ys]);
    }
    const [valLoss, valAcc] = model.evaluate(test.xs, test.ys);
    console.log(`  test ${valLoss.dataSync()[0]} ${valAcc.dataSync()[0]}`);
    tf.dispose([valLoss, valAcc]);
  }
}

main();
