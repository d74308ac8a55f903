/**
 * `npm run bench -- cost`: processor time of measures against N and against D on logarithmic axes, written
 * to docs/images/cost.svg. All points are measured in this run; nothing else is drawn but the slopes.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fillStandardNormal } from '../src/analysis/measures/standardNormal.js';
import { costSvg, type Curve } from './costSvg.js';
import { distanceMiTime } from './measures/distanceMi.js';
import { interSampleTime } from './measures/interSample.js';
import { intraSampleTime } from './measures/intraSample.js';
import type { Row } from './row.js';

const SAMPLES = [250, 500, 1000, 2000, 4000, 8000];
const VALUES = [16, 64, 256, 1024, 4096];
const [N, D] = [2000, 256];
const CHANNELS = 16;
const REDUCTION = { dimensions: 64, candidateCount: 36 };
/** Approximate neighbours are looked for from so many samples and values on. */
const [LEAST_SAMPLES, LEAST_VALUES] = [2000, 192];
/** All pairs of more samples than this would need gigabytes here. */
const MOST_PAIRED = 4000;

type Measure = (n: number, d: number) => Promise<number>;

const file = fileURLToPath(new URL('../docs/images/cost.svg', import.meta.url));

export async function benchCost(): Promise<Row[]> {
  const noise = new Float32Array(Math.max(...SAMPLES) * D * 2);
  const wide = new Float32Array(N * Math.max(...VALUES));
  for (const values of [noise, wide]) fillStandardNormal(values, 1);
  const of = (n: number, d: number): Float32Array => (n * d <= noise.length ? noise : wide);
  const exact: Measure = async (n, d) => (await interSampleTime(of(n, d), n, d, 1)).cpu;
  const near: Measure = async (n, d) => (await interSampleTime(of(n, d), n, d, 1, REDUCTION)).cpu;
  const intra: Measure = async (n, d) => (await intraSampleTime(of(n, d).subarray(0, n * d), d)).cpu;
  const pairs: Measure = async (n, d) => {
    const values = of(n, d).subarray(0, n * d);
    const two = new Float32Array(2 * n * d);
    two.set(values);
    two.set(values, n * d);
    return (await distanceMiTime(two, [n, CHANNELS, d / CHANNELS], 1, {}, 2)).cpu;
  };
  const againstSamples: Curve[] = [
    { name: 'inter-sample, exact', points: await measured(SAMPLES, (n) => exact(n, D)) },
    {
      name: 'inter-sample, approximate',
      points: await measured(
        SAMPLES.filter((n) => n >= LEAST_SAMPLES),
        (n) => near(n, D),
      ),
    },
    {
      name: `distance MI, ${CHANNELS} × ${CHANNELS}`,
      points: await measured(
        SAMPLES.filter((n) => n <= MOST_PAIRED),
        (n) => pairs(n, D),
      ),
    },
    { name: 'intra-sample', points: await measured(SAMPLES, (n) => intra(n, D)) },
  ];
  const againstValues: Curve[] = [
    { name: 'inter-sample, exact', points: await measured(VALUES, (d) => exact(N, d)) },
    {
      name: 'inter-sample, approximate',
      points: await measured(
        VALUES.filter((d) => d >= LEAST_VALUES),
        (d) => near(N, d),
      ),
    },
    { name: `distance MI, ${CHANNELS} × ${CHANNELS}`, points: await measured(VALUES, (d) => pairs(N, d)) },
    { name: 'intra-sample', points: await measured(VALUES, (d) => intra(N, d)) },
  ];
  const panels = [
    { title: `N samples of ${D} values, 1 thread, processor time`, of: 'N', curves: againstSamples, slopes: [1, 2] },
    {
      title: `${N.toLocaleString('en')} samples of D values, 1 thread, processor time`,
      of: 'D',
      curves: againstValues,
      slopes: [1],
    },
  ];
  writeFileSync(file, costSvg(panels));
  for (const { title, curves } of panels)
    for (const { name, points } of curves)
      console.log(`${title}: ${name}: ${points.map(([x, ms]) => `${x}: ${ms.toPrecision(3)} ms`).join(', ')}`);
  return [];
}

async function measured(at: readonly number[], measure: (x: number) => Promise<number>): Promise<[number, number][]> {
  const points: [number, number][] = [];
  for (const x of at) points.push([x, Math.max(0.01, await measure(x))]);
  return points;
}
