import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inEnglish } from '../../src/extension/localize.js';
import { byRange } from '../../src/extension/problems/problemGroups.js';
import { ignoreComment, isIgnored } from '../../src/extension/problems/ignoreComments.js';
import { layerFindings, neededCount, type LayerEvidence } from '../../src/extension/problems/layerFindings.js';
import { problemSpan } from '../../src/extension/detect/problemSpan.js';
import { severityOf } from '../../src/extension/problems/severity.js';
import { uncertainClasses } from '../../src/analysis/rules/uncertainClasses.js';
import { unchangedChannels } from '../../src/analysis/rules/unchangedChannels.js';
import type { LabelValue, RedundancyValue } from '../../src/protocol/measure.js';
import { VALUE_STATISTICS } from '../../src/protocol/run.js';
import { detect } from '../detection/detector.js';
import { layer } from './recorded.js';

const conv = layer(2, 'Conv2D', { name: 'conv2d_2', channelCount: 16 });

function redundancy(facts: Partial<RedundancyValue> = {}): RedundancyValue {
  return {
    layer: 2,
    epoch: 15,
    channelCount: 16,
    dead: [],
    deadSince: [],
    saturated: [],
    pairs: [],
    recommendedCount: 9,
    stable: true,
    n: 1000,
    nonFiniteCount: 0,
    reason: null,
    ...facts,
  };
}

function evidence(facts: Partial<LayerEvidence> = {}): LayerEvidence {
  return {
    layer: conv,
    epoch: 15,
    n: 1000,
    dead: [],
    deadSince: [],
    saturated: [],
    unchanged: [],
    comparedEpochs: [],
    redundancy: null,
    uncertain: [],
    traceShare: 0.99,
    ...facts,
  };
}

describe('what a recording says against a layer', () => {
  const check = (facts: Partial<LayerEvidence>, ...expected: string[]): void =>
    assert.deepEqual(
      layerFindings(evidence(facts), inEnglish).map(({ code, text }) => `${code}: ${text}`),
      expected,
    );

  it('is nothing where all channels live', () => check({}));

  it('names redundancy with N, epoch and the dead channel', () =>
    check(
      { redundancy: redundancy(), dead: [15], deadSince: [1] },
      'redundant: conv2d_2 has 16 filters; 9 principal components explain 99 % of the variance of the channel means (N = 1,000, epoch 15, stable over 3 epochs). Channel 15 has been dead since epoch 1.',
    ));

  it('names few dead channels one by one, with the epoch since which all of them are', () => {
    check(
      { dead: [5, 10], deadSince: [3, 3] },
      'dead: conv2d_2: channels 5 and 10 of 16 are dead on all 1,000 probes (since epoch 3).',
    );
    check(
      { dead: [7, 12, 14], deadSince: [3, 1, 3] },
      'dead: conv2d_2: channels 7, 12 and 14 of 16 are dead on all 1,000 probes (epoch 15).',
    );
  });

  it('says all where it is all of them', () =>
    check(
      { dead: Array.from({ length: 16 }, (_, i) => i), deadSince: Array.from({ length: 16 }, () => 0) },
      'dead: conv2d_2: all 16 channels are dead on all 1,000 probes (since epoch 0).',
    ));

  it('names the dead for themselves where redundancy is not to be heard of', () => {
    const facts = evidence({ dead: [3], deadSince: [2], redundancy: redundancy() });
    const codes = (muted: string): string[] =>
      layerFindings(facts, inEnglish, (code) => code === muted).map(({ code }) => code);
    assert.deepEqual([codes('redundant'), codes('dead'), codes('')], [['dead'], ['redundant'], ['redundant']]);
  });

  it('counts many', () =>
    check(
      {
        layer: layer(5, 'Dense', { name: 'dense_1', kind: 'dense', channelCount: 64, mapShape: [] }),
        dead: Array.from({ length: 31 }, (_, at) => at),
        deadSince: Array(31).fill(1) as number[],
      },
      'dead: dense_1: 31 of 64 units are dead on all 1,000 probes (since epoch 1).',
    ));

  it('tells saturated channels from dead ones, with the bounds’ activation', () =>
    check(
      { layer: layer(2, 'Conv2D', { name: 'c', channelCount: 16, activation: 'tanh' }), saturated: [3] },
      'saturated: c: channel 3 of 16 is saturated: at least 99 % of values lie within 1 % of the bounds of tanh (N = 1,000, epoch 15).',
    ));

  it('says when nothing of a layer was learned', () =>
    check(
      { unchanged: Array.from({ length: 16 }, (_, at) => at), comparedEpochs: [0, 7, 15] },
      'unchanged: conv2d_2 never changed: all of its channels had the same values at every epoch (epochs 0 to 15, 3 compared; N = 1,000).',
    ));

  it('says a dead channel once, though it is saturated and unchanged too', () => {
    const codes = layerFindings(evidence({ dead: [1], deadSince: [0], saturated: [1], unchanged: [1] }), inEnglish);
    assert.deepEqual(
      codes.map(({ code }) => code),
      ['dead'],
    );
  });

  it('recommends nothing from a count that still moves, is close to all, or is none', () => {
    for (const facts of [
      { stable: false },
      { recommendedCount: 13 },
      { recommendedCount: 0 },
      { recommendedCount: null },
    ])
      assert.equal(neededCount(evidence({ redundancy: redundancy(facts) })), null);
    assert.equal(neededCount(evidence({ redundancy: redundancy({ recommendedCount: 12 }) })), 12);
  });

  it('warns from a quarter of the channels on unless a setting says otherwise', () => {
    const finding = (share: number) => ({ code: 'dead', share, text: '' }) as const;
    assert.equal(severityOf(finding(0.25), 'automatic'), 'warning');
    assert.equal(severityOf(finding(0.2), 'automatic'), 'information');
    assert.equal(severityOf(finding(0.2), 'error'), 'error');
    assert.equal(severityOf(finding(1), 'off'), null);
    assert.equal(severityOf(finding(1), 'loud'), 'warning');
  });
});

