import assert from 'node:assert/strict';
import {
  changeSentences,
  changeText,
  changeTooltip,
  layerChanges,
  type Compared,
} from '../../src/extension/compare/lineChanges.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { LayerReport } from '../../src/protocol/measure.js';
import type { RunManifest } from '../../src/protocol/run.js';
import { atOnce } from '../../src/system/steps.js';
import { layer, report } from '../extensionUnit/recorded.js';

describe('what stands at a line of a change', () => {
  const conv = layer(0, 'Conv2D', { name: 'conv', parameterCount: 10 });
  /** A seed fixes the start: t = 0 is the same in all. */
  const seeded = { intraByEpoch: [{ epoch: 0, bits: 2.5 }] };
  const reference = { folder: '/r/a', name: 'before', pinned: false };
  const dead = (count: number) => ({ layer: 0, epoch: 10, dead: [...Array(count).keys()], deadSince: [] });
  const judged = (share: number | null) =>
    share === null ? null : { correct: Math.round(500 * share), n: 500, heldOut: true };
  const side = (one: LayerReport, share: number | null): Compared => ({
    manifest: { layers: [conv] } as unknown as RunManifest,
    reports: [{ ...one, ...seeded }],
    accuracy: judged(share),
  });
  const changed = (before: LayerReport, now: LayerReport, from: number | null, to: number | null) => {
    const change = atOnce(layerChanges(reference, side(before, from), side(now, to))).get(0);
    assert.ok(change);
    return change;
  };
  const check = (before: LayerReport, now: LayerReport, from: number | null, to: number | null, text: string | null) =>
    assert.equal(changeText(changed(before, now, from, to), inEnglish), text);

  it('is entropy, dead channels and accuracy', () =>
    check(
      ...[report(conv, 3.1, { channels: dead(4) }), report(conv, 2.7, { channels: dead(0) }), 0.9, 0.912],
      'entropy 3.10 → 2.70 bits, dead 4 → 0, held-out accuracy +1.2 points',
    ));
  it('is nothing where the difference is within its interval', () =>
    check(report(conv, 3.1), report(conv, 3.11), 0.9, 0.95, null));
  it('leaves out an entropy that did not change, and an accuracy that is not known', () =>
    check(report(conv, 3.1, { channels: dead(1) }), report(conv, 3.1), null, 0.95, 'dead 1 → 0'));
  it('says against which run, with the interval of the difference', () =>
    assert.match(
      changeTooltip(changed(report(conv, 3.1), report(conv, 2.7), 0.9, 0.91), conv, inEnglish),
      /^conv compared with the previous run, before\nmap entropy 3\.10 → 2\.70 bits, −0\.40 ± 0\.02 \(95 %, both intervals combined\)\nheld-out accuracy 90\.0 % \(500 probes\) → 91\.0 % \(500 probes\)/,
    ));

  describe('of two trainings with different random starts', () => {
    const [first, second] = [1, 2].map((index) => layer(index, 'Conv2D', { name: `conv${index}`, parameterCount: 10 }));
    const sides = (filters: number, starts: readonly [number | null, number | null]) =>
      ([starts[0], starts[1]] as const).map((start, i): Compared => {
        const config = { filters: i === 0 ? 8 : filters };
        const values = (of: typeof first, bits: number) =>
          report(of!, bits, { intraByEpoch: start === null ? [] : [{ epoch: 0, bits: start }] });
        const layers = [
          { ...first!, index: 0 },
          { ...second!, index: 1, config },
        ];
        return {
          manifest: { layers } as unknown as RunManifest,
          reports: [values(layers[0], i === 0 ? 0.83 : 1.53), values(layers[1], i === 0 ? 2 : 3)],
          accuracy: judged(i === 0 ? 0.9 : 0.95),
        };
      }) as [Compared, Compared];
    const texts = (filters: number, starts: readonly [number | null, number | null]) => {
      const changes = atOnce(layerChanges(reference, ...sides(filters, starts)));
      return [0, 1].map((index) => changeText(changes.get(index)!, inEnglish));
    };

    it('a line that was not edited claims nothing of the edit, and the edited one says what else may explain it', () =>
      assert.deepEqual(texts(16, [2.1, 2.2]), [
        'line unchanged: entropy 0.83 → 1.53 bits (possibly due to random initialization)',
        'entropy 2.00 → 3.00 bits, held-out accuracy +5.0 points (possibly due to random initialization)',
      ]));
    it('a state before training that is not known may be another', () =>
      assert.match(texts(16, [2.1, null])[0] ?? '', /random initialization/));
    it('a seed that fixes both starts leaves the edit as the cause', () =>
      assert.deepEqual(texts(16, [2.1, 2.1]), [
        'entropy 0.83 → 1.53 bits, held-out accuracy +5.0 points',
        'entropy 2.00 → 3.00 bits, held-out accuracy +5.0 points',
      ]));
    it('tooltip and hover say the same in a sentence', () => {
      const [unedited, edited] = [0, 1].map((index) => {
        const change = atOnce(layerChanges(reference, ...sides(16, [2.1, 2.2]))).get(index)!;
        return [changeTooltip(change, first!, inEnglish), changeSentences(change, inEnglish) ?? ''];
      });
      for (const text of [...unedited!, ...edited!])
        assert.match(text, /Based on one training each; a different random initialization could also explain this\./);
      for (const text of unedited!) assert.match(text, /This line did not change between the two\./);
      for (const text of edited!) assert.doesNotMatch(text, /did not change/);
      assert.match(
        unedited![1]!,
        /^Compared with before: entropy 0\.83 → 1\.53 bits, held-out accuracy \+5\.0 points\. Based/,
      );
    });
  });
});
