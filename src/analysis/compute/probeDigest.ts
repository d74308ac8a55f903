/** A fingerprint of a run's probes: two runs with the same one were probed with the same inputs in the same order. */
import { createHash } from 'node:crypto';
import type { RunReader } from '../../store/format/runAccess.js';
import { lengthOf } from '../run/mapShape.js';

/** Values read at once. */
const BATCH_VALUES = 2 ** 20;

/** SHA-256 over inputs as float32 and labels, hex. */
export async function probeDigest(reader: RunReader): Promise<string> {
  const { layers, probes, task } = reader.manifest;
  const { channelCount, mapShape } = layers[0];
  const channels = [...Array(channelCount).keys()];
  const sampleLength = channelCount * lengthOf(mapShape);
  const step = Math.max(1, Math.floor(BATCH_VALUES / Math.max(1, sampleLength)));
  const hash = createHash('sha256');
  for (let from = 0; from < probes.count; from += step) {
    const samples = Array.from({ length: Math.min(step, probes.count - from) }, (_, i) => from + i);
    const values = new Float32Array(samples.length * sampleLength);
    await reader.readMaps({ layer: 0, epoch: 0, samples, channels }, values);
    hash.update(new Uint8Array(values.buffer));
  }
  if (task === 'classification') hash.update(new Uint8Array((await reader.readLabels()).slice().buffer));
  return hash.digest('hex');
}
