import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LayerDetector, type TextChange } from '../../src/extension/detect/syntaxTrees.js';
import { detect, grammars } from './detector.js';

const START = `import * as tf from '@tensorflow/tfjs';
const model = tf.sequential();
model.add(tf.layers.conv2d({ filters: 8, kernelSize: 3 }));
model.add(tf.layers.flatten());
const rate = 0.5;
function note(epoch) {
  const text = 'epoch ' + epoch;
  console.log(text);
}
model.add(tf.layers.dense({ units: 10, name: 'é', rate }));
`;
/** TensorFlow.js comes to the layers through arguments, lists and fields. */
const HANDED_ON = `const [tf, data] = [require('@tensorflow/tfjs'), 3];
function build(engine, { layers }) {
  return [engine.layers.flatten(), layers.dense({ units: data })];
}
class Net {
  static tf = tf;
  make() {
    const { tf: own } = this;
    return [Net.tf.layers.flatten(), own.layers.flatten()];
  }
}
build(tf, tf);
`;
/** It comes through results, constructors, objects and assignments of patterns. */
const RETURNED = `function load() {
  return import('@tensorflow/tfjs');
}
class Net {
  constructor(lib) {
    this.lib = lib;
  }
  make() {
    return this.lib.layers.flatten();
  }
}
const CONFIG = { units: 3 } as const;
const build = ({ tf }) => tf.layers.dense(CONFIG);
const tf = await load();
build({ tf });
new Net(tf).make();
let layers;
({ layers } = tf);
layers.reLU();
`;
/** It comes from elsewhere, and a class of the file extends a layer. */
const OWN = `function build(tf, { units }) {
  return tf.layers.dense({ units });
}
class Double extends tf.layers.Layer {
  static className = 'Twice';
}
class Four extends Double {}
const both = [new Double(), new Four()];
tf.layers.flatten();
`;
const PIECES = [
  '\n',
  'tf.layers.dense({ units: 3 });\n',
  '// ',
  "'",
  '`',
  '{',
  '}',
  'x',
  '',
  '/*',
  '*/',
  '𝄞',
  'const tf = 1;\n',
  'build(tf);\n',
  'class Four extends tf.layers.Layer {}\n',
  'static',
  'return',
  '({ tf });\n',
  '\r\n',
];

const edit = fc.record({ at: fc.nat(), length: fc.nat(40), text: fc.constantFrom(...PIECES) });

const batches = fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { maxLength: 5 });

function applied(text: string, change: TextChange): string {
  return text.slice(0, change.rangeOffset) + change.text + text.slice(change.rangeOffset + change.rangeLength);
}

describe('detection while a file is edited', () => {
  it('finds after any edits what it finds in the final text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(START, HANDED_ON, RETURNED, OWN), batches, async (start, edits) => {
        const detector = new LayerDetector(grammars, 'typescript', start);
        let text: string = start;
        for (const batch of edits) {
          const changes = batch.map(({ at, length, text: piece }): TextChange => {
            const rangeOffset = at % (text.length + 1);
            const change = { rangeOffset, rangeLength: Math.min(length, text.length - rangeOffset), text: piece };
            text = applied(text, change);
            return change;
          });
          detector.change(changes, text);
          assert.deepEqual(await detector.layers(), await detect(text, 'typescript'));
        }
        detector.dispose();
      }),
      { numRuns: 150 },
    );
  });

  it('begins with layers in every text', async () => {
    const counts = await Promise.all(
      [START, HANDED_ON, RETURNED, OWN].map(async (text) => (await detect(text, 'typescript')).length),
    );
    assert.deepEqual(counts, [3, 4, 3, 4]);
  });

  it('reads a text with an error as the same tree wherever parsing pauses', async () => {
    const broken = HANDED_ON.replace("equire('@tensorf", '\n');
    const whole = (await grammars.parser('typescript')).parse(broken, null)!;
    const clock = performance.now.bind(performance);
    const start = clock();
    let looks = 0;
    // A slice is 5 ms long, and it is 3 ms later at each look at the clock: parsing pauses at every other one.
    performance.now = () => start + 3 * looks++;
    try {
      const paused = await grammars.parse('typescript', broken, null, () => true);
      assert.equal(paused?.rootNode.toString(), whole.rootNode.toString());
      assert.ok(whole.rootNode.hasError && looks > 2);
    } finally {
      performance.now = clock;
    }
  });

  it('follows the editor’s text where reported changes do not lead to it', async () => {
    const detector = new LayerDetector(grammars, 'javascript', START);
    assert.equal((await detector.layers()).length, 3);
    detector.change([{ rangeOffset: 0, rangeLength: 1, text: 'zzz' }], `${START}\ntf.layers.reLU();`);
    assert.equal((await detector.layers()).length, 4);
    detector.dispose();
  });
});
