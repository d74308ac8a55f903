/** Words that findings have in common. */
import type { Layer } from '../../protocol/run.js';
import type { TrainingFacts } from './facts.js';

const numbers = new Intl.NumberFormat('en');

/** "1,000" */
export const countText = (count: number): string => numbers.format(count);

/** "6 of 24 filters" */
export function ofChannels(count: number, { kind, mapShape, channelCount }: Layer): string {
  const what = kind === 'conv' ? 'filter' : mapShape.length === 0 ? 'unit' : 'channel';
  return `${count} of ${channelCount} ${what}${channelCount === 1 ? '' : 's'}`;
}

/** "a, b and c"; beyond `most` the others are counted. */
export function listText(items: readonly string[], most = 5): string {
  const named = items.length > most ? [...items.slice(0, most - 1), `${items.length - most + 1} more`] : items;
  return named.length < 2 ? named.join('') : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

export const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** "1 layer", "3 layers" */
export const plural = (count: number, what: string): string => `${countText(count)} ${what}${count === 1 ? '' : 's'}`;

/** "counted on 1,000 probes at epoch 4" */
export const countedOn = ({ manifest, epoch }: TrainingFacts): string =>
  `counted on ${plural(manifest.probes.count, 'probe')} at epoch ${epoch}`;
