import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { builtKernels } from '../measures/builtKernels.js';
import { allComparisons } from './allComparisons.js';
import { MEASURE_TITLES, type Comparison } from './comparison.js';
import { biasRows } from './countBias.js';
import { firstDifference, measuresDocument } from './measuresDocument.js';
import { mixtureCases, mixtureRows, type MixtureRow } from './mixtures.js';
import { DRAWS, gridRows, type GridRow } from './normalPairs.js';

describe('measures against their oracles', () => {
  let comparisons: readonly Comparison[];
  let grid: readonly GridRow[];
  let mixtures: readonly MixtureRow[];
  before(async () => {
    comparisons = allComparisons(await builtKernels());
    grid = gridRows();
    mixtures = mixtureRows();
  });

  it('differ by no more than is allowed', () => {
    for (const { measure, oracle, largest, allowed } of comparisons)
      assert.ok(largest <= allowed, `${measure} against ${oracle}: ${largest} is above ${allowed}`);
  });

  it('have at least one oracle each, and values that were compared', () => {
    assert.deepEqual(new Set(comparisons.map(({ measure }) => measure)), new Set(MEASURE_TITLES));
    for (const { count, oracle } of comparisons) assert.ok(count > 0, oracle);
  });

  it('find the information of correlated normal pairs: KSG without bias at ρ = 0, KDE bounds at their limits', () => {
    for (const { rho, truth, ksg, kde } of grid) {
      const bias = ksg.mean - truth;
      assert.ok(Math.abs(bias) <= 4 * ksg.standardError + 0.02 * truth, `ρ = ${rho}: ${bias} ± ${ksg.standardError}`);
      if (kde === null) continue;
      assert.ok(kde.lower <= truth && truth <= kde.upperLimit, `ρ = ${rho}: ${kde.lower} ≤ ${truth} ≤ ${kde.upper}`);
      // Few samples find too few neighbours under little noise.
      const allowed = rho > 0.95 ? 0.15 : 0.02;
      for (const [found, limit] of [
        [kde.lower, kde.lowerLimit],
        [kde.upper, kde.upperLimit],
      ])
        assert.ok(Math.abs(found - limit) < allowed, `ρ = ${rho}, ${DRAWS} draws: ${found}, limit ${limit}`);
    }
  });

  it('find the information of values that repeat; what lies close to such a value draws it down, less with more samples', () => {
    for (const { name, truth, found } of mixtures) {
      const [few, many] = found.map(({ mean, standardError }) => ({ bias: mean - truth, standardError }));
      if (name === 'planeAndPoints') {
        assert.ok(few.bias < many.bias && many.bias < 0, `${few.bias} of few samples, ${many.bias} of many`);
        continue;
      }
      for (const { bias, standardError } of [few, many])
        assert.ok(Math.abs(bias) <= 4 * standardError + 0.01 * truth, `${name}: ${bias} ± ${standardError}`);
    }
  });

  it('the published formula of the inflated Poisson is exact where nothing is inflated, and above the truth elsewhere', () => {
    const { poisson, inflated } = mixtureCases;
    assert.ok(Math.abs(poisson.truth - poisson.published!) < 1e-8);
    assert.ok(inflated.published! - inflated.truth > 0.03);
  });

  it('have the bias that theory gives for counts, and Miller–Madow takes most of it away', () => {
    // At two draws a state many are not seen at all, and the first order is no longer enough.
    for (const { n, plugIn, millerMadow, firstOrder } of biasRows()) {
      assert.ok(Math.abs(plugIn - firstOrder) < 0.15 * Math.abs(firstOrder) + 0.002, `N = ${n}: ${plugIn}`);
      assert.ok(Math.abs(millerMadow) < 0.25 * Math.abs(plugIn), `N = ${n}: ${millerMadow} after ${plugIn}`);
    }
  });

  it('are described in docs/measures.md with the numbers of this run, up to rounding', () => {
    const text = readFileSync(new URL('../../docs/measures.md', import.meta.url), 'utf8');
    const different = firstDifference(text, measuresDocument(comparisons, grid, mixtures));
    assert.equal(different, null, `stale: run npx tsx test/oracles/writeMeasures.ts\n${JSON.stringify(different)}`);
  });

  it('a stale number is noticed, and the last place is not', () => {
    assert.equal(firstDifference('| 1.234 | 3.1e-7 |', '| 1.235 | 3.2e-7 |'), null);
    for (const stale of ['| 1.237 | 3.2e-7 |', '| 1.235 | 3.5e-7 |', '| 1.235 | 3.2e-6 |', '| −1.235 | 3.2e-7 |'])
      assert.ok(firstDifference(stale, '| 1.235 | 3.2e-7 |'), stale);
  });
});
