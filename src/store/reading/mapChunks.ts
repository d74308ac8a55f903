/**
 * How the maps of a run are cut, from the array's own zarr.json: the rule of chunkShape.ts may change,
 * and runs that were cut by another rule stay readable.
 */
import * as v from 'valibot';
import type { ArrayLayout } from '../format/layout.js';
import { checkMetadata } from './openManifest.js';
import type { BaseIndex } from './runIndex.js';
import { KeyProblem, type RunFiles } from '../safety/runPaths.js';
import { MAP_VALUE_BYTES, type MapGeometry } from '../format/shard.js';

const METADATA_LIMIT = 2 ** 20;
/** Of an inner chunk, which is read whole. */
const CHUNK_LIMIT = 2 ** 30;

const length = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const shape = v.pipe(v.array(length), v.maxLength(8));
const Metadata = v.object({
  data_type: v.picklist(['float32', 'float16']),
  codecs: v.tuple([v.object({ name: v.literal('sharding_indexed'), configuration: v.object({ chunk_shape: shape }) })]),
});

/** Throws `KeyProblem` unless the metadata is what a base record lists and fits the layout. */
export async function readMapGeometry(files: RunFiles, base: BaseIndex, array: ArrayLayout): Promise<MapGeometry> {
  const key = metadataKey(array);
  const bytes = await files.readAll(key, METADATA_LIMIT);
  checkMetadata(base, key, bytes);
  const metadata = v.safeParse(Metadata, parsed(bytes));
  if (!metadata.success || metadata.output.data_type !== array.dataType)
    throw new KeyProblem('altered', 'has an unexpected form');
  const chunk = metadata.output.codecs[0].configuration.chunk_shape;
  const [sampleCount = 0, channelCount = 0, ...mapShape] = array.shape;
  const [chunkSamples = 0, chunkChannels = 0, ...chunkMap] = array.byEpoch ? chunk.slice(1) : chunk;
  const { data_type: dataType } = metadata.output;
  const chunkBytes = chunk.reduce((product, side) => product * side, MAP_VALUE_BYTES[dataType]);
  const isWholeMaps = chunkMap.join() === mapShape.join() && (!array.byEpoch || chunk[0] === 1);
  if (!isWholeMaps || chunkBytes > CHUNK_LIMIT)
    throw new KeyProblem('altered', 'divides the maps in an impossible way');
  return { dataType, sampleCount, channelCount, mapShape, chunkSamples, chunkChannels };
}

/** Undefined where it is not JSON. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

export function metadataKey(array: ArrayLayout): string {
  return `${array.path}/zarr.json`;
}
