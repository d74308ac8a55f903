/** The forecast is held against TensorFlow.js itself: the model that the text builds, planned by the recorder. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as TensorFlow from '@tensorflow/tfjs';
import { LayerDetector } from '../../src/extension/detect/syntaxTrees.js';
import { recordingForecasts, type RecordingForecast } from '../../src/extension/forecast/recordingForecast.js';
import { describeLayers } from '../../src/recorder/model/describeLayers.js';
import { traceModel } from '../../src/recorder/model/traceModel.js';
import { planRecording } from '../../src/recorder/plan/planRecording.js';
import type { Model, TensorFlowWithLayers } from '../../src/recorder/hooks/layersApi.js';
import { grammars } from '../detection/detector.js';

const require = createRequire(import.meta.url);
const tf = require('@tensorflow/tfjs') as typeof TensorFlow;
const PROBES = 20;
const BUDGET = 2 ** 31;

async function forecasts(text: string, byteBudget = BUDGET): Promise<RecordingForecast[]> {
  const detector = new LayerDetector(grammars, 'javascript', text);
  const definitions = await detector.layers();
  try {
    return (
      (await detector.read((root, source) =>
        recordingForecasts(root, source, definitions, { probes: PROBES, byteBudget }),
      )) ?? []
    );
  } finally {
    detector.dispose();
  }
}

/** What the recorder plans for a model: bytes an epoch, and layers besides the input. */
function planned(outer: TensorFlow.LayersModel, classes: number): { bytesPerEpoch: number; layerCount: number } {
  // A sequential model computes with the functional one that it builds.
  if (outer instanceof tf.Sequential) outer.build();
  const model = (outer as unknown as { model?: TensorFlow.LayersModel }).model ?? outer;
  const inputs = (): TensorFlow.Tensor[] => model.inputs.map(({ shape }) => tf.zeros([1, ...(shape.slice(1) as number[])])); // prettier-ignore
  const traced = traceModel(tf as unknown as TensorFlowWithLayers, model as unknown as Model, inputs as never);
  const plan = planRecording(
    { layers: describeLayers(traced.layers, () => null), unrecordable: [] },
    {
      task: classes > 0 ? 'classification' : 'none',
      classNames: Array.from({ length: classes }, String),
      metrics: ['loss', 'acc', 'val_loss', 'val_acc', 'probe_accuracy'],
      available: PROBES,
      wanted: PROBES,
      fixedBatch: null,
      lastEpoch: 1,
    },
    { bytes: BUDGET, memoryBytes: 2 ** 30 },
  );
  return { bytesPerEpoch: plan.bytesPerEpoch, layerCount: traced.layers.length - 1 };
}

const HEAD = "const tf = require('@tensorflow/tfjs');\n";

/** `text` makes `model`; the forecast is the recorder's plan to the byte. */
async function check(text: string, classes: number): Promise<void> {
  const model = new Function('require', `${HEAD}${text}\nreturn model;`)(require) as TensorFlow.LayersModel;
  const found = await forecasts(HEAD + text);
  assert.deepEqual(
    found.map(({ bytesPerEpoch, layerCount }) => ({ bytesPerEpoch, layerCount })),
    [planned(model, classes)],
  );
  model.dispose();
}

