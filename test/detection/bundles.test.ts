/** What detection does in files that bundlers made: nothing where no TensorFlow.js comes in, and little for each name. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Bindings } from '../../src/extension/detect/bindings.js';
import type { Declaration } from '../../src/extension/detect/declarations.js';
import { NestedScopes, type Seen } from '../../src/extension/detect/scopes.js';
import { LayerDetector, type Grammars } from '../../src/extension/detect/syntaxTrees.js';
import { importsTfjs, mentionsTfjs } from '../../src/frameworks/tfjs/moduleNames.js';
import { grammars } from './detector.js';

/** Has TensorFlow.js inside: messages, comments and keys name it. */
const INSIDE = `var e=__commonJS({"node_modules/@tensorflow/tfjs-core/dist/tf.node.js"(t){t.x=1}});
// node_modules/@tensorflow/tfjs-layers/dist/index.js
/** const a = tf.layers.dense({ units: 1 }); */
/**
 * model.add(tf.layers.dense({ units: 1 }));
 */
console.warn("Run npm install @tensorflow/tfjs-node, or see https://github.com/@tensorflow/tfjs for more");
function n(){return e.layers.dense({units:1})}n();`;

const MODULES = [
  "import * as tf from '@tensorflow/tfjs';",
  'import "@tensorflow/tfjs-node"',
  "const tf=require('@tensorflow/tfjs')",
  "define(['@tensorflow/tfjs'], (tf) => tf)",
  "await import(/* later */ 'https://esm.sh/@tensorflow/tfjs@4.22.0')",
  "let a: typeof import('@tensorflow/tfjs');",
  "e=n(12),t=i(require('@tensorflow/tfjs-layers/dist/exports_layers'))",
];

describe('a bundle', () => {
  it('brings TensorFlow.js in by a module, or has nothing to look for', () => {
    for (const text of MODULES) assert.ok(importsTfjs(text), text);
    assert.ok(!importsTfjs(INSIDE) && !mentionsTfjs(INSIDE));
    assert.ok(!importsTfjs("import '@tensorflow/tfjsx'; require('tensorflow');"));
  });

  it('that has TensorFlow.js inside is not parsed', async () => {
    const none = { parse: () => assert.fail('it was parsed') } as unknown as Grammars;
    assert.deepEqual(await new LayerDetector(none, 'javascript', INSIDE).layers(), []);
  });

  it('whose variables have one name resolves each assignment once', async () => {
    const count = 300;
    const parts = Array.from({ length: count }, (_, i) => `function f${i}(t){t=f${i};return t.add(${i})}`);
    const text = `${MODULES[0]}${parts.join('')}`;
    const tree = await grammars.parse('javascript', text, null, () => true);
    const bindings = new Bindings(tree!.rootNode, text);
    let resolved = 0;
    const resolve = bindings.resolve.bind(bindings);
    bindings.resolve = (...given) => (resolved++, resolve(...given));
    for (const found of text.matchAll(/(?<=return )t/g)) {
      const use = tree!.rootNode.descendantForIndex(found.index, found.index + 1)!;
      assert.equal(bindings.assignmentsTo(resolve('t', use)!).length, 1);
    }
    assert.equal(resolved, count);
    tree!.delete();
  });
});

describe('scopes that declare one name', () => {
  /** Scopes of a tree of blocks: each letter pair is one; some declare the name. */
  const seenOf = (blocks: readonly number[]): Seen[] => {
    const [seen, open]: [Seen[], number[]] = [[], []];
    blocks.forEach((block, place) => {
      if (block > 0 || open.length === 0) open.push(place);
      else seen.push({ start: open.pop()!, end: place, declaration: { name: `${place}` } as Declaration });
    });
    return seen.filter((_, index) => (blocks[index] ?? 0) !== 2);
  };

  it('give the innermost around a place', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 1, 2), { maxLength: 60 }), fc.nat(60), (blocks, place) => {
        const seen = seenOf(blocks);
        const around = seen.filter(({ start, end }) => start <= place && place + 1 <= end);
        const expected = around.sort((a, b) => a.end - a.start - (b.end - b.start))[0]?.declaration;
        assert.equal(new NestedScopes(seen).around(place, place + 1), expected);
      }),
    );
  });

  it('are found in few steps, whatever their number', () => {
    const count = 4096;
    const outer = { start: 0, end: 10 * count, declaration: { name: 'outer' } as Declaration };
    const seen = Array.from({ length: count }, (_, i) => ({ ...outer, start: 10 * i + 1, end: 10 * i + 5 }));
    const scopes = new NestedScopes([outer, ...seen]);
    for (let i = 0; i < count; i++) assert.equal(scopes.around(10 * i + 7, 10 * i + 8)?.name, 'outer');
    assert.ok(scopes.steps <= count * 15, `${scopes.steps} steps`);
  });
});
