/** Distance MI of the made-up runs, by formula: what the layer view asks of them. */
import type { DistanceMiResult, DistanceMiValue, MapsReference, MeasureRequest } from '../../src/protocol/measure.js';
import { parseQuery } from '../../src/protocol/queryText.js';
import type { RunDescription } from '../../src/protocol/run.js';
import type { Host } from '../../webview/host/host.js';
import { indicesOf } from '../../webview/selection/bands.js';
import { epochBands, layerBands } from '../../webview/selection/terms.js';
import { factsOf } from '../../webview/state/facts.js';
import { exampleHost, type ExampleHostOptions } from './exampleHost.js';

/** A host that answers distance MI too, and leaves everything else to the example's. */
export function distanceHost(run: RunDescription, options: ExampleHostOptions = {}): ReturnType<typeof exampleHost> {
  const host = exampleHost(run, options);
  const call: Host['call'] = (method, input, more) => {
    const request = input as MeasureRequest;
    const mine = method === 'measure' && request.measure === 'distance-mi' && !options.failing?.includes('measure');
    // The answer of this method is the union that this result is part of.
    return mine ? (Promise.resolve(distanceMi(run, options, request)) as never) : host.call(method, input, more);
  };
  return { ...host, call };
}

export function distanceMi(
  run: RunDescription,
  options: ExampleHostOptions,
  { query: text, options: chosen = {} }: MeasureRequest,
): DistanceMiResult {
  const query = parseQuery(text);
  const facts = factsOf(run);
  const layers = indicesOf(layerBands(query.layers, facts.layers));
  const epochs = indicesOf(epochBands(query.epochs, facts.epochCount, facts.lastWhole));
  const channels = (layer: number): MapsReference[] =>
    Array.from({ length: facts.layers[layer].channelCount }, (_, channel) => ({ layer, channel }));
  const whole = layers.map((layer): MapsReference => ({ layer, channel: null }));
  const other = facts.layers.findIndex(({ name }) => name === chosen.other);
  const rows = chosen.of === 'layers' ? whole : channels(layers[0]);
  const columns = chosen.of === 'layers' ? whole : channels(other);
  const n = facts.sampleCount;
  return {
    measure: 'distance-mi',
    provenance: {
      measure: 'distance-mi',
      estimator: 'plug-in, distances of all pairs of samples in 32 equal bins over their own range',
      parameters: { bins: 32 },
      n,
      unit: 'bits',
      version: '1',
    },
    of: chosen.of ?? 'channels',
    bins: 32,
    values: epochs.map((epoch) => valueOf(rows, columns, epoch, n, options, chosen.permutations ?? 0)),
  };
}

function valueOf(
  rows: readonly MapsReference[],
  columns: readonly MapsReference[],
  epoch: number,
  n: number,
  options: ExampleHostOptions,
  permutations: number,
): DistanceMiValue {
  const isDead = ({ layer, channel }: MapsReference): boolean =>
    channel !== null && (options.dead?.[layer]?.includes(channel) ?? false);
  const entropy = (side: MapsReference): number =>
    isDead(side) ? 0 : 3.4 + 0.5 * Math.sin(side.layer + (side.channel ?? 0));
  const entropyRows = rows.map(entropy);
  const entropyColumns = columns.map(entropy);
  const bits = rows.flatMap((a, i) =>
    columns.map((b, j) => {
      if (isDead(a) || isDead(b)) return 0;
      if (a.layer === b.layer && a.channel === b.channel) return entropyRows[i];
      const near = Math.exp(-Math.abs(a.layer - b.layer) / 2);
      const phase = a.channel === null ? 2 * (i + j) : 2.3 * i + 1.7 * j;
      const wave = 0.5 + 0.5 * Math.sin(phase + 0.4 * epoch);
      return Math.min(entropyRows[i], entropyColumns[j]) * (0.02 + 0.35 * near * wave ** 3);
    }),
  );
  const most = Math.max(0, ...bits);
  return {
    ...{ epoch, rows, columns, bits, millerMadowBits: bits, entropyRows, entropyColumns },
    share: bits.map((one, at) => {
      const least = Math.min(entropyRows[Math.floor(at / columns.length)], entropyColumns[at % columns.length]);
      return least > 0 ? one / least : null;
    }),
    halfWidthBits: null,
    null:
      permutations === 0
        ? null
        : {
            permutations,
            seed: 1,
            meanBits: bits.map(() => 0.05 * most),
            maximumBits: 0.12 * most,
            maxima: Array.from({ length: permutations }, (_, i) => (0.12 * most * (i + 1)) / permutations),
            p: bits.map((one) => (one > 0.12 * most ? 0.05 : 1)),
          },
    sensitivity: [],
    n,
    nonFiniteCount: 0,
    reason: null,
  };
}
