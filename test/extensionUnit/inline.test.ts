import assert from 'node:assert/strict';
import { inlayText, signOf, signText } from '../../src/extension/inline/layerMarks.js';
import type { LensRun } from '../../src/extension/lens/lensParts.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { LayerMatch } from '../../src/extension/match/matchLayers.js';
import type { LayerReport } from '../../src/protocol/measure.js';
import { layer, report } from './recorded.js';

describe('what stands behind a layer and in the gutter', () => {
  const [one, two] = [layer(1, 'Conv2D', { channelCount: 16 }), layer(2, 'Conv2D', { channelCount: 16 })];
  const run = (reports: LayerReport[], needed: [number, number][] = []): LensRun => ({
    name: 'lenet',
    reports: new Map(reports.map((each) => [each.layer, each])),
    needed: new Map(needed),
  });
  const current = (...layers: (typeof one)[]): LayerMatch => ({ state: 'current', layers });
  const check = (match: LayerMatch, of: LensRun, text: string | null, sign: string | null): void =>
    assert.deepEqual([inlayText(match, of, inEnglish), signOf(match, of)], [text, sign]);

  it('the entropy, and the sign of a recorded layer', () =>
    check(current(one), run([report(one, 1.664)]), 'map entropy 1.66 bits', 'recorded'));
  it('the range of what a loop made', () =>
    check(current(one, two), run([report(one, 1.66), report(two, 0.92)]), 'map entropy 0.92 to 1.66 bits', 'recorded'));
  it('a warning where channels are dead or too many', () => {
    const dead = report(one, 1, { channels: { layer: 1, epoch: 10, dead: [3], deadSince: [1] } });
    check(current(one), run([dead]), 'map entropy 1.00 bits', 'finding');
    check(current(one), run([report(one, 1)], [[1, 9]]), 'map entropy 1.00 bits', 'finding');
    assert.match(signText(current(one), run([dead], [[1, 9]]), inEnglish), /1 of 16 dead, 9 of 16 needed/);
  });
  it('no number where the line was edited since, or nothing is recorded', () => {
    check({ state: 'stale', layers: [one] }, run([report(one, 1)]), null, 'stale');
    check({ state: 'unrecorded' }, run([report(one, 1)]), null, null);
    check(current(one), run([]), null, null);
  });
  it('no number where the layer has no value', () => check(current(one), run([report(one, null)]), null, 'recorded'));
});
