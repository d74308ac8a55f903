/** Measures against Python peers and against what the processor can do, in one run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillStandardNormal } from '../../src/analysis/measures/standardNormal.js';
import type { Row } from '../row.js';
import type { Times } from '../times.js';
import { distanceMiTime } from './distanceMi.js';
import { mnistOrNoise, rectifiedNoise } from './inputs.js';
import { interSampleTime, productRate } from './interSample.js';
import { intraSampleTime } from './intraSample.js';
import { widestRate } from './peak.js';
import { alignmentTime, kernelDensityTime } from './layers.js';
import { peerTime, peerTimes, type Size } from './peers.js';

const D = 784;
const MAPS = 64_000;
/** numpy.histogram a map at a time takes ten seconds: a part of the maps, scaled up. */
const LOOPED_MAPS = 4000;
/** Two layers of so many channels, maps of 8 × 8, N samples. */
const [N_PAIRS, CHANNELS, MAP_LENGTH] = [500, 64, 64];
/** Of the matrix's cells numpy.histogram2d is timed on so many. */
const LOOPED_CELLS = 64;
const PERMUTATIONS = 200;
/** Milliseconds that no turn of the extension host may take. */
const MOST_BLOCK = 50;
/** GB/s a thread. */
const LEAST_RATE = 3;
const [N_LAYER, D_LAYER] = [1000, 4608];
/** As the engine searches first. */
const REDUCTION = { dimensions: 64, candidateCount: 36 };

