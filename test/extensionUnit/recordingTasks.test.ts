import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { recordArguments, type RecordingTaskDefinition } from '../../src/extension/record/recordArguments.js';

const defaults = { probes: 1000, byteBudgetMiB: 2048, arguments: ['--quick'] };

describe('a task of type cnnslicer', () => {
  const check = (task: Omit<RecordingTaskDefinition, 'type'>, expected: string): void =>
    assert.equal(recordArguments({ type: 'cnnslicer', ...task }, defaults).join(' '), expected);

  it('takes what it does not say from the settings', () =>
    check({ script: 'train.js' }, 'record --probes 1000 --budget 2048 -- train.js --quick'));

  it('says more than the settings', () =>
    check(
      { script: 'a/train.ts', arguments: ['5'], name: 'five', probes: 200, seed: 3 },
      'record --name five --probes 200 --seed 3 --budget 2048 -- a/train.ts 5',
    ));

  it('never takes a script or its arguments for options', () =>
    check({ script: '--help', arguments: ['--probes'] }, 'record --probes 1000 --budget 2048 -- --help --probes'));
});

describe('the manifest of the extension', () => {
  const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  const manifest = JSON.parse(read('package.json')) as {
    contributes: { walkthroughs: { steps: { media: { markdown: string } }[] }[] };
  };

  it('has a text for every key, and a key for every text', () => {
    const used = new Set([...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
    assert.deepEqual([...used].sort(), Object.keys(JSON.parse(read('package.nls.json')) as object).sort());
  });

  it('has a walkthrough of three steps, whose pages are there', () => {
    const [walkthrough] = manifest.contributes.walkthroughs;
    assert.equal(walkthrough?.steps.length, 3);
    for (const { media } of walkthrough.steps) assert.ok(read(media.markdown).startsWith('## '));
  });
});
