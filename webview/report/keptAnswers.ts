/**
 * Answers from what a report holds: the very call, or one that follows from others – some channels or epochs of an
 * entropy, several epochs of a distance MI, some pictures of a stack. Undefined where the report does not have it.
 */
import type { DistanceMiResult, IntraResult, IntraValue, MeasureRequest } from '../../src/protocol/measure.js';
import type { PatchSheet, PatchesRequest } from '../../src/protocol/network.js';
import { parseQuery, printQuery } from '../../src/protocol/queryText.js';
import type { Query } from '../../src/protocol/query.js';
import type { KeptAnswer } from '../../src/protocol/report.js';
import type { RunDescription } from '../../src/protocol/run.js';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { contains, indicesOf, type Bands } from '../selection/bands.js';
import { channelBands, epochBands, layerBands } from '../selection/terms.js';
import { pickPictures } from './pickPictures.js';

export interface KeptCalls {
  /** The answer, or undefined. */
  answer(method: string, input: unknown): unknown;
}

export function keptCalls(kept: readonly KeptAnswer[]): KeptCalls {
  const run = kept.find(({ method }) => method === 'describe')?.value as RunDescription;
  const exact = new Map(kept.map(({ method, input, value }) => [keyOf(method, input, run), value]));
  const get = (method: string, input: unknown): unknown => exact.get(keyOf(method, input, run));
  const measured = (request: MeasureRequest): unknown => get('measure', request) ?? derived(request, run, get);
  return {
    answer(method, input) {
      const found = get(method, input);
      if (found !== undefined) return found;
      switch (method) {
        case 'measure':
          return measured(input as MeasureRequest);
        case 'estimate':
          return measured(input as MeasureRequest) === undefined ? undefined : atNoCost(input as MeasureRequest);
        case 'featureMaps':
          return picked(input as ViewerContract['featureMaps']['input'], kept);
        case 'networkPatches':
          return pickedPatches(input as PatchesRequest, kept);
        default:
          return undefined;
      }
    },
  };
}

/** Layers by number and not by name, options in one order: what means the same is the same. */
function keyOf(method: string, input: unknown, run: RunDescription): string {
  if (method !== 'measure' && method !== 'estimate') return `${method} ${JSON.stringify(input)}`;
  const { query, measure, options = {} } = input as MeasureRequest;
  const given = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const parsed = queryOf(query);
  const { samples } = parsed ?? {};
  const slice = parsed
    ? [
        printQuery({ ...parsed, samples: samples!, layers: { kind: 'all' } }),
        layerBands(parsed.layers, run.manifest.layers),
      ]
    : query;
  return `${method} ${JSON.stringify([slice, measure, given])}`;
}

function queryOf(text: string): Query | null {
  try {
    return parseQuery(text);
  } catch {
    return null;
  }
}

type Get = (method: string, input: unknown) => unknown;

function derived(request: MeasureRequest, run: RunDescription, get: Get): unknown {
  const query = queryOf(request.query);
  if (!query || query.samples.kind !== 'all') return undefined;
  const epochs = epochBands(query.epochs, run.manifest.plan.lastEpoch + 1, run.summary.epochs.at(-1) ?? 0);
  if (request.measure === 'intra') return intraOf(request, query, epochs, run, get);
  return request.measure === 'distance-mi' ? distanceOf(request, query, epochs, get) : undefined;
}

/** Of layers that are kept over all channels and epochs. */
function intraOf(request: MeasureRequest, query: Query, epochs: Bands, run: RunDescription, get: Get): unknown {
  const { layers } = run.manifest;
  const parts = indicesOf(layerBands(query.layers, layers)).map((index) => {
    const whole = { query: `dCNN(-, ${index}, -, -)`, measure: 'intra', options: request.options };
    const result = get('measure', whole) as IntraResult | undefined;
    const channels = channelBands(query.channels, layers[index]!.channelCount);
    const values = result?.values
      .filter(({ epoch }) => contains(epochs, epoch))
      .map((value) => ofChannels(value, channels));
    return result && { ...result, values: values! };
  });
  const [first] = parts;
  if (!first || parts.some((part) => part === undefined)) return undefined;
  return { ...first, values: parts.flatMap((part) => part!.values) };
}

function ofChannels(value: IntraValue, wanted: Bands): IntraValue {
  const places = value.channels.flatMap((channel, place) => (channel < 0 || contains(wanted, channel) ? [place] : []));
  if (places.length === value.channels.length) return value;
  const bits = places.map((place) => value.bits[place] ?? null);
  const known = bits.filter((one) => one !== null);
  return {
    ...value,
    channels: places.map((place) => value.channels[place]!),
    bits,
    variance: places.map((place) => value.variance[place] ?? null),
    n: places.map((place) => value.n[place]!),
    meanBits: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length,
  };
}

function distanceOf(request: MeasureRequest, query: Query, epochs: Bands, get: Get): unknown {
  const single = indicesOf(epochs).map((epoch) => {
    const one = printQuery({ ...query, epochs: { kind: 'ranges', ranges: [[epoch, epoch]] } });
    return get('measure', { ...request, query: one }) as DistanceMiResult | undefined;
  });
  const [first] = single;
  if (!first || single.some((result) => result === undefined)) return undefined;
  return { ...first, values: single.flatMap((result) => result!.values) };
}

function atNoCost({ query, measure }: MeasureRequest): ViewerContract['estimate']['output'] {
  return { bytes: 0, seconds: 0, valueCount: 0, cachedCount: 0, canonical: query, applicable: [measure] };
}

function picked(asked: ViewerContract['featureMaps']['input'], kept: readonly KeptAnswer[]): unknown {
  for (const { method, input, value } of kept) {
    const held = input as ViewerContract['featureMaps']['input'];
    if (method !== 'featureMaps' || held.layer !== asked.layer || held.epoch !== asked.epoch) continue;
    const stack = pickPictures(value as ViewerContract['featureMaps']['output'], held, asked);
    if (stack) return stack;
  }
  return undefined;
}

function pickedPatches(asked: PatchesRequest, kept: readonly KeptAnswer[]): PatchSheet | undefined {
  for (const { method, input, value } of kept) {
    const held = input as PatchesRequest;
    const same =
      method === 'networkPatches' &&
      held.layer === asked.layer &&
      held.epoch === asked.epoch &&
      held.each === asked.each &&
      held.classIndex === asked.classIndex;
    if (!same || !asked.channels.every((channel) => held.channels.includes(channel))) continue;
    const sheet = value as PatchSheet;
    const size = sheet.height * sheet.width * sheet.planes;
    const places = sheet.patches.flatMap(({ channel }, place) => (asked.channels.includes(channel) ? [place] : []));
    const values = new Float32Array(places.length * size);
    places.forEach((place, at) => values.set(sheet.values.subarray(place * size, (place + 1) * size), at * size));
    return { ...sheet, patches: places.map((place) => sheet.patches[place]!), values };
  }
  return undefined;
}