describe('channels that never changed', () => {
  const [classCount, channelCount] = [2, 3];
  const table = (value: (statistic: number, row: number, channel: number) => number): Float64Array =>
    Float64Array.from({ length: VALUE_STATISTICS.length * (classCount + 1) * channelCount }, (_, at) =>
      value(Math.floor(at / 9), Math.floor(at / 3) % 3, at % 3),
    );

  it('are those whose statistics over all probes are equal at three epochs or more', () => {
    const epoch = (t: number) => table((statistic, row, channel) => (channel === 1 ? statistic : statistic + t) + row);
    assert.deepEqual(unchangedChannels([0, 1, 2].map(epoch), classCount, channelCount), [1]);
    assert.deepEqual(unchangedChannels([0, 1].map(epoch), classCount, channelCount), []);
    assert.deepEqual(unchangedChannels([], classCount, channelCount), []);
  });

  it('are none where one compared statistic moves at one epoch, or has no value', () => {
    for (const statistic of [0, 1, 2, 3]) {
      const still = table(() => 1);
      const moved = table((at, row) => (at === statistic && row === 2 ? 2 : 1));
      assert.deepEqual(unchangedChannels([still, moved, still], classCount, channelCount), []);
    }
    assert.deepEqual(
      unchangedChannels(
        [1, 2, 3].map(() => table(() => NaN)),
        classCount,
        channelCount,
      ),
      [],
    );
  });
});

describe('several problems of one layer', () => {
  interface Place {
    readonly line: number;
    isEqual(other: Place): boolean;
  }
  const problem = (code: string, line: number): { code: string; range: Place } => ({
    code,
    range: { line, isEqual: (other) => other.line === line },
  });

  it('are one group, which is offered each fix once', () => {
    const groups = byRange([problem('dead', 3), problem('dead', 7), problem('saturated', 3)]);
    assert.deepEqual(
      groups.map((group) => group.map(({ code, range }) => `${code} ${range.line}`)),
      [['dead 3', 'saturated 3'], ['dead 7']],
    );
    assert.deepEqual(byRange([]), []);
  });
});

