/**
 * `readSlices FOLDER channel|sample KERNELS`: reads a slice of a run's first convolution at all epochs with the store's
 * kernels of dist/kernels, as the product does; prints milliseconds as JSON.
 */
import { openRun } from '../../src/store/reading/openRun.js';
import type { RunReader } from '../../src/store/format/runAccess.js';
import { useStoreKernels } from '../../src/store/format/storeKernels.js';
import { median } from '../row.js';
import type { Read } from './slices.js';

const LAYER = 1;
const WARM_READS = 5;
const EPOCHS_AT_ONCE = 4;

const [folder = '', slice = 'channel', kernels = ''] = process.argv.slice(2);

useStoreKernels(kernels);

const first = await timed(async () => readSlice(await openRun(folder)));
const run = await openRun(folder);
const warm: Read[] = [];
for (let read = 0; read < WARM_READS; read++) warm.push(await timed(() => readSlice(run)));
const middle = (pick: (read: Read) => number): number => median(warm.map(pick));
console.log(JSON.stringify({ first, warm: { wall: middle(({ wall }) => wall), cpu: middle(({ cpu }) => cpu) } }));

async function timed(work: () => Promise<void>): Promise<Read> {
  const [begin, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - begin, cpu: (user + system) / 1000 };
}

/** (epoch, sample, channel, map) of the slice, in one array. */
async function readSlice(reader: RunReader): Promise<void> {
  const { layers, probes, plan } = reader.manifest;
  const layer = layers[LAYER];
  const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const samples = slice === 'sample' ? [probes.count >> 1] : all(probes.count);
  const channels = slice === 'channel' ? [layer.channelCount >> 1] : all(layer.channelCount);
  const each = layer.mapShape.reduce((size, side) => size * side, samples.length * channels.length);
  const values = new Float32Array(each * (plan.lastEpoch + 1));
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next <= plan.lastEpoch) {
      const epoch = next++;
      const target = values.subarray(epoch * each, (epoch + 1) * each);
      await reader.readMaps({ layer: LAYER, epoch, samples, channels }, target);
    }
  };
  await Promise.all(Array.from({ length: EPOCHS_AT_ONCE }, lane));
}
