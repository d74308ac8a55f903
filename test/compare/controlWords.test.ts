/** What a control experiment is said to show: by its nulls and intervals, never by size alone. */
import assert from 'node:assert/strict';
import type { Change } from '../../src/protocol/compare.js';
import { ControlNumbers, type ControlResult, type ControlValue, type Mask } from '../../src/protocol/control.js';
import { conditionLines } from '../../webview/marks/conditionLines.js';
import { tells, verdict } from '../../webview/views/compare/controlWords.js';
import * as v from 'valibot';

describe('what follows from a control experiment', () => {
  const value = (condition: ControlValue['condition'], labelBits: number | null, labelNullBits: number | null) => ({
    condition,
    labelBits,
    labelHalfWidthBits: 0.1,
    labelNullBits,
    interBits: 1,
    interHalfWidthBits: 0.1,
    reason: null,
  });
  const change = (difference: number): Change => ({
    from: 0.9,
    to: 0.9 + difference,
    difference,
    halfWidth: 0.02,
    n: 100,
    paired: true,
  });

  /** Bits and null of the output by mask, and the change of accuracy without the background. */
  function said(masks: Partial<Record<Mask, readonly [number, number | null]>>, ofBackground = 0): string[] {
    const values = Object.entries(masks).map(([mask, [bits, floor]]) => value(mask as Mask, bits, floor));
    const numbers = v.parse(ControlNumbers, {
      ...{ epoch: 1, n: 100, heldOut: true, labelCeilingBits: 3, otherThanRecorded: 0, methods: [] },
      conditions: ['original', ...Object.keys(masks)].map((condition) => ({
        ...{ condition, replacedShare: 0, withoutObject: 0 },
        accuracy: change(condition === 'background' ? ofBackground : 0),
      })),
      layers: [{ layer: 0, name: 'output', values: [value('original', 2.4, 0.3), ...values] }],
    });
    return verdict(numbers as ControlResult);
  }

  it('is that the object is all, where nothing is left above the null without it', () => {
    assert.match(said({ foreground: [0.2, 0.3] })[0], /carries no detectable information about the class/);
    // Answers that are all the same have no null.
    assert.match(said({ foreground: [0, null] })[0], /carries no detectable information about the class/);
  });
  it('is that the ground gives classes away, where more than the null is left', () =>
    assert.match(
      said({ foreground: [0.31, 0.3] })[0],
      /still carries information about the class \(0\.31 of 2\.40 bits, null up to 0\.30\)/,
    ));
  it('is that the ground is needed only where the loss leaves its interval', () => {
    assert.match(
      said({ background: [2.3, 0.3] }, -0.019)[0],
      /Without the background, accuracy does not drop significantly \(−1\.9 ± 2\.0 points/,
    );
    assert.match(said({ background: [2.3, 0.3] }, -0.021)[0], /accuracy drops \(−2\.1 ± 2\.0 points/);
  });
  it('names noise only where it tells something', () => {
    assert.equal(said({ noise: [0.2, 0.3] }).length, 0);
    assert.equal(said({ noise: [0.3002, 0.3001] }).length, 0);
    assert.match(said({ noise: [0.5, 0.3] })[0], /Noise .* still reveals/);
  });
  it('is nothing where the output has no value', () => assert.equal(tells(value('original', null, 0.1)), false));

  it('is drawn with the null of each condition at its own points, which lie beside each other', () => {
    const lines = [
      [1, 2],
      [1, 2],
    ].map((line) => line.map((value) => ({ value, halfWidth: 0.1 })));
    const spec = { width: 400, height: 270, labelWidth: 100, values: lines, ceiling: 3 };
    const { lines: drawn, plot } = conditionLines({
      ...spec,
      nulls: [
        [0.5, 0.2],
        [1.5, null],
      ],
    });
    const [original, masked] = drawn.map(({ points }) => points);
    assert.ok(original[0].nullY! > original[0].y, 'a value above its null');
    assert.ok(masked[0].nullY! < masked[0].y, 'the same value below the null of its own condition');
    assert.equal(masked[1].nullY, null);
    assert.ok(masked[0].x - original[0].x >= 6 && original[1].nullY! < plot.y + plot.height);
  });
});
