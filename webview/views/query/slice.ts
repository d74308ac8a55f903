/** The query as bands along the four axes of a run, and the query that changed bands make. */
import { ALL, WHOLE_CUBE, type Query } from '../../../src/protocol/query.js';
import { printQuery } from '../../../src/protocol/queryText.js';
import type { Layer } from '../../../src/protocol/run.js';
import { allOf, type Bands } from '../../selection/bands.js';
import {
  channelBands,
  epochBands,
  labelBands,
  layerBands,
  sampleBands,
  withChannels,
  withEpochs,
  withLabels,
  withLayers,
  withSamples,
} from '../../selection/terms.js';
import type { RunFacts } from '../../state/facts.js';

export interface Slice {
  /** Labels, or probes where the run has no classes; null where the term names samples otherwise. */
  readonly rows: Bands | null;
  readonly rowCount: number;
  readonly layers: Bands;
  /** The layer whose channels are shown: the first chosen one. */
  readonly layer: Layer;
  readonly channels: Bands;
  readonly epochs: Bands;
}

export function sliceOf(query: Query, facts: RunFacts): Slice {
  const layers = layerBands(query.layers, facts.layers);
  const layer = facts.layers[layers[0]?.[0] ?? 0];
  const channels = channelBands(query.channels, layer.channelCount);
  return {
    rows: rowsOf(query, facts),
    rowCount: facts.classCount > 0 ? facts.classCount : facts.sampleCount,
    layers,
    layer,
    channels,
    epochs: epochBands(query.epochs, facts.epochCount, Math.max(0, facts.lastWhole)),
  };
}

function rowsOf(query: Query, facts: RunFacts): Bands | null {
  return facts.classCount > 0
    ? labelBands(query.samples, facts.classCount)
    : sampleBands(query.samples, facts.sampleCount);
}

export function withRows(query: Query, rows: Bands, facts: RunFacts): Query {
  const samples =
    facts.classCount > 0 ? withLabels(query.samples, rows, facts.classCount) : withSamples(rows, facts.sampleCount);
  return { ...query, samples };
}

/** Other layers, and all channels where the ones named do not exist there. */
export function withLayerChoice(query: Query, layers: Bands, facts: RunFacts): Query {
  const term = withLayers(layers, facts.layers);
  const { channelCount } = facts.layers[layers[0]?.[0] ?? 0];
  const exist = channelBands(query.channels, channelCount).length > 0;
  return { ...query, layers: term, channels: exist ? query.channels : ALL };
}

export function withChannelChoice(query: Query, channels: Bands, layer: Layer): Query {
  return { ...query, channels: withChannels(channels, layer.channelCount) };
}

export function withEpochChoice(query: Query, epochs: Bands, facts: RunFacts): Query {
  return { ...query, epochs: withEpochs(epochs, facts.epochCount) };
}

/** Rows to show where a term says what rows cannot: none is marked, none is lost. */
export function rowsOrAll(slice: Slice): Bands {
  return slice.rows ?? allOf(slice.rowCount);
}

/** The text of one term of the query, as it stands between its commas. */
export function termText(query: Query, term: keyof Query): string {
  const alone = printQuery({ ...WHOLE_CUBE, [term]: query[term] });
  const before = { samples: 0, layers: 1, channels: 2, epochs: 3 }[term];
  const head = `dCNN(${'-, '.repeat(before)}`.length;
  const tail = `${', -'.repeat(3 - before)})`.length;
  return alone.slice(head, alone.length - tail);
}

export interface SliceChange {
  readonly rows: (bands: Bands) => void;
  readonly layers: (bands: Bands) => void;
  readonly channels: (bands: Bands) => void;
  readonly epochs: (bands: Bands) => void;
}
