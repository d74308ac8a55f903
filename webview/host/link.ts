/**
 * The address of the browser viewer: `#TOKEN` or `#token=TOKEN` as the server prints it, then
 * `#view=query&query=…` as the view writes it. The token is taken out of the address at once, so that
 * a link that is copied or stays in the history does not carry it.
 */
import * as v from 'valibot';
import { ViewState } from '../../src/protocol/viewer.js';

export function tokenOf(hash: string): string | null {
  const text = hash.replace(/^#/, '');
  const [first] = text.split('&');
  return first !== '' && !first.includes('=') ? first : new URLSearchParams(text).get('token');
}

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
    ...(parameters.has('channels') ? { channels: channelsOf(parameters.get('channels')) } : {}),
    ...(parameters.has('pair') ? { layers: pairOf(parameters.get('pair')) } : {}),
  });
}

export function hashOf(state: ViewState): string {
  const parameters = new URLSearchParams({ view: state.view, query: state.query, measure: state.measure });
  if (state.epoch !== null) parameters.set('epoch', String(state.epoch));
  if (state.classes) parameters.set('classes', state.classes.join(','));
  if (state.training) parameters.set('counted', `${state.training.split},${state.training.cells}`);
  if (state.channels) {
    const { left, right, layer, channel, fromFirst } = state.channels;
    parameters.set('channels', [left, right, layer, channel, fromFirst ? 1 : 0].join(','));
  }
  if (state.layers) {
    const { a, b, order, masked } = state.layers;
    parameters.set('pair', [a, b, order, masked ? 1 : 0].join(','));
  }
  return `#${parameters.toString()}`;
}

/** "5,8,9"; nothing for the empty list. What is no number is left to the schema to refuse. */
function numbersOf(text: string | null): number[] {
  return text ? text.split(',').map(Number) : [];
}

/** "1,4,4,12,0": left and right layer, layer and channel in full, axes from epoch 1. */
function channelsOf(text: string | null): object {
  const [left, right, layer, channel, fromFirst] = numbersOf(text);
  return { left, right, layer, channel, fromFirst: fromFirst === 1 };
}

/** "1,4,maximum,1": layers A and B, the order of their channels, whether the null is hatched. */
function pairOf(text: string | null): object {
  const [a, b, order, masked] = text?.split(',') ?? [];
  return { a: Number(a), b: Number(b), order, masked: masked === '1' };
}

/** "validation,rates": which probes, and in what. */
function trainingOf(text: string | null): object {
  const [split, cells] = text?.split(',') ?? [];
  return { split, cells };
}
