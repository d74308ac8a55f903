/** The observer must not disturb: what a script computes and prints is the same with and without recording. */
import assert from 'node:assert/strict';
import { PREAMBLE, runBare, Workspace } from './support/workspace.js';

/** Prints losses, final weights as bits, calls of Math.random, tensors, names: all that recording could have moved. */
const REPORT = `
function report(history, model) {
  const bits = model.getWeights().map((weight) => Buffer.from(weight.dataSync().buffer.slice(0)).toString('base64'));
  console.log(JSON.stringify({
    history, bits, calls, numTensors: tf.memory().numTensors, names: model.layers.map((layer) => layer.name),
    next: tf.layers.dense({ units: 1 }).name, variable: tf.variable(tf.scalar(1)).name,
    argv: process.argv.slice(2), main: require.main === module, id: module.id, cwd: process.cwd(),
    environment: Object.keys(process.env).filter((name) => name.includes('CNNSLICER')), parent: module.parent,
  }));
}
`;

async function check(body: string, args: readonly string[] = []): Promise<string> {
  const workspace = new Workspace();
  const script = workspace.write('train.js', `${PREAMBLE}${REPORT}\n(async () => {${body}})();`);
  const bare = await runBare(script, args);
  assert.equal(bare.exitCode, 0, bare.stderr);
  const recorded = await workspace.record(script, { arguments: args });
  assert.equal(recorded.failure, null, recorded.failure?.wrong);
  assert.equal(recorded.runFolders.length > 0, true, 'something was recorded');
  assert.equal(recorded.stdout, bare.stdout);
  assert.equal(recorded.stderr, bare.stderr);
  assert.deepEqual(
    recorded.notices.filter((text) => text.includes('stopped')),
    [],
  );
  workspace.remove();
  return recorded.stdout;
}

const FIT = '{ epochs: 3, batchSize: 16, verbose: 0';

describe('recording does not disturb', () => {
  it('a network with dropout and batch normalisation: losses, weights, Math.random, tensors, names', async () => {
    await check(
      `const { x, y } = samples(96, 3); const v = samples(30, 3); const model = compiled(network());
       const { history } = await model.fit(x, y, ${FIT}, validationData: [v.x, v.y] }); report(history, model);`,
      ['--rate', 'a b', 'ü'],
    );
  });

  it('several fits, a second model, and a validation split @all', async () => {
    await check(
      `const { x, y } = samples(96, 3); const model = compiled(network()); const other = compiled(network(3, 2));
       const a = await model.fit(x, y, ${FIT}, validationSplit: 0.25 });
       const b = await other.fit(x, y, ${FIT} });
       const c = await model.fit(x, y, ${FIT}, initialEpoch: 1 });
       report([a.history, b.history, c.history], model);`,
    );
  });

  it('a model that is disposed of, inside a tidy, with batches that are no complete epoch @all', async () => {
    await check(
      `const { x, y } = samples(96, 3); const model = compiled(network()), other = compiled(network());
       for (let i = 0; i < 5; i++) await model.trainOnBatch(x, y);
       const disposed = tf.tidy(() => model.dispose());
       let again; try { model.dispose(); } catch (error) { again = error.message; }
       const { history } = await other.fit(x, y, ${FIT} }); report({ history, disposed, again }, other);`,
    );
  });

  it('a GAN, whose discriminator is frozen between batches: the order of its weights changes @all', async () => {
    await check(
      `const generator = tf.sequential({ layers: [
         tf.layers.dense({ units: 8, inputShape: [3] }), tf.layers.batchNormalization(), tf.layers.dense({ units: 6 })] });
       const discriminator = tf.sequential({ layers: [
         tf.layers.dense({ units: 5, activation: 'relu', inputShape: [6] }), tf.layers.dense({ units: 1, activation: 'sigmoid' })] });
       const compile = (model) => model.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy' });
       const gan = tf.sequential(); gan.add(generator); discriminator.trainable = false; gan.add(discriminator);
       compile(gan); discriminator.trainable = true; compile(discriminator);
       const noise = tf.randomNormal([16, 3], 0, 1, 'float32', 5), ones = tf.ones([16, 1]), losses = [];
       const batch = async () => {
         losses.push(await discriminator.trainOnBatch(generator.predict(noise), tf.zeros([16, 1])));
         discriminator.trainable = false; losses.push(await gan.trainOnBatch(noise, ones)); discriminator.trainable = true;
       };
       for (let i = 0; i < 3; i++) await batch();
       gan.evaluate(noise, ones); // ends the epoch
       for (let i = 0; i < 3; i++) await batch();
       report(losses, gan);`,
    );
  });

  it('a stateful recurrent layer, whose state must survive the probes @all', async () => {
    await check(
      `const { x, y } = samples(96, 3, [4, 5]);
       const model = compiled(tf.sequential({ layers: [
         tf.layers.lstm({ units: 6, batchInputShape: [16, 4, 5], stateful: true }), tf.layers.dense({ units: 3, activation: 'softmax' })] }));
       const { history } = await model.fit(x, y, ${FIT}, shuffle: false });
       report(history, model); console.log(Array.from(model.predict(x.slice(0, 16), { batchSize: 16 }).dataSync()).join());`,
    );
  });

  it('a shuffled data set with a seed, whose next order depends on how often it was read @all', async () => {
    await check(
      `const { x, y } = samples(96, 3); const v = samples(32, 3); const model = compiled(network());
       const set = ({ x, y }, seed) => tf.data.zip({ xs: tf.data.array(tf.unstack(x)), ys: tf.data.array(tf.unstack(y)) }).shuffle(96, seed).batch(16);
       const { history } = await model.fitDataset(set({ x, y }, 'a'), { epochs: 3, verbose: 0, validationData: set(v, 'b') });
       report(history, model);`,
    );
  });

  it('callbacks: early stopping, custom ones, and what they change @all', async () => {
    await check(
      `const { x, y } = samples(96, 3); const v = samples(30, 3); const model = compiled(network()); const seen = [];
       class Own extends tf.Callback { async onEpochEnd(epoch, logs) { seen.push([epoch, Object.keys(logs).sort()]); } }
       const { history } = await model.fit(x, y, { epochs: 30, batchSize: 16, verbose: 0, validationData: [v.x, v.y],
         callbacks: [new Own(), tf.callbacks.earlyStopping({ monitor: 'val_loss', patience: 1 })] });
       report([history, seen], model);`,
    );
  });

  it("the script's exit code, its own handlers and what it prints on the way out @all", async () => {
    const workspace = new Workspace();
    const script = workspace.write(
      'train.js',
      `${PREAMBLE}process.on('exit', (code) => console.log('exit', code));
       process.on('uncaughtException', (error, origin) => { console.log('caught', error.message, origin); process.exitCode = 5; });
       (async () => { const { x, y } = samples(32, 3); await compiled(network()).fit(x, y, ${FIT} });
       setTimeout(() => { throw new Error('late'); }, 10); })();`,
    );
    const bare = await runBare(script);
    const recorded = await workspace.record(script);
    assert.deepEqual([recorded.exitCode, recorded.stdout, recorded.stderr], [bare.exitCode, bare.stdout, bare.stderr]);
    assert.equal(recorded.exitCode, 5);
    workspace.remove();
  });
});
