/** The address of the browser viewer, `#view=query&query=…`, as the view writes it; its token is another's (token.ts). */
import * as v from 'valibot';
import { ViewState, type ChannelChoice, type TrainingChoice } from '../../src/protocol/viewer.js';

/** Null when the address names no query. */
export function stateOf(hash: string): ViewState | null {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  if (!parameters.has('query')) return null;
  const epoch = parameters.get('epoch');
  return v.parse(ViewState, {
    view: parameters.get('view'),
    query: parameters.get('query'),
    measure: parameters.get('measure'),
    epoch: epoch === null ? null : Number(epoch),
    ...(parameters.has('classes') ? { classes: numbersOf(parameters.get('classes')) } : {}),
    ...(parameters.has('counted') ? { training: trainingOf(parameters.get('counted')) } : {}),
    ...(parameters.has('channels') ? { channels: channelsOf(parameters.get('channels'), parameters.get('maps')) } : {}),
    ...(parameters.has('pair') ? { layers: pairOf(parameters) } : {}),
    ...(parameters.has('network') ? { network: objectOf(parameters.get('network')) } : {}),
    ...(parameters.has('information') ? { information: objectOf(parameters.get('information')) } : {}),
    ...(parameters.has('compare') ? { compare: objectOf(parameters.get('compare')) } : {}),
    ...(parameters.has('selected') ? { selected: selectedOf(parameters.get('selected')) } : {}),
  });
}

export function hashOf(state: ViewState): string {
  const parameters = new URLSearchParams({ view: state.view, query: state.query, measure: state.measure });
  if (state.epoch !== null) parameters.set('epoch', String(state.epoch));
  if (state.classes) parameters.set('classes', state.classes.join(','));
  if (state.training) parameters.set('counted', countedText(state.training));
  if (state.channels) {
    const { left, right, layer, channel, fromFirst } = state.channels;
    parameters.set('channels', [left, right, layer, channel, fromFirst ? 1 : 0].join(','));
    const { maps } = state.channels;
    if (maps) parameters.set('maps', [maps.unit, rowsText(maps), maps.samples].join(','));
  }
  if (state.layers) {
    const { a, b, order, masked, orderB, ownScale, orderEpoch, epochs, cell, pinned } = state.layers;
    parameters.set('pair', [a, b, order, masked ? 1 : 0, orderB ?? '', ownScale ? 1 : 0].join(','));
    if (orderEpoch !== undefined) parameters.set('ordered', String(orderEpoch));
    if (cell) parameters.set('cell', [cell.a, cell.b].join(','));
    if (epochs) parameters.set('beside', epochs.join(','));
    if (pinned) parameters.set('pinned', pinned.map(({ layer, channel }) => `${layer}.${channel}`).join(','));
  }
  if (state.network) parameters.set('network', JSON.stringify(state.network));
  if (state.information) parameters.set('information', JSON.stringify(state.information));
  if (state.compare) parameters.set('compare', JSON.stringify(state.compare));
  if (state.selected) {
    const { layer, channel, sample } = state.selected;
    parameters.set('selected', [layer, channel, sample].map((one) => one ?? '').join(','));
  }
  return `#${parameters.toString()}`;
}

/** The page's own address with this state; of a server's page without its token, which the one who opens it must have. */
export function addressOf({ location }: Window, state: ViewState): string {
  return `${location.href.replace(/#.*$/s, '')}${hashOf(state)}`;
}

/** "5,8,9"; nothing for the empty list. What is no number is left to the schema to refuse. */
function numbersOf(text: string | null): number[] {
  return text ? text.split(',').map(Number) : [];
}

/** A view's choice as JSON, which its schema looks at; nothing where it is none. */
function objectOf(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** "1,4,4,12,0": left and right layer, layer and channel in full, axes from epoch 1. */
function channelsOf(text: string | null, maps: string | null): object {
  const [left, right, layer, channel, fromFirst] = numbersOf(text);
  const choice = { left, right, layer, channel, fromFirst: fromFirst === 1 };
  return maps === null ? choice : { ...choice, maps: mapsOf(maps) };
}

/**
 * "strongest,0,4, 8, 15": what goes back to the input, a row for one epoch (0) or several (1, or "1.3.4" for epochs 3
 * and 4), which samples.
 */
function mapsOf(text: string): object {
  const [unit, rows, ...samples] = text.split(',');
  const [overEpochs, ...epochs] = (rows ?? '').split('.');
  const chosen = epochs.length > 0 ? { epochs: epochs.map(Number) } : {};
  return { unit, overEpochs: overEpochs === '1', ...chosen, samples: samples.join(',') };
}

function rowsText({ overEpochs, epochs = [] }: NonNullable<ChannelChoice['maps']>): string {
  return [overEpochs ? 1 : 0, ...epochs].join('.');
}

/**
 * "1,4,maximum,1,mean,0": layers A and B, the order of A's channels, whether the null is hatched, the order
 * of B's where it is another, whether epochs have scales of their own; beside it the epoch that both orders
 * go by, the chosen cell as "3,5", the epochs that are compared, and the pinned filters as "1.15,4.2".
 */
function pairOf(parameters: URLSearchParams): object {
  const [a, b, order, masked, orderB, ownScale] = parameters.get('pair')?.split(',') ?? [];
  const pinned = (parameters.get('pinned') ?? '').split(',').filter((one) => one !== '');
  return {
    ...{ a: Number(a), b: Number(b), order, masked: masked === '1' },
    ...(orderB ? { orderB } : {}),
    ...(ownScale === '1' ? { ownScale: true } : {}),
    ...(parameters.has('ordered') ? { orderEpoch: Number(parameters.get('ordered')) } : {}),
    ...(parameters.has('cell') ? { cell: cellOf(parameters.get('cell')) } : {}),
    ...(parameters.has('beside') ? { epochs: numbersOf(parameters.get('beside')) } : {}),
    ...(parameters.has('pinned')
      ? {
          pinned: pinned
            .map((one) => one.split('.'))
            .map(([layer, channel]) => ({ layer: Number(layer), channel: Number(channel) })),
        }
      : {}),
  };
}

/** "3,5": channels of A and of B. */
function cellOf(text: string | null): object {
  const [a, b] = numbersOf(text);
  return { a, b };
}

/** "3,7,": layer and channel selected, no sample. */
function selectedOf(text: string | null): object {
  const [layer, channel, sample] = (text ?? '').split(',').map((one) => (one === '' ? null : Number(one)));
  return { layer, channel, sample };
}

/** "validation,rates,5-3,20261121-151234-digits": which probes, in what, of which cell and run. */
function trainingOf(text: string | null): object {
  const [split, cells, cell, ...run] = text?.split(',') ?? [];
  const [label, prediction] = cell ? cell.split('-').map(Number) : [];
  return {
    split,
    cells,
    ...(cell ? { cell: { label, prediction } } : {}),
    ...(run.length > 0 ? { run: run.join(',') } : {}),
  };
}

/** Cell and run stand only where there is one. */
function countedText({ split, cells, cell, run }: TrainingChoice): string {
  const place = cell ? `${cell.label}-${cell.prediction}` : '';
  return [split, cells, ...(place || run !== undefined ? [place] : []), ...(run === undefined ? [] : [run])].join(',');
}