describe('the forecast before a recording is what the recorder then plans', () => {
  before(() => tf.setBackend('cpu'));

  it('for a sequential model with strides, padding, dilation and no bias', () =>
    check(
      `const SIZE = 28;
       const model = tf.sequential();
       model.add(tf.layers.conv2d({ inputShape: [SIZE, SIZE, 3], filters: 6, kernelSize: [5, 3], strides: 2, useBias: false }));
       model.add(tf.layers.batchNormalization({ scale: false }));
       model.add(tf.layers.reLU());
       model.add(tf.layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', strides: [2, 1] }));
       model.add(tf.layers.conv2d({ filters: 4, kernelSize: 2, dilationRate: 2 }));
       model.add(tf.layers.averagePooling2d({ poolSize: [2, 2], strides: 1, padding: 'same' }));
       model.add(tf.layers.dropout({ rate: 0.2 }));
       model.add(tf.layers.flatten());
       model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));`,
      10,
    ));

  it('for a list of layers, an input layer, and layers from a function that is called twice', () =>
    check(
      `const block = (name) => [
         tf.layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2 }),
         tf.layers.activation({ activation: 'relu' }),
       ];
       const model = tf.sequential({ layers: [
         tf.layers.inputLayer({ inputShape: [16, 16, 2] }),
         ...block('a'), ...block('b'),
         tf.layers.globalMaxPooling2d({}),
         tf.layers.dense({ units: 1, activation: 'sigmoid' }),
       ] });`,
      2,
    ));

  it('for a functional model with a shortcut, a shared layer and a concatenation', () =>
    check(
      `const relu = { padding: 'same', activation: 'relu' };
       const pool = () => tf.layers.maxPooling2d({ poolSize: 2 });
       const input = tf.input({ shape: [12, 12, 1] });
       let x = tf.layers.conv2d({ ...relu, filters: 4, kernelSize: 3 }).apply(input);
       x = pool().apply(x);
       const skip = x;
       const shared = tf.layers.conv2d({ ...relu, filters: 4, kernelSize: 1 });
       x = shared.apply(shared.apply(x));
       x = tf.layers.add().apply([x, skip]);
       const depth = tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', depthMultiplier: 2 }).apply(x);
       x = tf.layers.concatenate().apply([x, depth]);
       x = tf.layers.upSampling2d({ size: [2, 2] }).apply(pool().apply(x));
       x = tf.layers.zeroPadding2d({ padding: [[1, 0], [0, 2]] }).apply(x);
       x = tf.layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2 }).apply(x);
       x = tf.layers.reshape({ targetShape: [-1, 3] }).apply(x);
       x = tf.layers.globalAveragePooling1d({}).apply(x);
       const model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 7 }).apply(x) });`,
      0,
    ));

  it('for signals and volumes', async () => {
    await check(
      `const model = tf.sequential();
       model.add(tf.layers.conv1d({ inputShape: [40, 2], filters: 4, kernelSize: 5, strides: 2 }));
       model.add(tf.layers.maxPooling1d({ poolSize: 2 }));
       model.add(tf.layers.dense({ units: 3 }));`,
      0,
    );
    await check(
      `const model = tf.sequential();
       model.add(tf.layers.conv3d({ inputShape: [6, 6, 6, 1], filters: 2, kernelSize: 3 }));
       model.add(tf.layers.maxPooling3d({ poolSize: 2 }));
       model.add(tf.layers.flatten());
       model.add(tf.layers.dense({ units: 4, activation: 'softmax' }));`,
      4,
    );
  });
});

describe('the forecast before a recording is of lists that grow in sight', () => {
  it('by push, and given by their name', () =>
    check(
      `const layers = [tf.layers.dense({ inputShape: [4], units: 3 })];
       layers.push(tf.layers.dense({ units: 5 }), tf.layers.reLU());
       const model = tf.sequential({ layers });`,
      0,
    ));
});

