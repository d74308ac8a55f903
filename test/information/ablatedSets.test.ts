/** What the information view asks of sets of units, and how it finds what came of each. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AblationQuestion, AblationResult, AblationValue } from '../../src/protocol/ablation.js';
import type { UnitPlace } from '../../src/protocol/information.js';
import { pickedSet, questionsOf, setsOf, unitAlone, valueOf } from '../../webview/views/information/ablatedSets.js';

describe('sets of units to ablate', () => {
  const nameOf = (layer: number): string => `layer ${layer}`;
  const unit = (layer: number, channel: number) =>
    ({ layer, channel, name: nameOf(layer), bits: 0.1, halfWidth: 0, floor: null, tells: true }) as const;

  it('of one layer are one question, and one that spans layers is a question of its own, lowest layer first', () => {
    const picked = pickedSet([
      [5, 2],
      [3, 1],
      [5, 0],
    ]);
    assert.ok(picked);
    const questions = questionsOf([unitAlone(3, 0), picked, unitAlone(3, 1), unitAlone(3, 0)], 7, 'mean');
    assert.deepEqual(questions, [
      { layer: 3, epoch: 7, sets: [[0], [1]], replacement: 'mean' },
      { layer: 3, epoch: 7, sets: [[1]], replacement: 'mean', together: [{ layer: 5, channels: [0, 2] }] },
    ]);
    assert.equal(picked.words, 'the 3 picked units of 2 layers');
  });
  it('are none where nothing is picked', () => assert.equal(pickedSet([]), null));
  it('are those picked, the selected unit, and of each layer dead, less effective and all units', () => {
    const sets = setsOf(
      {
        ...{ selected: { layer: 3, channel: 4 }, picked: [[3, 4]], ranked: [unit(3, 4), unit(3, 1)] },
        ...{ less: new Map([[3, [0, 1]]]), dead: new Map([[3, [0]]]) },
      },
      nameOf,
    );
    assert.deepEqual(
      sets.map(({ words, parts }) => `${words}: ${parts[0].channels.join(' ')}`),
      [
        ...['the picked unit: 4', 'layer 3 4, selected: 4', 'layer 3, 1 dead unit: 0'],
        ...['layer 3, all 2 units with little label information: 0 1', 'layer 3, all its units: 0 1 4'],
      ],
    );
  });
  it('find each its own answer, whatever else was asked', () => {
    const place = fc.tuple(fc.nat(3), fc.nat(3)).map(([layer, channel]): UnitPlace => [layer, channel]);
    const places = fc.uniqueArray(place, { minLength: 1, maxLength: 6, selector: (one) => one.join() });
    fc.assert(
      fc.property(fc.array(places, { minLength: 1, maxLength: 8 }), (all) => {
        const sets = all.map((one) => pickedSet(one)!);
        const results = questionsOf(sets, 0, 'zero').map(answered);
        for (const set of sets) assert.equal(wordsOf(valueOf(results, set)), JSON.stringify(set.parts));
        assert.equal(valueOf(results, unitAlone(9, 9)), null);
      }),
    );
  });

  /** An answer that says what was ablated. */
  function answered({ layer, sets, together = [], epoch }: AblationQuestion): AblationResult {
    const values = sets.map((channels) => ({ channels, said: JSON.stringify([{ layer, channels }, ...together]) }));
    return { layer, epoch, together, values } as unknown as AblationResult;
  }
  const wordsOf = (value: AblationValue | null): string | undefined =>
    (value as unknown as { said: string } | null)?.said;
});
