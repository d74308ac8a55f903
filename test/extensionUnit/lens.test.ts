import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lensParts, recordPart, type LensRun } from '../../src/extension/lens/lensParts.js';
import { sparkline } from '../../src/extension/lens/sparkline.js';
import { inEnglish } from '../../src/extension/localize.js';
import type { LayerMatch } from '../../src/extension/match/matchLayers.js';
import type { LayerReport } from '../../src/protocol/measure.js';
import { layer, report } from './recorded.js';

describe('a sparkline', () => {
  const check = (values: (number | null)[], expected: string): void => assert.equal(sparkline(values), expected);

  it('spans six heights over its own range', () => check([0, 1, 2, 3, 4, 5], '▁▂▃▄▅▆'));
  it('hatches what has no value', () => check([1, null, 2, NaN], '▁░▆░'));
  it('is low where nothing changes', () => check([3, 3, 3], '▁▁▁'));
  it('is empty for no epochs', () => check([], ''));
  it('averages more than 16 epochs in runs', () =>
    check([...Array(16).fill(0), ...Array(16).fill(1)] as number[], '▁▁▁▁▁▁▁▁▆▆▆▆▆▆▆▆'));
  it('has at most 16 blocks, none that touches the code, and depends on the order of size alone', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 40 }), (values) => {
        const text = sparkline(values);
        assert.equal(text.length, Math.min(16, values.length));
        assert.match(text, /^[▁▂▃▄▅▆]*$/);
        assert.equal(sparkline(values.map((value) => 4 * value - 8)), text);
      }),
    ));
});

describe('the lens above a layer', () => {
  const conv = layer(1, 'Conv2D', { name: 'conv2d_2', channelCount: 16 });
  const epochs = [0.4, 1.7, 1.66].map((bits, epoch) => ({ epoch, bits }));
  const measured = report(conv, 1.66, {
    intraByEpoch: epochs,
    channels: { layer: 1, epoch: 10, dead: [15], deadSince: [1] },
  });
  const current: LayerMatch = { state: 'current', layers: [conv] };
  const run = (...reports: LayerReport[]): LensRun => ({
    name: 'lenet',
    reports: new Map(reports.map((one) => [one.layer, one])),
  });
  const titles = (match: LayerMatch, of: LensRun | null, label: string | null = null): string[] =>
    lensParts(match, of, label, inEnglish).map(({ title }) => title.replaceAll('\u2002', ' '));

  it('says value, interval, epochs and dead channels, each a segment', () =>
    assert.deepEqual(titles(current, run(measured)), [
      '$(graph-line) map entropy 1.66 ± 0.01 bits  ▁▆▆',
      '1 of 16 dead',
      'Show entropy',
    ]));

  it('tells N, estimator, range, epochs and run in its tooltip', () => {
    const tooltip = lensParts(current, run(measured), null, inEnglish)[0]!.tooltip;
    for (const part of [
      'N = 1,000',
      'plug-in, 32 bins',
      'epochs 0 to 2',
      '0.40 to 1.70 bits',
      'lenet, epoch 10',
      '95 %',
    ])
      assert.ok(tooltip.includes(part), part);
  });

  it('says since when a channel is dead, and that it may revive', () =>
    assert.match(lensParts(current, run(measured), null, inEnglish)[1]!.tooltip, /channel 15 since epoch 1[^]*revive/));

  it('offers only "Show entropy" before anything is recorded', () => {
    assert.deepEqual(titles({ state: 'unrecorded' }, null), ['Show entropy']);
    assert.deepEqual(titles({ state: 'unrecorded' }, run(measured)), ['Show entropy']);
  });

  it('offers to record at a click, and says the most that a run takes', () => {
    const { title, action, layer, tooltip } = recordPart(2 ** 31, inEnglish);
    assert.deepEqual([title, action, layer], ['Record training', 'record', null]);
    assert.match(tooltip, /at most 2\.0 GiB/);
  });

  it('shows no number where the line was edited since', () => {
    for (const layers of [[conv], []]) {
      assert.deepEqual(titles({ state: 'stale', layers }, run(measured)), [
        '$(history) recorded before this edit',
        'Show entropy',
      ]);
    }
  });

  it('says how many channels would do', () =>
    assert.deepEqual(titles(current, { ...run(measured), needed: new Map([[1, 9]]) }).slice(1), [
      '1 of 16 dead',
      '9 of 16 needed',
      'Show entropy',
    ]));

  it('waits with "Show entropy" while the numbers are on their way', () =>
    assert.deepEqual(titles(current, run()), ['Show entropy']));

  it('says that there is no value instead of 0 or NaN', () =>
    assert.deepEqual(titles(current, run(report(conv, null))), ['$(graph-line) no value', 'Show entropy']));

  it('marks a layer that has wholly died, also where another layer made its channels', () => {
    const all = Array.from({ length: 16 }, (_, channel) => channel);
    const pool = layer(2, 'MaxPooling2D', { kind: 'pool', channelCount: 16 });
    for (const one of [conv, pool]) {
      const died = report(one, 0, {
        channels: { layer: one.index, epoch: 10, dead: all, deadSince: all.map(() => 1) },
      });
      const [, mark] = titles({ state: 'current', layers: [one] }, run(died));
      assert.equal(mark, 'dead layer: all 16 constant');
    }
  });

  it('gives the range of several layers that one line made', () => {
    const other = layer(2, 'Conv2D', { channelCount: 16 });
    const reports = run(measured, report(other, 0.92));
    assert.deepEqual(titles({ state: 'current', layers: [conv, other] }, reports), [
      '$(graph-line) map entropy 0.92 to 1.66 bits, 2 layers',
      '1 of 32 dead',
      'Show entropy',
    ]);
  });

  it('leaves dead channels to the layer that made them', () => {
    const pool = { ...conv, kind: 'pool' as const };
    assert.equal(titles({ state: 'current', layers: [pool] }, run(measured)).length, 2);
  });

  it('names the layer where several share a line', () =>
    assert.match(titles(current, run(measured), 'conv2d_2')[0]!, /^\$\(graph-line\) conv2d_2 map entropy 1\.66/));

  it('does not call a small interval zero', () =>
    assert.match(titles(current, run({ ...measured, intraHalfWidthBits: 0.001 }))[0]!, /± <0\.01 bits/));
});
