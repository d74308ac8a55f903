/**
 * The binned estimator against the binning of published information bottleneck code: the same numbers where the
 * edges are the same, and how far apart they are where that code puts its edges elsewhere.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { binnedInformation, jointStates } from '../../src/analysis/measures/layerMutualInformation.js';
import { digitImages, digitLabels } from '../digits.js';

interface Information {
  readonly withInput: number;
  readonly withLabel: number;
}

const expected = JSON.parse(
  readFileSync(new URL('../fixtures/information/ibCode.json', import.meta.url), 'utf8'),
) as Record<'idnns' | 'ibnet' | 'ibnetFromMinusOne', Information>;
const [N, UNITS] = [400, 3];

/** The fixture's tanh layer. */
function activity(): Float32Array {
  const images = digitImages();
  const weight = (at: number): number => (((at + 1) * 0.6180339887498949) % 1) - 0.5;
  return Float32Array.from({ length: N * UNITS }, (_, at) => {
    const [sample, unit] = [Math.floor(at / UNITS), at % UNITS];
    let sum = 0;
    for (let p = 0; p < 64; p++) sum += (images[sample * 64 + p] / 16) * weight(p * UNITS + unit);
    return Math.tanh(0.35 * sum);
  });
}

describe('binned information beside published information bottleneck code', () => {
  const labels = Int32Array.from(digitLabels().slice(0, N));
  const own = (bins: number) =>
    binnedInformation(jointStates(activity(), N, UNITS, { minimum: -1, maximum: 1 }, bins), labels);

  function check(name: keyof typeof expected, found: ReturnType<typeof own>, tolerance: number): void {
    const { withInput, withLabel } = expected[name];
    const [x, y] = [found.withInput - withInput, (found.withLabel ?? NaN) - withLabel];
    assert.ok(Math.abs(x) <= tolerance && Math.abs(y) <= tolerance, `${name}: ${x} and ${y} bits apart`);
  }

  it('is that of bins of fixed width over −1…1 (Saxe et al. 2018)', () => check('ibnetFromMinusOne', own(30), 1e-9));
  it('is, with 29 bins, that of 30 edges over −1…1 (Shwartz-Ziv and Tishby 2017)', () => check('idnns', own(29), 1e-9));
  it('is that of fixed widths from 0 on, as an even number of bins has an edge there', () =>
    check('ibnet', own(30), 1e-9));
});
