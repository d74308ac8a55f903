/** The arguments of `cnnslicer record` with and without a script. */
import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { modelTraining, type ModelOptions } from '../../src/cli/modelOptions.js';
import { Failure } from '../../src/protocol/failure.js';

const folder = resolve('/w');
const read = (script: string | undefined, options: Partial<ModelOptions>) => modelTraining(script, options, folder);

describe('the arguments of a recording', () => {
  it('with a script name no model', () => assert.equal(read('train.js', {}), null));

  it('with a model and data have absolute paths and the usual values', () => {
    const training = read(undefined, { model: 'net.js', data: 'cifar' });
    assert.deepEqual([training?.data, training?.labels, training?.epochs], [join(folder, 'cifar'), null, 10]);
  });

  it('take labels for a file when they look like one, else for a column', () => {
    const labels = (given: string): string | null | undefined =>
      read(undefined, { model: 'net.js', data: 'd', labels: given })?.labels;
    assert.deepEqual([labels('y.npy'), labels('species'), labels('0')], [join(folder, 'y.npy'), 'species', '0']);
  });

  it('that do not go together are refused in words', () => {
    const check = (script: string | undefined, options: Partial<ModelOptions>, words: RegExp): void =>
      assert.throws(
        () => read(script, options),
        (error) => error instanceof Failure && error.kind === 'bad-input' && words.test(error.message),
      );
    check(undefined, {}, /neither a script nor a model/);
    check(undefined, { data: 'd' }, /--data was given without --model/);
    check('train.js', { data: 'd' }, /--data was given without --model/);
    check(undefined, { model: 'net.js' }, /without --data/);
    check('train.js', { model: 'net.js', data: 'd' }, /both --model and the script train\.js/);
  });
});
