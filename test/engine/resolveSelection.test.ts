/** What a query selects in a run, and what is said of things that the run does not have. */
import assert from 'node:assert/strict';
import { resolveSelection, withMaps, type RunFacts, type Selection } from '../../src/analysis/run/resolveSelection.js';
import { Failure } from '../../src/protocol/failure.js';
import { parseQuery } from '../../src/protocol/queryText.js';
import type { EpochState } from '../../src/protocol/run.js';
import { syntheticManifest } from './syntheticRun.js';

/** Layers: layer_0 input 1×6×6, layer_1 4×5×5, layer_2 4×3, layer_3 5 units. Nine probes. */
const manifest = syntheticManifest({ sampleCount: 9, mapSampleCount: 6, lastEpoch: 10 });
const whole = (epoch: number): EpochState => ({ epoch, state: 'whole' });
const facts: RunFacts = {
  manifest,
  epochStates: [whole(0), whole(1), { epoch: 2, state: 'damaged', reason: 'a chunk is missing' }, whole(5), whole(10)],
  labels: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, -1),
  splits: Uint8Array.of(0, 0, 0, 1, 1, 1, 1, 1, 1),
  predictions: new Map([
    [0, Int32Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0)],
    [1, Int32Array.of(0, 1, 2, 0, 1, 2, 2, 2, 2)],
    [10, Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, -1)],
  ]),
};
const select = (text: string, some: Partial<RunFacts> = {}): Selection =>
  resolveSelection(parseQuery(text), { ...facts, ...some });

