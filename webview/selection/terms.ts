/**
 * Between a query's four terms and the bands that strips, slabs and network show. A term says more than
 * bands can (x.label ≠ y, split = train): what a strip does not show, a drag on it leaves in place.
 */
import type {
  ChannelTerm,
  EpochTerm,
  LayerItem,
  LayerTerm,
  SampleCondition,
  SampleTerm,
} from '../../src/protocol/query.js';
import { layersCalled } from '../../src/protocol/layerNames.js';
import { ALL } from '../../src/protocol/query.js';
import type { Layer } from '../../src/protocol/run.js';
import { allOf, complement, intersection, isAll, normalise, type Bands } from './bands.js';

function namesClasses(condition: SampleCondition): boolean {
  return condition.field === 'label' && condition.right.kind === 'classes';
}

/** Labels that a term lets through; null where samples are named by number, which no strip of labels shows. */
export function labelBands(term: SampleTerm, classCount: number): Bands | null {
  if (term.kind === 'ranges') return null;
  if (term.kind === 'all') return allOf(classCount);
  let bands = allOf(classCount);
  for (const condition of term.conditions) {
    if (condition.field !== 'label' || condition.right.kind !== 'classes') continue;
    const named = normalise(condition.right.ranges, classCount);
    bands = intersection(bands, condition.operator === '=' ? named : complement(named, classCount));
  }
  return bands;
}

/** The term with these labels, its other conditions kept. */
export function withLabels(term: SampleTerm, bands: Bands, classCount: number): SampleTerm {
  const others = term.kind === 'where' ? term.conditions.filter((condition) => !namesClasses(condition)) : [];
  if (isAll(bands, classCount)) return others.length === 0 ? ALL : { kind: 'where', conditions: others };
  const labels: SampleCondition = { field: 'label', operator: '=', right: { kind: 'classes', ranges: bands } };
  return { kind: 'where', conditions: [labels, ...others] };
}

/** Where a run has no labels its strip is of probes, by number. */
export function sampleBands(term: SampleTerm, sampleCount: number): Bands | null {
  if (term.kind === 'where') return null;
  return term.kind === 'all' ? allOf(sampleCount) : normalise(term.ranges, sampleCount);
}

export function withSamples(bands: Bands, sampleCount: number): SampleTerm {
  return isAll(bands, sampleCount) ? ALL : { kind: 'ranges', ranges: bands };
}

/** Layers that a term names; names that the run does not have are left out. */
export function layerBands(term: LayerTerm, layers: readonly Layer[]): Bands {
  if (term.kind === 'all') return allOf(layers.length);
  return normalise(
    term.items.flatMap((item) => layerRanges(item, layers)),
    layers.length,
  );
}

function layerRanges(item: LayerItem, layers: readonly Layer[]): Bands {
  if (item.kind === 'range') return [item.range];
  const found =
    item.kind === 'name' ? layersCalled(layers, item.name) : layers.filter(({ kind }) => kind === item.layerKind);
  return found.map((layer) => [layer.index, layer.index]);
}

/** One layer by its name, several in a row by their numbers. */
export function withLayers(bands: Bands, layers: readonly Layer[]): LayerTerm {
  if (isAll(bands, layers.length)) return ALL;
  const items = bands.map((range): LayerItem =>
    range[0] === range[1] ? { kind: 'name', name: layers[range[0]].name } : { kind: 'range', range },
  );
  return { kind: 'layers', items };
}

export function channelBands(term: ChannelTerm, channelCount: number): Bands {
  return term.kind === 'all' ? allOf(channelCount) : normalise(term.ranges, channelCount);
}

export function withChannels(bands: Bands, channelCount: number): ChannelTerm {
  return isAll(bands, channelCount) ? ALL : { kind: 'ranges', ranges: bands };
}

/** `epochCount` is lastEpoch + 1: t runs from 0. `lastWhole` is what "last" stands for. */
export function epochBands(term: EpochTerm, epochCount: number, lastWhole: number): Bands {
  switch (term.kind) {
    case 'all':
      return allOf(epochCount);
    case 'last':
      return [[lastWhole, lastWhole]];
    case 'ranges':
      return normalise(term.ranges, epochCount);
  }
}

export function withEpochs(bands: Bands, epochCount: number): EpochTerm {
  return isAll(bands, epochCount) ? ALL : { kind: 'ranges', ranges: bands };
}
