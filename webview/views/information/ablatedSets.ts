/** Sets of units that are ablated together: which there are, what is asked for them, and what came of each. */
import type {
  AblatedChannels,
  AblationQuestion,
  AblationResult,
  AblationValue,
  Replacement,
} from '../../../src/protocol/ablation.js';
import type { UnitPlace } from '../../../src/protocol/information.js';
import { plural } from '../../text/words.js';
import type { ChannelSet, RankedUnit } from './rankedUnits.js';

export interface AblatedSet {
  /** Lowest layer first, each once; at least one. */
  readonly parts: readonly [AblatedChannels, ...AblatedChannels[]];
  readonly words: string;
}

type NameOf = (layer: number) => string;

export function unitAlone(layer: number, channel: number): AblatedSet {
  return { parts: [{ layer, channels: [channel] }], words: '' };
}

/** Null where nothing is picked. */
export function pickedSet(picked: readonly UnitPlace[]): AblatedSet | null {
  const [first, ...rest] = [...channelsByLayer(picked)].sort(([a], [b]) => a - b).map(asPart);
  if (!first) return null;
  const layers = rest.length > 0 ? ` of ${rest.length + 1} layers` : '';
  return {
    parts: [first, ...rest],
    words: picked.length === 1 ? 'the picked unit' : `the ${plural(picked.length, 'picked unit')}${layers}`,
  };
}

export function channelsByLayer(picked: readonly UnitPlace[]): ChannelSet {
  const layers = new Map<number, number[]>();
  for (const [layer, channel] of picked) layers.set(layer, [...(layers.get(layer) ?? []), channel]);
  return new Map([...layers].map(([layer, channels]) => [layer, channels.sort((a, b) => a - b)]));
}

function asPart([layer, channels]: readonly [number, readonly number[]]): AblatedChannels {
  return { layer, channels: [...channels] };
}

export interface UnitSets {
  readonly selected: { readonly layer: number | null; readonly channel: number | null };
  readonly picked: readonly UnitPlace[];
  readonly ranked: readonly RankedUnit[];
  readonly less: ChannelSet;
  readonly dead: ChannelSet;
}

/** What was picked, the selected unit, then of each layer: dead units, less effective ones, all. */
export function setsOf(
  { selected: { layer, channel }, picked, ranked, less, dead }: UnitSets,
  nameOf: NameOf,
): AblatedSet[] {
  const isRanked = layer !== null && ranked.some((unit) => unit.layer === layer);
  const selected =
    isRanked && channel !== null ? [ofLayer(layer, [channel], `${nameOf(layer)} ${channel}, selected`)] : [];
  const ofDead = [...dead].map(([one, channels]) =>
    ofLayer(one, channels, `${nameOf(one)}, ${plural(channels.length, 'dead unit')}`),
  );
  const ofLess = [...less]
    .filter(([one, channels]) => channels.length > (dead.get(one)?.length ?? 0))
    .map(([one, channels]) =>
      ofLayer(
        one,
        channels,
        `${nameOf(one)}, all ${plural(channels.length, 'unit with little label information', 'units with little label information')}`,
      ),
    );
  const whole = [...new Set(ranked.map((unit) => unit.layer))].map((one) => {
    const live = ranked.filter((unit) => unit.layer === one).map((unit) => unit.channel);
    return ofLayer(one, [...live, ...(dead.get(one) ?? [])], `${nameOf(one)}, all its units`);
  });
  const chosen = pickedSet(picked);
  return [...(chosen ? [chosen] : []), ...selected, ...ofDead, ...ofLess, ...whole];
}

function ofLayer(layer: number, channels: readonly number[], words: string): AblatedSet {
  return { parts: [{ layer, channels: [...channels].sort((a, b) => a - b) }], words };
}

/** One question for all sets of a layer alone, one for each set that spans layers; equal sets are asked once. */
export function questionsOf(sets: readonly AblatedSet[], epoch: number, replacement: Replacement): AblationQuestion[] {
  const questions = new Map<string, AblationQuestion>();
  for (const { parts } of sets) {
    const [{ layer, channels }, ...together] = parts;
    const key = JSON.stringify([layer, together]);
    const known = questions.get(key) ?? {
      layer,
      epoch,
      sets: [],
      replacement,
      ...(together.length > 0 ? { together } : {}),
    };
    const isNew = !known.sets.some((one) => sameChannels(one, channels));
    questions.set(key, isNew ? { ...known, sets: [...known.sets, channels] } : known);
  }
  return [...questions.values()];
}

/** Null before it is known. */
export function valueOf(results: readonly AblationResult[] | null, { parts }: AblatedSet): AblationValue | null {
  const [{ layer, channels }, ...together] = parts;
  const found = results?.find((one) => one.layer === layer && sameParts(one.together, together));
  return found?.values.find((one) => sameChannels(one.channels, channels)) ?? null;
}

function sameParts(a: readonly AblatedChannels[], b: readonly AblatedChannels[]): boolean {
  return (
    a.length === b.length && a.every((one, i) => one.layer === b[i].layer && sameChannels(one.channels, b[i].channels))
  );
}

function sameChannels(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((channel, i) => channel === b[i]);
}
