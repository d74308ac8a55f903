const tf = require('@tensorflow/tfjs-node');
const { images } = require('../data');

class ZLayer extends tf.layers.Layer {
  computeOutputShape(inputShape) {
    return inputShape[0];
  }
  call([zMean, zLogVar]) {
    return tf.tidy(() => {
      const epsilon = tf.randomNormal(zMean.shape, 0, 1);
      return zMean.add(zLogVar.mul(0.5).exp().mul(epsilon));
    });
  }
  static get className() {
    return 'ZLayer';
  }
}
tf.serialization.registerClass(ZLayer);

function encoder() {
  const inputs = tf.input({ shape: [64], name: 'encoder_input' }); // l1
  const x = tf.layers.dense({ units: 12, activation: 'relu' }).apply(inputs); // l2
  const zMean = tf.layers.dense({ units: 2, name: 'z_mean' }).apply(x); // l3
  const zLogVar = tf.layers.dense({ units: 2, name: 'z_log_var' }).apply(x); // l4
  const z = new ZLayer({ name: 'z', inputShape: [[2], [2]] }).apply([zMean, zLogVar]); // l5
  return tf.model({ inputs, outputs: [zMean, zLogVar, z], name: 'encoder' });
}

function decoder() {
  const input = tf.input({ shape: [2] }); // l6
  let y = tf.layers.dense({ units: 12, activation: 'relu' }).apply(input); // l7
  y = tf.layers.dense({ units: 64, activation: 'sigmoid' }).apply(y); // l8
  return tf.model({ inputs: input, outputs: y, name: 'decoder' });
}

function vae(encoder, decoder) {
  const inputs = encoder.inputs;
  const [zMean, zLogVar, z] = encoder.apply(inputs);
  return tf.model({ inputs, outputs: [decoder.apply(z), zMean, zLogVar], name: 'vae' });
}

function vaeLoss(inputs, [decoded, zMean, zLogVar]) {
  return tf.tidy(() => {
    const reconstruction = tf.losses.meanSquaredError(inputs, decoded).mul(64);
    const kl = zLogVar.add(1).sub(zMean.square()).sub(zLogVar.exp()).sum(-1).mul(-0.5);
    return reconstruction.add(kl).mean();
  });
}

async function run() {
  const model = vae(encoder(), decoder());
  const data = images(48, 3).xs.reshape([48, 64]);
  const optimizer = tf.train.adam(0.01);
  for (let epoch = 0; epoch < 3; epoch++) {
    for (let j = 0; j < 6; j++) {
      const batch = data.slice(j * 8, 8);
      const cost = optimizer.minimize(() => vaeLoss(batch, model.apply(batch)), true);
      if (j === 5) console.log(epoch, cost.dataSync()[0]);
      tf.dispose([batch, cost]);
    }
    await tf.nextFrame();
  }
}

run();
