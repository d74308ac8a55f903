/** The zarr.json files of a run, Zarr v3, as a pure function of its manifest. */
import type { RunManifest } from '../../protocol/run.js';
import { runArrays, type ArrayLayout, type DataType } from './layout.js';
import { shardGeometry, shardShape } from './shard.js';

export const ROOT_KEY = 'zarr.json';
export const MANIFEST_ATTRIBUTE = 'cnnslicer';

const FILL_VALUES = {
  float32: 'NaN',
  float16: 'NaN',
  float64: 'NaN',
  int32: -1,
  uint32: 0,
  uint8: 0,
} as const satisfies Record<DataType, string | number>;

/** Every metadata key of a run with its JSON; groups before what is in them. */
export function runMetadata(manifest: RunManifest): ReadonlyMap<string, string> {
  const arrays = runArrays(manifest);
  const groups = groupPaths([
    ...arrays.map((array) => array.path),
    ...manifest.layers.map((layer) => `${layer.path}/-`),
  ]);
  const files = new Map([[ROOT_KEY, rootGroup(manifest)]]);
  for (const path of groups) files.set(`${path}/zarr.json`, group({}));
  for (const array of arrays) files.set(`${array.path}/zarr.json`, arrayMetadata(array, manifest.plan.lastEpoch));
  return files;
}

function groupPaths(paths: readonly string[]): readonly string[] {
  const groups = new Set<string>();
  for (const path of paths) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth++) groups.add(segments.slice(0, depth).join('/'));
  }
  return [...groups].sort();
}

export function rootGroup(manifest: RunManifest): string {
  return group({ [MANIFEST_ATTRIBUTE]: manifest });
}

function group(attributes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ zarr_format: 3, node_type: 'group', attributes });
}

function arrayMetadata(array: ArrayLayout, lastEpoch: number): string {
  const geometry = array.maps && shardGeometry(array.maps);
  const epochs = array.byEpoch ? [lastEpoch + 1] : [];
  const one = array.byEpoch ? [1] : [];
  return JSON.stringify({
    zarr_format: 3,
    node_type: 'array',
    shape: [...epochs, ...array.shape],
    data_type: array.dataType,
    chunk_grid: {
      name: 'regular',
      configuration: { chunk_shape: [...one, ...(geometry ? shardShape(geometry) : array.shape)] },
    },
    chunk_key_encoding: { name: 'default', configuration: { separator: '.' } },
    fill_value: FILL_VALUES[array.dataType],
    codecs: geometry
      ? sharding([...one, geometry.chunkSamples, geometry.chunkChannels, ...geometry.mapShape])
      : CHECKED_BYTES,
    attributes: array.attributes,
    dimension_names: [...(array.byEpoch ? ['epoch'] : []), ...array.axes],
    storage_transformers: [],
  });
}

const CHECKED_BYTES = [{ name: 'bytes', configuration: { endian: 'little' } }, { name: 'crc32c' }];

function sharding(chunkShape: readonly number[]): unknown[] {
  const configuration = {
    chunk_shape: chunkShape,
    codecs: CHECKED_BYTES,
    index_codecs: CHECKED_BYTES,
    index_location: 'end',
  };
  return [{ name: 'sharding_indexed', configuration }];
}