describe('an ignore comment', () => {
  const span = (from: number, to = from) => ({ start: { line: from, character: 2 }, end: { line: to, character: 9 } });
  const check = (text: string, code: string, at: number, expected: boolean): void =>
    assert.equal(
      isIgnored(code, span(at), (line) => text.split('\n')[line]),
      expected,
    );

  it('silences its own line', () => check('x\nconv({ filters: 16 }); // cnnslicer-ignore', 'dead', 1, true));
  it('may stand twice on a line, as two quick fixes leave it', () => {
    const line = 'conv({ filters: 16 });';
    const once = line + ignoreComment('dead', line, 'javascript');
    const twice = once + ignoreComment('saturated', once, 'typescript');
    check(twice, 'dead', 0, true);
    check(twice, 'saturated', 0, true);
    check(twice, 'unchanged', 0, false);
  });
  it('silences the next line when it stands alone', () => check('// cnnslicer-ignore\nconv()', 'dead', 1, true));
  it('does not silence the next line from behind code', () =>
    check('conv() // cnnslicer-ignore\nconv()', 'dead', 1, false));
  it('silences only the codes that it names', () => {
    check('conv() // cnnslicer-ignore dead, redundant', 'redundant', 0, true);
    check('conv() // cnnslicer-ignore dead, redundant', 'saturated', 0, false);
  });
  it('is known in blocks and in Python, and not in longer words', () => {
    check('/* cnnslicer-ignore dead */ conv()', 'dead', 0, true);
    check('conv() # cnnslicer-ignore', 'dead', 0, true);
    check('conv() // cnnslicer-ignored', 'dead', 0, false);
  });
  it('silences what the quick fix put it for, and nothing on other lines', () =>
    fc.assert(
      fc.property(fc.constantFrom('dead', 'saturated', 'redundant', 'unchanged'), fc.string(), (code, before) => {
        const line = `x(${before.replace(/[\n\r]|cnnslicer-ignore/g, '')})`;
        check(`${line}${ignoreComment(code, line, 'python')}\n${line}`, code, 0, true);
        check(`${line}${ignoreComment(code, line, 'python')}\n${line}`, code, 1, false);
      }),
    ));
});

describe('what a problem underlines', () => {
  const check = async (code: string, expected: string): Promise<void> => {
    const text = `const tf = require('@tensorflow/tfjs'); const base = { filters: 4 };\n${code}`;
    const [definition] = await detect(text);
    assert.ok(definition);
    const { start, end } = problemSpan(definition);
    assert.equal(text.split('\n')[start.line]?.slice(start.character, end.character), expected);
  };
  it('is the argument', () => check('tf.layers.conv2d({ kernelSize: 3, filters: 16 })', 'filters: 16'));
  it('is the units', () => check('tf.layers.dense({ units: 64 })', 'units: 64'));
  it('is the name where the count stands elsewhere', () => check('tf.layers.conv2d({ ...base })', 'conv2d'));
  it('is the name where there is none', () => check('tf.layers.batchNormalization()', 'batchNormalization'));
});

describe('classes that stay uncertain', () => {
  const value = (epoch: number, bits: (number | null)[], n = 50): LabelValue => ({
    epoch,
    split: 'validation',
    counts: bits.map(() => [n, 0]),
    labelGivenPrediction: [],
    predictionGivenLabel: bits,
  });
  const names = ['cat', 'dog', 'fox'];
  const found = (...values: LabelValue[]): string[] => uncertainClasses(values, names).map(({ name }) => name);

  it('have at least 1 bit at each of the last three epochs, the worst first', () =>
    assert.deepEqual(found(value(0, [3, 3, 3]), value(1, [1, 2, 3]), value(2, [1, 2, 3]), value(3, [1.1, 2, 0.9])), [
      'dog',
      'cat',
    ]));

  it('are none of too few samples, of too few epochs, or without a value', () => {
    assert.deepEqual(found(...[1, 2, 3].map((epoch) => value(epoch, [2, 2, 2], 9))), []);
    assert.deepEqual(found(value(1, [2, 2, 2]), value(2, [2, 2, 2])), []);
    assert.deepEqual(found(...[1, 2, 3].map((epoch) => value(epoch, [null, null, null]))), []);
    const damaged = { ...value(2, [2, 2, 2]), reason: 'damaged' };
    assert.deepEqual(found(value(1, [2, 2, 2]), damaged, value(3, [2, 2, 2])), []);
  });

  it('are named with their bits and N at the last layer', () => {
    const uncertain = [{ name: 'dog', bits: 1.434, n: 97 }];
    const [finding] = layerFindings(evidence({ uncertain }), inEnglish);
    assert.equal(
      finding?.text,
      'conv2d_2: predictions remain uncertain for some classes (at least 1 bit at the last 3 epochs). H(prediction | label) at epoch 15: dog 1.43 bits (N = 97).',
    );
  });
});
