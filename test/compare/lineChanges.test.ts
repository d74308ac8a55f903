import assert from 'node:assert/strict';
import { changeText, changeTooltip, layerChanges, type Compared } from '../../src/extension/compare/lineChanges.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { LayerReport } from '../../src/protocol/measure.js';
import type { RunManifest } from '../../src/protocol/run.js';
import { atOnce } from '../../src/store/steps.js';
import { layer, report } from '../extensionUnit/recorded.js';

describe('what stands at a line of a change', () => {
  const conv = layer(0, 'Conv2D', { name: 'conv' });
  const reference = { folder: '/r/a', name: 'before', pinned: false };
  const dead = (count: number) => ({ layer: 0, epoch: 10, dead: [...Array(count).keys()], deadSince: [] });
  const judged = (share: number | null) => share === null ? null : { correct: Math.round(500 * share), n: 500, heldOut: true }; // prettier-ignore
  const side = (one: LayerReport, share: number | null): Compared => ({
    manifest: { layers: [conv] } as unknown as RunManifest,
    reports: [one],
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
      'H 3.10 → 2.70 bits, dead 4 → 0, held-out accuracy +1.2 points',
    ));
  it('is nothing where the difference is within its interval', () =>
    check(report(conv, 3.1), report(conv, 3.11), 0.9, 0.95, null));
  it('leaves out an entropy that did not change, and an accuracy that is not known', () =>
    check(report(conv, 3.1, { channels: dead(1) }), report(conv, 3.1), null, 0.95, 'dead 1 → 0'));
  it('says against which run, with the interval of the difference', () =>
    assert.match(
      changeTooltip(changed(report(conv, 3.1), report(conv, 2.7), 0.9, 0.91), conv, inEnglish),
      /^conv against the run before, before\nmean intra-sample entropy 3\.10 → 2\.70 bits, −0\.40 ± 0\.02.*\nheld-out accuracy 90\.0 % \(500 probes\) → 91\.0 % \(500 probes\)/,
    ));
});