describe('samples', () => {
  const check = (term: string, expected: number[]) =>
    it(`${term} are ${expected.join(' ') || 'none'}`, () =>
      assert.deepEqual(select(`dCNN(${term}, layer_1, -, 1)`).epochs[0].samples, expected));

  check('-', [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  check('{7, 0..2}', [0, 1, 2, 7]);
  check('x.label = 1', [1, 4, 7]);
  check('x.label ≠ 1', [0, 2, 3, 5, 6]);
  check('x.label = {0, 2}', [0, 2, 3, 5, 6]);
  check('y = 2', [2, 5, 6, 7, 8]);
  check('x.label ≠ y', [6, 7]);
  check('y = x.label', [0, 1, 2, 3, 4, 5]);
  check('x.split = train', [0, 1, 2]);
  check('x.split ≠ train and x.label = 0', [3, 6]);
  check('x.label = 0 and x.label = 1', []);

  it('of conditions on predictions differ by epoch', () => {
    const { epochs } = select('dCNN(x.label ≠ y, layer_1, -, {0..1, 10})');
    assert.deepEqual(
      epochs.map(({ samples }) => samples),
      [[1, 2, 4, 5, 7], [6, 7], []],
    );
  });
  it('of all other queries are one array for all epochs', () => {
    const { epochs } = select('dCNN(x.label = 1, layer_1, -, {0, 1, 10})');
    assert.equal(epochs[0].samples, epochs[2].samples);
  });
  it('without kept maps are left out by withMaps', () => {
    assert.deepEqual(withMaps([0, 3, 5, 6, 8], manifest), [0, 3, 5]);
    assert.deepEqual(withMaps([6, 8], manifest), []);
  });
});

describe('layers and channels', () => {
  const check = (terms: string, expected: [number, number[]][]) =>
    it(terms, () =>
      assert.deepEqual(
        select(`dCNN(-, ${terms}, 0)`).layers.map(({ layer, channels }) => [layer, [...channels]]),
        expected,
      ),
    );

  check('-, -', [
    [0, [0]],
    [1, [0, 1, 2, 3]],
    [2, [0, 1, 2, 3]],
    [3, [0, 1, 2, 3, 4]],
  ]);
  check('{layer_3, 1, layer_1}, 0', [
    [1, [0]],
    [3, [0]],
  ]);
  check('kind:conv, {2..3}', [
    [1, [2, 3]],
    [2, [2, 3]],
    [3, [2, 3]],
  ]);
  check('-, 4', [[3, [4]]]);
  check('{0..2}, {1..3}', [
    [1, [1, 2, 3]],
    [2, [1, 2, 3]],
  ]);
});

describe('a layer inside of a model', () => {
  const rename = (names: readonly string[]) => ({
    manifest: { ...manifest, layers: manifest.layers.map((layer, index) => ({ ...layer, name: names[index]! })) },
  });
  const layersOf = (names: readonly string[]) =>
    select('dCNN(-, z_mean, -, 0)', rename(names)).layers.map(({ layer }) => layer);

  it('may be called by its last part where no other ends in it', () => {
    assert.deepEqual(layersOf(['in', 'encoder/z_mean', 'encoder/z', 'mean']), [1]);
    assert.deepEqual(layersOf(['in', 'encoder/z_mean', 'z_mean', 'mean']), [2]);
  });
  it('is not guessed where two end in it', () => {
    const two = ['in', 'encoder/z_mean', 'decoder/z_mean', 'az_mean'];
    assert.throws(() => layersOf(two), /layer z_mean: the run has in, encoder\/z_mean, decoder\/z_mean/);
  });
});

describe('epochs', () => {
  const check = (term: string, expected: [number, string | null][]) =>
    it(term, () =>
      assert.deepEqual(
        select(`dCNN(-, 1, -, ${term})`).epochs.map(({ epoch, damage }) => [epoch, damage]),
        expected,
      ),
    );

  check('-', [
    [0, null],
    [1, null],
    [2, 'a chunk is missing'],
    [5, null],
    [10, null],
  ]);
  check('last', [[10, null]]);
  check('5', [[5, null]]);
  check('{1..9}', [
    [1, null],
    [2, 'a chunk is missing'],
    [5, null],
  ]);

  it('last is the last whole one', () => {
    const { epochs } = select('dCNN(-, 1, -, last)', {
      epochStates: [whole(0), { epoch: 1, state: 'damaged', reason: 'torn' }],
    });
    assert.deepEqual(
      epochs.map(({ epoch }) => epoch),
      [0],
    );
  });
  it('whose predictions cannot be read say so, and the others are answered', () => {
    const { epochs } = select('dCNN(y = 0, 1, -, {1, 5})');
    assert.deepEqual(
      epochs.map(({ damage }) => damage),
      [null, 'its predictions cannot be read'],
    );
  });
});

describe('what the run does not have is named with what there is', () => {
  const check = (text: string, wrong: string, some: Partial<RunFacts> = {}) =>
    it(text, () =>
      assert.throws(
        () => select(text, some),
        (error) =>
          error instanceof Failure && error.kind === 'not-found' && assert.equal(error.wrong, wrong) === undefined,
      ),
    );

  check('dCNN(-, conv2d_9, -, -)', 'layer conv2d_9: the run has layer_0, layer_1, layer_2, layer_3');
  check('dCNN(-, {0..4}, -, -)', 'layer 4: the run has layers 0 to 3');
  check('dCNN(-, kind:pool, -, -)', 'kind:pool: the run has layers of the kinds input, conv');
  check('dCNN(-, layer_1, {0..4}, -)', 'channel 4: layer layer_1 has channels 0 to 3');
  check('dCNN(-, {layer_3, layer_1}, 4, -)', 'channel 4: layer layer_1 has channels 0 to 3');
  check('dCNN(-, layer_3, 5, -)', 'channel 5: layer layer_3 has units 0 to 4');
  check('dCNN(-, -, 7, -)', 'channel 7: layer layer_3 has units 0 to 4');
  check('dCNN({3..9}, -, -, -)', 'sample 9: the run has probes 0 to 8');
  check('dCNN(x.label = {1..3}, -, -, -)', 'class 3: the run has classes 0 to 2');
  check('dCNN(-, -, -, 3)', 'epoch 3: the run has epochs 0, 1, 2, 5, 10');
  check('dCNN(-, -, -, 7)', 'epoch 7: the run has epochs 0, 1, 2, 5, 10; recording was paused', {
    manifest: { ...manifest, plan: { ...manifest.plan, paused: [{ from: 6, to: 8 }] } },
  });
  check('dCNN(-, -, -, {0..11})', 'epoch 11: the run has epochs 0, 1, 2, 5, 10');
  check('dCNN(-, -, -, 6)', 'epoch 6: the run has epochs 0 to 5', { epochStates: [0, 1, 2, 3, 4, 5].map(whole) });
  check('dCNN(-, -, -, -)', 'epoch: the run has no complete epoch yet', { epochStates: [] });
  check('dCNN(x.label = 0, -, -, -)', 'x.label: this run is a regression, not a classification', {
    manifest: { ...manifest, task: 'regression', classNames: [] },
  });
  check('dCNN(y = 0, -, -, -)', 'y: the inputs of this run have no labels', {
    manifest: { ...manifest, task: 'none', classNames: [] },
  });
});
