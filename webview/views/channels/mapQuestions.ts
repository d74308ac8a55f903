/** What the maps of one channel need: samples, inputs, maps at one or several epochs, and their projections. */
import { useState } from 'preact/hooks';
import type { DeconvnetResult, DeconvnetUnit } from '../../../src/protocol/deconvnet.js';
import { keptSampleCount } from '../../../src/protocol/keptMaps.js';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import type { ChannelChoice } from '../../../src/protocol/viewState.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { useAsked, type Asked } from '../../state/useAsked.js';
import type { ChannelsProps } from './ChannelsView.js';
import { epochsForRows, sampleChoice, SAMPLES_A_ROW, samplesInSet, samplesOfClass, setCount } from './mapSamples.js';

export type MapsChoice = NonNullable<ChannelChoice['maps']>;

export const FIRST_MAPS: MapsChoice = { samples: 'classes', unit: 'strongest', overEpochs: false };

/** Rows of maps at most, when they are shown over epochs. */
const MOST_EPOCH_ROWS = 5;

export interface ShownSamples {
  readonly samples: readonly number[];
  readonly labels: readonly number[];
  /** Rows that can be leafed through. */
  readonly sets: number;
  /** Largest values of the maps, where they are what the samples were chosen by. */
  readonly activations: readonly number[] | null;
  readonly state: Loadable<unknown>;
}

type Props = Pick<ChannelsProps, 'viewer' | 'facts' | 'choice' | 'classes'> & {
  /** At which maps are shown. */
  readonly epoch: number;
};

/** Undefined until it is known which they are. */
export function useSamples(props: Props, maps: MapsChoice, set: number): ShownSamples | null {
  const { viewer, facts, choice, classes, epoch } = props;
  const kept = keptSampleCount(facts.description.manifest, choice.layer);
  const known = useAsked('labels', 'reading labels', (_, call) => viewer.host.call('probeLabels', {}, call));
  const labels = latest(known.value)?.slice(0, kept);
  const wanted = sampleChoice(maps.samples, facts.classCount, kept) ?? { kind: 'classes' };
  const question = { layer: choice.layer, channel: choice.channel, epoch, most: SAMPLES_A_ROW };
  const ranked = useAsked(
    wanted.kind === 'strongest' ? JSON.stringify({ ...question, classIndex: null }) : null,
    'looking for the strongest samples',
    (text, call) =>
      viewer.host.call('strongestSamples', JSON.parse(text) as typeof question & { classIndex: null }, call),
  );
  if (!labels) return null;
  const plain = { labels, activations: null, state: known.value };
  switch (wanted.kind) {
    case 'numbers':
      return { ...plain, samples: wanted.numbers, sets: 1 };
    case 'class':
      return { ...plain, ...samplesOfClass(labels, wanted.classIndex, set) };
    case 'classes': {
      const sets = setCount(labels, classes, kept);
      return { ...plain, samples: samplesInSet(labels, classes, kept, set % sets), sets };
    }
    case 'strongest': {
      const found = latest(ranked.value);
      const { samples = [], activations = [] } = found ?? {};
      return { labels, samples, activations, sets: 1, state: ranked.value };
    }
  }
}

export interface Maps {
  readonly inputs: PictureStack;
  /** By epoch, over one scale. */
  readonly rows: readonly { readonly epoch: number; readonly stack: PictureStack }[];
  readonly samples: readonly number[];
  readonly labels: readonly number[];
  readonly epoch: number;
}

export function useMaps(props: Props, maps: MapsChoice, shown: ShownSamples | null): Asked<Maps> {
  const { viewer, facts, choice, epoch } = props;
  const samples = shown?.samples ?? [];
  const chosen = maps.epochs?.filter((one) => facts.whole.has(one)) ?? [];
  const rows = chosen.length > 0 ? chosen : epochsForRows(facts.whole, epoch, MOST_EPOCH_ROWS);
  const epochs = maps.overEpochs ? rows : [epoch];
  const asked = { layer: choice.layer, channels: [choice.channel], samples, epochs, epoch };
  const key = samples.length > 0 ? JSON.stringify(asked) : null;
  return useAsked<Maps>(key, 'reading feature maps', async (text, call) => {
    const { epochs: wanted, epoch: at, ...one } = JSON.parse(text) as typeof asked;
    const planes = facts.layers[0].channelCount === 3 ? [0, 1, 2] : [0];
    const [inputs, ...stacks] = await Promise.all([
      viewer.host.call('featureMaps', { ...one, layer: 0, epoch: 0, channels: planes }, call),
      ...wanted.map((when) => viewer.host.call('featureMaps', { ...one, epoch: when }, call)),
    ]);
    const scale = {
      minimum: Math.min(...stacks.map(({ minimum }) => minimum)),
      maximum: Math.max(...stacks.map(({ maximum }) => maximum)),
    };
    return {
      inputs,
      rows: stacks.map((stack, i) => ({ epoch: wanted[i], stack: { ...stack, ...scale } })),
      samples: one.samples,
      labels: one.samples.map((sample) => shown?.labels[sample] ?? -1),
      epoch: at,
    };
  });
}

export interface AskedProjections extends Asked<DeconvnetResult> {
  /** Stops what is being computed; `retry` begins it anew. */
  cancel(): void;
}

/** Of the samples in sight, at the epoch in sight. */
export function useProjections(props: Props, unit: DeconvnetUnit | null, shown: ShownSamples | null): AskedProjections {
  const { viewer, choice, epoch } = props;
  const [stopped, setStopped] = useState<string | null>(null);
  const samples = shown?.samples ?? [];
  const asked = { layer: choice.layer, channel: choice.channel, epoch, samples, unit };
  const key = samples.length > 0 && unit !== null ? JSON.stringify(asked) : null;
  const answer = useAsked<DeconvnetResult>(key === stopped ? null : key, 'projecting feature maps', (text, call) =>
    viewer.host.call('deconvnet', JSON.parse(text) as Parameters<typeof viewer.host.call<'deconvnet'>>[1], call),
  );
  return {
    value: key !== null && key === stopped ? { state: 'cancelled' } : answer.value,
    retry: () => (key === stopped ? setStopped(null) : answer.retry()),
    cancel: () => setStopped(key),
  };
}
