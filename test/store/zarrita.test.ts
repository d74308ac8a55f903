/** zarrita, an independent reader in JavaScript, reads what was written. */
import assert from 'node:assert/strict';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as zarr from 'zarrita';
import { createRun } from '../../src/store/writing/createRun.js';
import { removeFolders, sampleEpoch, sampleManifest, sampleProbes, temporaryRuns } from './sampleRun.js';

type Range = { offset: number; length: number } | { suffixLength: number };

/** Files as zarrita asks for them, with nothing of ours between. */
function folderStore(folder: string) {
  const path = (key: string): string => join(folder, ...key.split('/'));
  return {
    get: (key: string): Promise<Uint8Array | undefined> => readFile(path(key)).catch(() => undefined),
    getRange: async (key: string, range: Range): Promise<Uint8Array> => {
      const file = await open(path(key));
      const { size } = await file.stat();
      const { offset, length } =
        'offset' in range ? range : { offset: size - range.suffixLength, length: range.suffixLength };
      const bytes = new Uint8Array(length);
      await file.read(bytes, 0, length, offset);
      await file.close();
      return bytes;
    },
  };
}

describe('zarrita', () => {
  after(removeFolders);

  it('reads maps, statistics and the manifest', async () => {
    const manifest = sampleManifest({ sampleCount: 33, lastEpoch: 1, shapes: [[1, 5, 5], [6, 40, 41], [70]] });
    const writer = await createRun(await temporaryRuns(), manifest, sampleProbes(manifest));
    for (const epoch of [0, 1]) await writer.writeEpoch(sampleEpoch(manifest, epoch));
    const root = zarr.root(folderStore(writer.folder));
    assert.deepEqual((await zarr.open.v3(root, { kind: 'group' })).attrs['cnnslicer'], manifest);
    const { layers } = sampleEpoch(manifest, 1);
    for (const [path, expected] of [
      [`${manifest.layers[1]!.path}/activations`, layers[1]!.maps],
      [`${manifest.layers[2]!.path}/activations`, layers[2]!.maps],
      [`${manifest.layers[1]!.path}/values`, layers[1]!.values],
      [manifest.layers[1]!.weights![0]!.path, layers[1]!.weights![0]],
    ] as const) {
      const array = await zarr.open.v3(root.resolve(path), { kind: 'array' });
      const { data } = await zarr.get(array, [1, ...array.shape.slice(1).map(() => null)]);
      assert.deepEqual(data, expected, path);
    }
  });
});
