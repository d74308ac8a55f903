/**
 * The control of the matrix: recorders that are broken on purpose, each in one small way, fail the very check
 * that every script of the matrix passes.
 */
import assert from 'node:assert/strict';
import { brokenRecorder, type Sabotage } from '../recorder/support/bundles.js';
import { checkFindings, findingsOf } from './support/checkShape.js';
import { ENGINES, type Engine } from './support/engines.js';
import { prepareWorkspace, recordShape } from './support/recordShape.js';
import { SHAPES, type Shape } from './support/shapes.js';

const TRAINER = 'src/recorder/training/trainingRecorder.ts';
const EPOCH_END = 'if (training) await this.#waiting(training.epochEnd(fit, logs));';

/** A weight's bits plus one: the next number that float32 has. */
const NUDGE = `{
  const variable = fit.model.trainableWeights[0]!.read() as import('@tensorflow/tfjs-core').Variable;
  const values = variable.dataSync().slice() as Float32Array;
  new Uint32Array(values.buffer)[0]!++;
  variable.assign(this.context.tf.tensor(values, variable.shape));
}`;

const SABOTAGES: readonly (Sabotage & { readonly what: string; readonly finds: RegExp })[] = [
  {
    what: 'adds one ulp to one weight after an epoch',
    ...{ file: TRAINER, text: EPOCH_END, broken: `${NUDGE}\n${EPOCH_END}` },
    finds: /variables|strictly deep-equal/,
  },
  {
    what: 'calls Math.random once an epoch',
    ...{ file: TRAINER, text: EPOCH_END, broken: `Math.random();\n${EPOCH_END}` },
    finds: /randomCalls|strictly deep-equal/,
  },
  {
    what: 'leaves one tensor behind',
    ...{ file: TRAINER, text: EPOCH_END, broken: `this.context.tf.scalar(1);\n${EPOCH_END}` },
    finds: /numTensors|strictly deep-equal/,
  },
  {
    what: 'says one line to standard output',
    ...{ file: TRAINER, text: EPOCH_END, broken: `process.stdout.write('recorded\\n');\n${EPOCH_END}` },
    finds: /recorded/,
  },
  {
    what: 'attributes a layer one line off',
    file: 'src/recorder/hooks/sourcePositions.ts',
    text: 'line: position.line, column',
    broken: 'line: position.line + 1, column',
    finds: /@/,
  },
];

const [engine] = ENGINES as readonly [Engine];
const shape = SHAPES.find(({ name }) => name === 'cifar-esm') as Shape;

describe('the control of the matrix', () => {
  const workspace = prepareWorkspace(engine, shape.packages);
  after(() => workspace.remove());

  async function check(recorderFile?: string): Promise<void> {
    const outcome = await recordShape(workspace, engine, shape, recorderFile);
    checkFindings(shape, engine, outcome, await findingsOf(shape, outcome, workspace));
  }

  it('passes with the recorder that ships', () => check());

  for (const [i, { what, finds, ...sabotage }] of SABOTAGES.entries()) {
    it(`fails with a recorder that ${what}${i > 0 ? ' @all' : ''}`, async () => {
      const { recorderFile, remove } = await brokenRecorder(sabotage);
      try {
        await assert.rejects(check(recorderFile), (error: Error) => {
          assert.equal(error.name, 'AssertionError', String(error));
          assert.match(error.message, finds);
          return true;
        });
      } finally {
        remove();
      }
    });
  }
});
