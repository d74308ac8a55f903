/** What a request would read and cost, before it runs. Reads no map. */
import type { Estimate, MeasureName, MeasureRequest } from '../../protocol/measure.js';
import { printQuery } from '../../protocol/queryText.js';
import type { RunManifest } from '../../protocol/run.js';
import { ENTROPY_MOMENTS, ENTROPY_RANGES } from '../../protocol/run.js';
import { lengthOf } from '../mapShape.js';
import { withMaps, type Selection } from '../resolveSelection.js';
import { selectionOf, type OpenedRun } from '../worker/openedRun.js';
import type { Session } from '../worker/session.js';
import { wholeClassesOf } from './classGroups.js';
import { distanceMiKey, distanceMiPlan, matrixSides, pairedOf } from './distanceMi.js';
import { interCells } from './inter.js';
import { interKey } from './interCells.js';
import { checkInterOptions } from './interValues.js';
import { checkIntraOptions, intraCells, intraSource } from './intra.js';
import { intraKey } from './intraFromMaps.js';

/** Rates of one thread on the machine of docs/bench, for want of better: only for what is said beforehand. */
const READ_BYTES_PER_SECOND = 5e8;
const PRODUCT_FLOPS_PER_SECOND = 4e10;
const BINNED_BYTES_PER_SECOND = 2e9;
const DIFFERENCES_PER_SECOND = 2.5e9;
const PAIRS_PER_SECOND = 1.2e9;
const SECONDS_PER_VALUE = 0.002;

interface Cost {
  readonly bytes: number;
  readonly seconds: number;
  readonly cached: boolean;
}

export async function estimate(session: Session, run: OpenedRun, request: MeasureRequest): Promise<Estimate> {
  const { query, selection } = await selectionOf(run, request.query);
  const costs = await costsOf(run, request, selection);
  const open = costs.filter(({ cached }) => !cached);
  const sum = (value: (cost: Cost) => number): number => open.reduce((total, cost) => total + value(cost), 0);
  return {
    bytes: sum(({ bytes }) => bytes),
    seconds: sum(({ seconds }) => seconds) / Math.min(session.pool.size, Math.max(1, open.length)),
    valueCount: costs.length,
    cachedCount: costs.length - open.length,
    canonical: printQuery(query),
    applicable: applicableMeasures(run.manifest, selection),
  };
}

export function applicableMeasures(manifest: RunManifest, selection: Selection): MeasureName[] {
  const hasMaps = selection.epochs.some(({ samples }) => withMaps(samples, manifest).length > 0);
  return [
    ...(hasMaps ? (['inter'] as const) : []),
    'intra',
    ...(manifest.task === 'classification' ? (['label'] as const) : []),
    ...(manifest.metrics.length > 0 ? (['metrics'] as const) : []),
    ...(hasMaps ? (['distance-mi', 'layer-mi', 'cka', 'redundancy', 'slice'] as const) : []),
  ];
}

function costsOf(run: OpenedRun, request: MeasureRequest, selection: Selection): Promise<Cost[]> {
  switch (request.measure) {
    case 'inter':
      return interCosts(run, request, selection);
    case 'intra':
      return intraCosts(run, request, selection);
    case 'label':
      return Promise.resolve(selection.epochs.map(() => small(4 * run.manifest.probes.count)));
    case 'metrics':
      return Promise.resolve(selection.epochs.map(() => small(8 * run.manifest.metrics.length)));
    case 'distance-mi':
      return distanceMiCosts(run, request, selection);
    case 'layer-mi':
    case 'cka':
    case 'redundancy':
    case 'slice':
      return Promise.resolve(wholeLayerCosts(run, request, selection));
  }
}

async function interCosts(run: OpenedRun, { options = {} }: MeasureRequest, selection: Selection): Promise<Cost[]> {
  const chosen = checkInterOptions(options);
  const costs: Cost[] = [];
  for (const cell of interCells(selection)) {
    if (cell.epoch.damage !== null) costs.push(small(0));
    else {
      const n = withMaps(cell.epoch.samples, run.manifest).length;
      const d = cell.layer.channels.length * lengthOf(run.manifest.layers[cell.layer.layer].mapShape);
      const work = (2 * n * n * d) / PRODUCT_FLOPS_PER_SECOND;
      const bytes = 4 * n * d;
      const seconds = SECONDS_PER_VALUE + bytes / READ_BYTES_PER_SECOND + work * (chosen.noise ? 2 : 1);
      costs.push({ bytes, seconds, cached: await run.cache.has(await interKey(run, cell, chosen)) });
    }
  }
  return costs;
}

