/** How maps are cut: every map in one chunk, no chunk much larger than meant, both slices thin. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { INNER_CHUNK_BYTES, innerChunk } from '../../src/store/format/chunkShape.js';
import { shardGeometry } from '../../src/store/format/shard.js';

const maps = fc.record({
  sampleCount: fc.integer({ min: 1, max: 5000 }),
  channelCount: fc.integer({ min: 1, max: 1024 }),
  mapShape: fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 2 }),
});

function bytesRead(samples: number, channels: number, mapShape: readonly number[]): number {
  return mapShape.reduce((product, side) => product * side, 4 * samples * channels);
}

describe('the inner chunks of a layer', () => {
  it('hold whole maps, cover the layer, and are not larger than meant unless one map is', () => {
    fc.assert(
      fc.property(maps, ({ sampleCount, channelCount, mapShape }) => {
        const chunk = innerChunk(sampleCount, channelCount, mapShape, 4);
        const geometry = shardGeometry({ dataType: 'float32', sampleCount, channelCount, mapShape, ...chunk });
        assert.ok(geometry.sampleBlocks * chunk.chunkSamples >= sampleCount);
        assert.ok(geometry.channelBlocks * chunk.chunkChannels >= channelCount);
        assert.ok(geometry.chunkBytes - 4 <= Math.max(INNER_CHUNK_BYTES, bytesRead(1, 1, mapShape)));
      }),
    );
  });

  it('are evenly filled: no more than one sample and channel in each is padding on average', () => {
    fc.assert(
      fc.property(maps, ({ sampleCount, channelCount, mapShape }) => {
        const chunk = innerChunk(sampleCount, channelCount, mapShape, 4);
        const geometry = shardGeometry({ dataType: 'float32', sampleCount, channelCount, mapShape, ...chunk });
        assert.ok(geometry.sampleBlocks * chunk.chunkSamples - sampleCount < geometry.sampleBlocks);
        assert.ok(geometry.channelBlocks * chunk.chunkChannels - channelCount < geometry.channelBlocks);
      }),
    );
  });

  it('let both slices of a usual layer read little of it', () => {
    const check = (
      sampleCount: number,
      channelCount: number,
      mapShape: number[],
      channelShare: number,
      sampleShare: number,
    ): void => {
      const { chunkSamples, chunkChannels } = innerChunk(sampleCount, channelCount, mapShape, 4);
      assert.ok(chunkChannels / channelCount <= channelShare, `${chunkChannels} of ${channelCount} channels`);
      assert.ok(chunkSamples / sampleCount <= sampleShare, `${chunkSamples} of ${sampleCount} samples`);
    };
    check(1000, 32, [26, 26], 1 / 32, 0.03);
    check(1000, 64, [13, 13], 1 / 32, 0.06);
    check(500, 16, [8, 8], 1 / 5, 0.2);
    check(1000, 512, [], 0.2, 0.2);
    check(1000, 64, [224, 224], 1 / 64, 0.001);
  });
});
