/** What a Python script is told to send, and what a person is told, by a clock that is given. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PythonBegin, PythonLayer } from '../../src/protocol/pythonRecorder.js';
import type { PythonContext } from '../../src/recorder/python/pythonContext.js';
import { PythonRun } from '../../src/recorder/python/pythonRun.js';
import { TimeBudget } from '../../src/recorder/time/timeBudget.js';

const layer = (name: string, className: string, outputShape: number[], inputs: number[]): PythonLayer => ({
  name,
  className,
  bases: [],
  outputShape,
  format: 'channelsFirst',
  trainable: true,
  activation: null,
  inputs,
  config: {},
  source: null,
  calledAt: null,
  askedAt: null,
  weights: [],
});

const BEGIN: PythonBegin = {
  type: 'begin',
  run: 0,
  framework: { name: 'pytorch', version: '2' },
  engine: { name: 'torch', version: '2', threads: 1, device: 'cpu' },
  packages: {},
  model: { name: 'Net', optimizer: 'SGD', loss: 'mse', metrics: [], parameterCount: 0 },
  layers: [layer('input', 'Input', [1, 4, 4], []), layer('0', 'ReLU', [1, 4, 4], [0])],
  epochCount: null,
  metricNames: ['loss'],
  answers: { form: 'none', reason: null },
  classNames: null,
  training: { kept: 4, total: 4, labels: null },
  validation: { kept: 0, total: null, labels: null },
  fixedBatch: null,
  millisecondsPerProbe: 1,
  epochMilliseconds: 1,
};

describe('a Python script that is recorded for longer than it may be', () => {
  let clock = 0;
  const notices: string[] = [];
  const context = {
    settings: { workspace: tmpdir(), runsFolder: join(tmpdir(), 'runs'), probes: 4, seed: 0, byteBudget: 2 ** 30 },
    script: { file: join(tmpdir(), 'train.py'), arguments: [] },
    writer: { failed: false, post: () => undefined },
    python: '3.12',
    send: (event: { readonly type: string; readonly text?: string }) => {
      if (event.type === 'notice') notices.push(event.text ?? '');
    },
    isPaused: () => false,
  } as unknown as PythonContext; // all that a run needs of it

  const run = new PythonRun(context, 0, new TimeBudget(0.5, () => clock));
  const isAsked = (epoch: number, isLast = false): boolean => {
    const answer = run.epoch({ type: 'epoch', run: 0, epoch, isLast, metrics: { loss: 1 } });
    return answer.type === 'record' && answer.record;
  };
  const record = (epoch: number, milliseconds: number): void => {
    clock += milliseconds;
    run.commit({ type: 'commit', run: 0, epoch, answers: 0 }, new Float32Array(0));
  };

  it('sends the first epoch and the last, and is told of those that are not recorded, and of no other', async () => {
    assert.equal((await run.begin(BEGIN)).type, 'plan');
    assert.ok(isAsked(0));
    record(0, 20_000);
    assert.ok(!isAsked(1));
    assert.ok(!isAsked(2));
    assert.ok(isAsked(2, true));
    record(2, 20_000);
    run.end({ stopped: false, failure: null });
    assert.match(
      notices.join('\n'),
      /^Epoch 1 is not recorded: .*\nNot recorded because of the time limit: 1 of 2 epochs/,
    );
  });
});
