import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { RecordingConfiguration } from '../../src/extension/record/configurations.js';
import { recordArguments, type RecordingTaskDefinition } from '../../src/extension/record/recordArguments.js';

const defaults = { probes: 1000, byteBudgetMiB: 2048, batchesPerEpoch: 100, trainSizes: [], arguments: ['--quick'] };

const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  contributes: {
    walkthroughs: { steps: { media: { markdown: string } }[] }[];
    taskDefinitions: { properties: object }[];
    configuration: { properties: { 'cnnslicer.configurations': { items: { properties: object } } } };
  };
};

describe('a task of type cnnslicer', () => {
  const check = (task: Omit<RecordingTaskDefinition, 'type'>, expected: string): void =>
    assert.equal(recordArguments({ type: 'cnnslicer', ...task }, defaults).join(' '), expected);

  it('takes what it does not say from the settings', () =>
    check({ script: 'train.js' }, 'record --probes 1000 --budget 2048 --batches-per-epoch 100 -- train.js --quick'));

  it('runs a script of Python with its interpreter', () =>
    assert.equal(
      recordArguments({ type: 'cnnslicer', script: 'train.py' }, defaults, '/w/.venv/bin/python').join(' '),
      'record --python /w/.venv/bin/python --probes 1000 --budget 2048 --batches-per-epoch 100 -- train.py --quick',
    ));

  it('says more than the settings', () =>
    check(
      { script: 'a/train.ts', arguments: ['5'], name: 'five', probes: 200, seed: 3 },
      'record --name five --probes 200 --seed 3 --budget 2048 --batches-per-epoch 100 -- a/train.ts 5',
    ));

  it('names a data set for a file that only exports a model', () =>
    check(
      { script: 'net.js', data: 'digits', labels: 'class', export: 'small', scale: 16, epochs: 4, batchSize: 8 },
      'record --probes 1000 --budget 2048 --batches-per-epoch 100 --model net.js --data digits --labels class --export small --scale 16 --epochs 4 --batch-size 8',
    ));

  it('trains at several sizes, with its own count of batches and pinned layers', () =>
    check(
      { script: 'train.js', arguments: [], trainSizes: [100, 500], batchesPerEpoch: 20, pinnedLayers: ['a', 'b'] },
      'record --probes 1000 --budget 2048 --batches-per-epoch 20 --train-sizes 100,500 --pin a --pin b -- train.js',
    ));

  it('knows in tasks.json all that a configuration knows', () => {
    const { taskDefinitions, configuration } = manifest.contributes;
    const known = configuration.properties['cnnslicer.configurations'].items.properties;
    assert.deepEqual(Object.keys(taskDefinitions[0]?.properties ?? {}).sort(), Object.keys(known).sort());
    assert.deepEqual(Object.keys(known).sort(), Object.keys(RecordingConfiguration.entries).sort());
  });

  it('asks for whole numbers where a configuration is read with whole numbers alone', () => {
    const { taskDefinitions, configuration } = manifest.contributes;
    const known = configuration.properties['cnnslicer.configurations'].items.properties;
    for (const properties of [taskDefinitions[0]?.properties ?? {}, known])
      for (const [key, { type }] of Object.entries(properties as Record<string, { type: string }>)) {
        if (type !== 'number' && type !== 'integer') continue;
        const read = (value: number): boolean =>
          v.is(RecordingConfiguration, { name: 'a', script: 'train.js', [key]: value });
        assert.ok(read(100), key);
        assert.equal(type, read(100.5) ? 'number' : 'integer', key);
      }
  });

  it('never takes a script or its arguments for options', () =>
    check(
      { script: '--help', arguments: ['--probes'] },
      'record --probes 1000 --budget 2048 --batches-per-epoch 100 -- --help --probes',
    ));
});

describe('the manifest of the extension', () => {
  it('has a text for every key, and a key for every text', () => {
    const used = new Set([...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(JSON.parse(read('package.nls.json')) as object).sort());
  });

  it('has a walkthrough of three steps, whose pages are there', () => {
    const [walkthrough] = manifest.contributes.walkthroughs;
    assert.equal(walkthrough?.steps.length, 3);
    for (const { media } of walkthrough.steps) assert.match(read(media.markdown), /^## /m);
  });
});