export async function benchMeasures(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-bench-'));
  try {
    const rows = [
      ...(await pairRows(folder)),
      ...(await interRows(folder)),
      ...(await intraRows(folder)),
      ...(await layerRows(folder)),
    ];
    return rows.filter(({ peer }) => !Number.isNaN(peer));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timeRow(what: string, ours: Times, peer: Times, peerName: string, goal: number | null = null): Row {
  const cpu = { ours: ours.cpu, peer: peer.cpu };
  return { section: 'measures', what, ours: ours.wall, peer: peer.wall, peerName, cpu, unit: 'ms', goal };
}

async function pairRows(folder: string): Promise<Row[]> {
  const values = new Float32Array(2 * N_PAIRS * CHANNELS * MAP_LENGTH);
  fillStandardNormal(values, 3);
  const file = join(folder, 'layers.f4');
  writeFileSync(file, values);
  const shape = [N_PAIRS, CHANNELS, MAP_LENGTH] as const;
  const peer = (task: string, repeats: number) => peerTime(task, file, N_PAIRS, 2 * CHANNELS * MAP_LENGTH, repeats);
  const cells = CHANNELS ** 2;
  const looped = scaled(peer('histogram2d_pairs', 1), cells / LOOPED_CELLS);
  const prebinned = peer('bincount_pairs', 3);
  const distances = peer('channel_distances', 3);
  const what = `distance MI with distances, ${CHANNELS} × ${CHANNELS}, N = ${N_PAIRS}`;
  const rows: Row[] = [];
  for (const threads of [1, 2]) {
    const ours = await distanceMiTime(values, shape, threads, {}, 5);
    const named = `${what}, ${threads} thread${threads > 1 ? 's' : ''}`;
    rows.push(timeRow(named, ours, looped, 'numpy.histogram2d, distances not counted', threads === 2 ? 80 : null));
    rows.push(timeRow(named, ours, prebinned, 'numpy.bincount of prebinned distances', threads === 2 ? 3 : null));
    rows.push(timeRow(named, ours, distances, 'scipy pdist, distances alone'));
  }
  const withNull = await distanceMiTime(values, shape, 2, { permutations: PERMUTATIONS }, 1);
  const named = `${what}, with a null of ${PERMUTATIONS} permutations, 2 threads`;
  rows.push(timeRow(named, withNull, scaled(prebinned, PERMUTATIONS + 1), 'numpy.bincount, scaled up'));
  const block = { what: `worst block of the calling thread meanwhile`, ours: withNull.worstBlock, unit: 'ms' } as const;
  rows.push({ section: 'measures', ...block, peer: MOST_BLOCK, peerName: 'the most that is allowed', goal: 1 });
  return rows;
}

async function interRows(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const { name, samples } = mnistOrNoise(10_000);
  const file = join(folder, 'samples.f4');
  writeFileSync(file, samples);
  const sizes: Size[] = [
    [5000, 1],
    [5000, 2],
    [10_000, 1],
    [10_000, 2],
  ];
  const exact = peerTimes('exact_neighbours', file, D, sizes);
  const umap = peerTimes('umap_graph', file, D, sizes);
  for (const [index, [n, threads]] of sizes.entries()) {
    const largest = n === 10_000 && threads === 2;
    const ours = await interSampleTime(samples, n, D, threads);
    const place = `inter-sample entropy, ${name}, N = ${n}, ${threads} thread${threads > 1 ? 's' : ''}`;
    const exactName = 'scikit-learn, exact neighbours only';
    rows.push(timeRow(`exact ${place}`, ours, exact[index], exactName, largest ? 1.5 : null));
    const near = await interSampleTime(samples, n, D, threads, REDUCTION);
    const recalled = `approximate ${place}, recall ${near.recall.toFixed(3)}`;
    rows.push(timeRow(recalled, near, umap[index], 'umap-learn, approximate graph', largest ? 1 : null));
  }
  const flops = 2 * 5000 * 5000 * D;
  const sgemm = flops / peerTime('matrix_product', file, 5000, D).cpu / 1e6;
  const peak = await widestRate();
  for (const type of ['int16', 'float32'] as const) {
    const exact = type === 'int16' ? ', which the exact search and distance MI use' : '';
    const product = {
      section: 'measures',
      what: `product x·yᵀ of ${type}${exact}, 1 thread, processor time`,
      ours: await productRate(type),
      unit: 'GFLOP/s',
    } as const;
    const peerName = 'float32 multiplications and additions of 128 bits in WASM';
    rows.push({ ...product, peer: peak, peerName, goal: 0.85 });
    rows.push({ ...product, peer: sgemm, peerName: 'numpy, wider vectors', goal: null });
  }
  return rows;
}

async function intraRows(folder: string): Promise<Row[]> {
  const maps = rectifiedNoise(MAPS * D);
  const file = join(folder, 'maps.f4');
  writeFileSync(file, maps);
  const loop = scaled(peerTime('histogram_loop', file, LOOPED_MAPS, D), MAPS / LOOPED_MAPS);
  const ours = await intraSampleTime(maps, D);
  const vectorised = peerTime('histogram_vectorised', file, MAPS, D);
  const what = 'intra-sample entropy, 200 MB, 1 thread';
  const rate = { what, ours: maps.byteLength / ours.cpu / 1e6, unit: 'GB/s' } as const;
  return [
    timeRow(what, ours, loop, 'numpy.histogram a map'),
    timeRow(what, ours, vectorised, 'numpy, vectorised', 4),
    { section: 'measures', ...rate, peer: LEAST_RATE, peerName: 'the least that is allowed', goal: 1 },
  ];
}

/** Layers as wide as a convolution’s: bounds by kernel density, and alignment of two. */
async function layerRows(folder: string): Promise<Row[]> {
  const values = rectifiedNoise(2 * N_LAYER * D_LAYER);
  const file = join(folder, 'layer.f4');
  writeFileSync(file, values);
  const one = values.subarray(0, N_LAYER * D_LAYER);
  const place = `N = ${N_LAYER}, D = ${D_LAYER}, 1 thread`;
  return [
    timeRow(
      `bounds by kernel density, ${place}`,
      await kernelDensityTime(one, N_LAYER, D_LAYER),
      peerTime('kernel_bounds', file, N_LAYER, D_LAYER),
      'numpy, float32 product of wider vectors',
    ),
    timeRow(
      `kernel alignment of two layers, ${place}`,
      await alignmentTime(values, N_LAYER, D_LAYER),
      peerTime('alignment', file, N_LAYER, 2 * D_LAYER),
      'numpy, float32 product of wider vectors',
    ),
  ];
}

function scaled({ wall, cpu }: Times, factor: number): Times {
  return { wall: wall * factor, cpu: cpu * factor };
}
