import assert from 'node:assert/strict';
import fc from 'fast-check';
import { binCodes } from '../../src/analysis/measures/binCodes.js';
import { channelRanges, mapEntropies } from '../../src/analysis/measures/intraSampleEntropy.js';

describe('bin numbers of float64 maps', () => {
  it('have the entropies of the unrounded values, over either range', () => {
    const value = fc.oneof(fc.double({ min: -4, max: 4, noNaN: true }), fc.constantFrom(0, NaN, Infinity));
    const input = fc.record({
      maps: fc.array(value, { minLength: 24, maxLength: 24 }),
      bins: fc.integer({ min: 1, max: 40 }),
      range: fc.constantFrom('map' as const, 'channel' as const),
    });
    fc.assert(
      fc.property(input, ({ maps, bins, range }) => {
        const shape = { sampleCount: 3, channelCount: 2, mapLength: 4 };
        const all = { ...shape, maps: Float64Array.from(maps) };
        const codes = { ...shape, maps: binCodes(all, bins, range) };
        const ranges = (one: typeof codes | typeof all) => (range === 'channel' ? channelRanges(one) : undefined);
        assert.deepEqual(mapEntropies(codes, bins, ranges(codes)), mapEntropies(all, bins, ranges(all)));
      }),
      { numRuns: 2000 },
    );
  });
});