describe('the forecast before a recording', () => {
  const model = (...lines: string[]): string =>
    `${HEAD}const model = tf.sequential();\nmodel.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }));\n${lines.join('\n')}`;
  const none = async (text: string): Promise<void> => assert.deepEqual(await forecasts(text), []);

  it('stands at the first layer of each model, wherever the function that builds it is', async () => {
    const text = readFileSync('examples/digits/train.js', 'utf8');
    const [only, ...others] = await forecasts(text);
    assert.deepEqual([only?.definition, only?.layerCount, others.length], [0, 11, 0]);
  });

  it('tells after how many epochs the budget makes it keep fewer maps', async () => {
    const [all] = await forecasts(model());
    assert.ok(all && all.epochsInBudget > 1000);
    const budget = 100 * all.bytesPerEpoch;
    const [little] = await forecasts(model(), budget);
    assert.ok(little && little.epochsInBudget < 100, 'what is written once counts, too');
    assert.ok(little.epochsInBudget * all.bytesPerEpoch > budget - 100_000);
  });

  describe('is not there where the text does not decide it', () => {
    it('computed filters', () => none(model('model.add(tf.layers.conv2d({ filters: width * 2, kernelSize: 3 }));')));
    it('an input shape from the data', () =>
      none(
        `${HEAD}const model = tf.sequential({ layers: [tf.layers.conv2d({ inputShape: x.shape.slice(1), filters: 4, kernelSize: 3 })] });`,
      ));
    it('layers added in a loop', () =>
      none(model('for (let i = 0; i < 3; i++) model.add(tf.layers.conv2d({ filters: 4, kernelSize: 1 }));')));
    it('layers added in a branch', () => none(model('if (deep) { model.add(tf.layers.flatten()); }')));
    it('layers added by a callback', () => none(model('[2, 3].forEach((n) => model.add(tf.layers.flatten()));')));
    it('a model that another file goes on building', () => none(model("require('./head').addHead(model);")));
    it('layers added by a function that a loop or a branch calls', async () => {
      const grow = 'function grow(net) { net.add(tf.layers.flatten()); }\nconst more = () => model.add(tf.layers.flatten());'; // prettier-ignore
      await none(model(grow, 'for (const n of [1, 2]) grow(model);'));
      await none(model(grow, 'if (deep) grow(model);'));
      await none(model(grow, '[1, 2].forEach((n) => grow(model));'));
      await none(model(grow, 'while (deep) more();'));
      await none(model('if (deep) addHead(model);'));
    });
    it('a model that is given back before it is whole', () =>
      none(
        `${HEAD}function build(small) {\n  const net = tf.sequential();\n  net.add(tf.layers.dense({ inputShape: [4], units: 3 }));\n  if (small) return net;\n  net.add(tf.layers.dense({ units: 2 }));\n  return net;\n}`,
      ));
    describe('a model that is held in a field, and grows there', () => {
      const begun = 'tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3 })] })';
      for (const text of [
        `exports.net = ${begun};\nexports.net.add(tf.layers.dense({ units: 2 }));`,
        `class Net {\n  constructor() {\n    this.net = ${begun};\n    this.net.add(tf.layers.dense({ units: 2 }));\n  }\n}`,
        `class Net {\n  base() {\n    return ${begun};\n  }\n  whole() {\n    const net = this.base();\n    net.add(tf.layers.dense({ units: 2 }));\n    return net;\n  }\n}`,
        `const [net] = [${begun}];\nnet.add(tf.layers.dense({ units: 2 }));`,
        `class Net {\n  constructor(sizes) {\n    this.net = ${begun};\n    for (const units of sizes) this.net.add(tf.layers.dense({ units }));\n  }\n}`,
      ])
        it(text.replaceAll('\n', ' '), () => none(HEAD + text));
    });
    it('a list of layers that a loop or another function makes longer', async () => {
      const list = 'const layers = [tf.layers.dense({ inputShape: [4], units: 3 })];';
      const built = 'const model = tf.sequential({ layers: layers });';
      const more = 'tf.layers.dense({ units: 2 })';
      await none(`${HEAD}${list}\nfor (const n of [1, 2]) layers.push(${more});\n${built}`);
      await none(`${HEAD}${list}\nextend(layers);\n${built}`);
      await none(`${HEAD}${list}\nlayers[1] = ${more};\n${built}`);
      await none(`${HEAD}${list}\nlayers.unshift(${more});\n${built}`);
    });
    it('models inside another, which alone is trained', async () => {
      const [base, head] = [4, 3].map((size) => `tf.sequential({ layers: [tf.layers.dense({ inputShape: [${size}], units: 3 })] })`); // prettier-ignore
      await none(
        `${HEAD}const base = ${base};\nconst head = ${head};\nconst model = tf.sequential({ layers: [base, head] });`,
      );
      await none(
        `${HEAD}const base = ${base};\nconst input = tf.input({ shape: [4] });\nconst model = tf.model({ inputs: input, outputs: base.apply(input) });`,
      );
    });
    it('a model whose outputs another goes on from', async () => {
      const base = 'const base = tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 3 })] });';
      for (const output of ['base.outputs[0]', 'base.output', "base.getLayer('a').output"])
        await none(
          `${HEAD}${base}\nconst out = tf.layers.dense({ units: 2 }).apply(${output});\nconst model = tf.model({ inputs: base.inputs, outputs: out });`,
        );
    });
    it('models that begin alike, one of which is trained', () =>
      none(
        `${HEAD}const input = tf.input({ shape: [9] });\nconst code = tf.layers.dense({ units: 4 }).apply(input);\nconst encoder = tf.model({ inputs: input, outputs: code });\nconst model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 9 }).apply(code) });`,
      ));
    it('a model that begins in the middle of another', () =>
      none(
        `${HEAD}const input = tf.input({ shape: [9] });\nconst code = tf.layers.dense({ units: 4 }).apply(input);\nconst model = tf.model({ inputs: code, outputs: tf.layers.dense({ units: 9 }).apply(code) });`,
      ));
    it('names that are given anew in a pattern', () =>
      none(
        `${HEAD}const input = tf.input({ shape: [9] });\nlet a = tf.layers.dense({ units: 4 }).apply(input);\nlet b = tf.layers.dense({ units: 5 }).apply(input);\n[a, b] = [b, a];\nconst model = tf.model({ inputs: input, outputs: tf.layers.dense({ units: 9 }).apply(a) });`,
      ));
    it('a layer of a class of one’s own', () => none(model('model.add(new MyLayer());')));
    it('a custom configuration', () => none(model('model.add(tf.layers.conv2d(config));')));
    it('a vector that is flattened, which does not build', () =>
      none(model('model.add(tf.layers.flatten());', 'model.add(tf.layers.flatten());')));
    it('a window that does not fit', () => none(model('model.add(tf.layers.conv2d({ filters: 2, kernelSize: 9 }));')));
    it('a function that calls itself for ever', () =>
      none(`${HEAD}function f() { f(); f(); tf.layers.flatten(); f(); }\nf();`));
  });

  it('is there when a loop trains what was built before', async () =>
    assert.equal((await forecasts(model('for (let i = 0; i < 3; i++) await model.fit(x, y);'))).length, 1));
});