async function intraCosts(
  run: OpenedRun,
  { query: text, options = {} }: MeasureRequest,
  selection: Selection,
): Promise<Cost[]> {
  const { manifest } = run;
  const { query } = await selectionOf(run, text);
  const classes = wholeClassesOf(query, manifest);
  const { bins, range } = checkIntraOptions(options);
  const plan = { run, classes, bins, range };
  const fromStatistics = intraSource(plan, selection) === 'statistics';
  const costs: Cost[] = [];
  for (const cell of intraCells(selection)) {
    const { channelCount, mapShape } = manifest.layers[cell.layer.layer];
    if (fromStatistics || cell.epoch.damage !== null) {
      const rows = manifest.classNames.length + 1;
      costs.push(small(8 * ENTROPY_RANGES.length * ENTROPY_MOMENTS.length * rows * channelCount));
    } else {
      const bytes = 4 * withMaps(cell.epoch.samples, manifest).length * cell.layer.channels.length * lengthOf(mapShape);
      const seconds = SECONDS_PER_VALUE + bytes / READ_BYTES_PER_SECOND + bytes / BINNED_BYTES_PER_SECOND;
      costs.push({ bytes, seconds, cached: await run.cache.has(await intraKey(plan, cell)) });
    }
  }
  return costs;
}

async function distanceMiCosts(
  run: OpenedRun,
  { options = {} }: MeasureRequest,
  selection: Selection,
): Promise<Cost[]> {
  const plan = distanceMiPlan(run, selection, options);
  const layers = plan.a === plan.b ? plan.a : [...plan.a, ...plan.b];
  const { rows, columns } = matrixSides(plan);
  const costs: Cost[] = [];
  for (const epoch of selection.epochs) {
    const n = pairedOf(withMaps(epoch.samples, run.manifest)).length;
    const pairs = (n * (n - 1)) / 2;
    const lengths = layers.map(
      ({ layer, channels }) => channels.length * lengthOf(run.manifest.layers[layer].mapShape),
    );
    const values = lengths.reduce((sum, length) => sum + length, 0);
    const matrices = 1 + plan.chosen.permutations + (plan.chosen.interval ? 40 : 0);
    const cells = (rows.length * columns.length) / (plan.a === plan.b ? 2 : 1);
    const seconds =
      SECONDS_PER_VALUE +
      (4 * n * values) / READ_BYTES_PER_SECOND +
      (pairs * values) / DIFFERENCES_PER_SECOND +
      (pairs * cells * matrices) / PAIRS_PER_SECOND;
    const cached = epoch.damage === null && (await run.cache.has(await distanceMiKey(run, plan, epoch)));
    costs.push(epoch.damage === null ? { bytes: 4 * n * values, seconds, cached } : small(0));
  }
  return costs;
}

/** Roughly: reading a layer's maps, and the pairs of its samples or of its channels. What is cached is not known. */
function wholeLayerCosts(
  { manifest }: OpenedRun,
  { measure, options = {} }: MeasureRequest,
  selection: Selection,
): Cost[] {
  const repeats = 1 + (measure === 'layer-mi' ? (options.permutations ?? 0) / 20 : 0) + (options.interval ? 1 : 0);
  return interCells(selection).map(({ layer, epoch }) => {
    if (epoch.damage !== null) return small(0);
    const n = withMaps(epoch.samples, manifest).length;
    const values = n * layer.channels.length * lengthOf(manifest.layers[layer.layer].mapShape);
    const partners = measure === 'slice' ? 8 : measure === 'redundancy' ? layer.channels.length : n;
    const work = (values * partners * repeats) / (2 * DIFFERENCES_PER_SECOND);
    return {
      bytes: 4 * values,
      seconds: SECONDS_PER_VALUE + (4 * values) / READ_BYTES_PER_SECOND + work,
      cached: false,
    };
  });
}

function small(bytes: number): Cost {
  return { bytes, seconds: SECONDS_PER_VALUE + bytes / READ_BYTES_PER_SECOND, cached: false };
}
