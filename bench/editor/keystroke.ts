/**
 * How long a keystroke takes until the layers are known again, in a file of 5,000 lines with 200 layers: parsing
 * what changed, and detection. The peer is detection from nothing, which is what a parser without memory does.
 *   node --import tsx bench/editor/keystroke.ts
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Grammars, LayerDetector } from '../../src/extension/detect/syntaxTrees.js';
import { median, type Row } from '../row.js';

const LINES = 5000;
const LAYERS = 200;
const KEYS = 41;
const require = createRequire(import.meta.url);

export async function benchKeystroke(): Promise<Row[]> {
  const grammars = new Grammars(join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm'));
  const text = longFile();
  const detector = new LayerDetector(grammars, 'typescript', text);
  const found = (await detector.layers()).length;
  if (found !== LAYERS) throw new Error(`${found} layers were found, ${LAYERS} are there`);
  const keys: number[] = [];
  let current = text;
  for (let key = 0; key < KEYS; key++) {
    const rangeOffset = Math.floor(current.length / 2);
    current = `${current.slice(0, rangeOffset)}x${current.slice(rangeOffset)}`;
    keys.push(
      await timed(async () => {
        detector.change([{ rangeOffset, rangeLength: 0, text: 'x' }], current);
        await detector.layers();
      }),
    );
  }
  detector.dispose();
  const anew: number[] = [];
  for (let round = 0; round < 7; round++) {
    const fresh = new LayerDetector(grammars, 'typescript', current);
    anew.push(await timed(() => fresh.layers()));
    fresh.dispose();
  }
  await grammars.dispose();
  const what = `a keystroke in ${LINES} lines with ${LAYERS} layers`;
  return [
    {
      section: 'editor',
      what,
      ours: median(keys),
      peer: median(anew),
      peerName: 'detection from nothing',
      unit: 'ms',
      goal: null,
    },
  ];
}

/** Lines mostly not about layers. */
function longFile(): string {
  const lines = ["import * as tf from '@tensorflow/tfjs';", 'const model = tf.sequential();'];
  for (let at = lines.length; lines.length <= LINES; at++) {
    if (at % (LINES / LAYERS) === 0)
      lines.push(`model.add(tf.layers.conv2d({ filters: ${at}, kernelSize: 3, activation: 'relu' }));`);
    else
      lines.push(
        `const value${at} = { name: 'n${at}', list: [1, 2, ${at}], call: () => console.log(\`\${model} ${at}\`) };`,
      );
  }
  return lines.join('\n');
}

/** Milliseconds of processor time: all of this is one thread's work, and other programs do not count. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
