/** Rules about single layers, whose findings of one kind are one with a sentence for each layer. */
import type { LayerFinding } from '../../protocol/summary.js';
import { sum } from './arithmetic.js';
import type { LayerFacts, TrainingFacts } from './facts.js';
import { neededOf } from './ownChannels.js';
import { found, healthy, unknown, type Rule } from './rule.js';
import { countedOn, countText, listText, ofChannels, plural } from './words.js';

/** From this share of a layer's channels on it is more than one unit that happens to be dead. */
const SOME = 0.05;

const channelsOf = (layers: readonly LayerFacts[]): number => sum(layers.map(({ layer }) => layer.channelCount));

/** Layers in which at least 5 % of the channels are such, with a sentence each. */
function affected(
  { layers }: TrainingFacts,
  pick: (facts: LayerFacts) => readonly number[],
  text: (facts: LayerFacts, channels: readonly number[]) => string,
): { readonly of: readonly LayerFinding[]; readonly count: number } {
  const of = layers.flatMap((facts): LayerFinding[] => {
    const channels = pick(facts);
    const isFew = channels.length === 0 || channels.length < SOME * facts.layer.channelCount;
    return isFew ? [] : [{ layer: facts.layer.index, channels, text: text(facts, channels) }];
  });
  return { of, count: sum(of.map(({ channels }) => channels.length)) };
}

export const nonFinite: Rule = {
  name: 'non-finite',
  definition: 'A layer gives NaN or an infinite value',
  source: 'SageMaker Debugger, TensorVariance and NaN',
  needsLearned: false,
  check(facts) {
    const broken = facts.layers.filter(({ nonFinite: count }) => count > 0);
    const [first] = broken;
    if (!first) return healthy('No NaN or infinity', plural(facts.layers.length, 'layer'));
    return found({
      ...{ gravity: 'broken', certainty: 'certain', effect: 1, basis: countedOn(facts) },
      title: `${first.layer.name} gives NaN or infinite values`,
      text: `${broken.length === 1 ? 'It is the only such layer.' : `It is the first of ${broken.length} such layers.`} The learning rate may be too high.`,
      layers: broken.map(({ layer, nonFinite: count }) => ({
        ...{ layer: layer.index, channels: [] },
        text: `${layer.name}: ${plural(count, 'NaN or infinite value')}.`,
      })),
    });
  },
};

export const unchanged: Rule = {
  name: 'unchanged',
  definition:
    'Minimum, maximum, mean and variance of a channel over all probes are the same at three epochs or more, bit for bit, in 5 % of the channels of a trained layer',
  source: 'CNNSlicer',
  needsLearned: false,
  check(facts) {
    const still = ({ unchanged: channels, dead }: LayerFacts): number[] =>
      channels.filter((channel) => !dead.includes(channel));
    const { of, count } = affected(
      facts,
      still,
      ({ layer, comparedEpochs }, channels) =>
        `${layer.name}: ${ofChannels(channels.length, layer)} gave the same values at ${comparedEpochs.length} epochs.`,
    );
    const compared = facts.layers.filter(({ comparedEpochs }) => comparedEpochs.length >= 3);
    if (compared.length === 0) return unknown('fewer than three epochs are recorded');
    if (of.length === 0) return healthy('Layers change while they train', plural(compared.length, 'layer'));
    return found({
      ...{ gravity: 'broken', certainty: 'certain', effect: count / channelsOf(facts.layers), layers: of },
      title:
        of.length === 1
          ? `${nameOf(facts, of)} does not change while it trains`
          : `${of.length} layers do not change while they train`,
      text: `${plural(count, 'channel')} had the same values at every epoch. The layers may be frozen, or no gradient reaches them.`,
      basis: countedOn(facts),
    });
  },
};

const nameOf = ({ manifest }: TrainingFacts, [first]: readonly LayerFinding[]): string =>
  manifest.layers[first?.layer ?? 0]?.name ?? '';

export const dead: Rule = {
  name: 'dead',
  definition:
    'At least 5 % of the channels of a layer give one value for all probes (maximum − minimum ≤ 1e-6 × the range of the layer). Channels that are dead before an activation or normalization are counted once',
  source: 'CNNSlicer; SageMaker Debugger, DeadRelu',
  needsLearned: true,
  check(facts) {
    const { layers, manifest } = facts;
    const all = channelsOf(layers);
    const { of, count } = affected(facts, (one) => one.dead, deadText(manifest.probes.count));
    const total = sum(layers.map((one) => one.dead.length));
    if (of.length === 0) return healthy('Channels respond', `${total} of ${countText(all)} are dead`);
    const first = Math.min(...layers.flatMap(({ deadSince }) => deadSince));
    const since = sum(layers.map(({ deadSince }) => deadSince.filter((epoch) => epoch === first).length));
    const whole = of.filter(({ layer, channels }) => channels.length === manifest.layers[layer]?.channelCount);
    const each = of.map(({ layer, channels }) => `${channels.length} of ${manifest.layers[layer]?.channelCount}`);
    return found({
      ...{ certainty: 'certain', effect: count / all, layers: of, basis: countedOn(facts) },
      gravity: whole.length > 0 ? 'broken' : 'wasted',
      title:
        whole.length > 0
          ? `Nothing passes through ${nameOf(facts, whole)}: all of its channels are dead`
          : `${countText(count)} of ${countText(all)} channels and units never respond`,
      text: `${listText(each)} give one value for all ${countText(manifest.probes.count)} probes; ${since} of them since epoch ${first}. The learning rate may be too high.`,
    });
  },
};

const deadText =
  (probes: number) =>
  ({ layer, deadSince }: LayerFacts, channels: readonly number[]): string => {
    const isOne = deadSince.every((epoch) => epoch === deadSince[0]);
    const when = isOne ? ` since epoch ${deadSince[0]}` : '';
    return `${layer.name}: ${ofChannels(channels.length, layer)} are dead${when} (one value for all ${countText(probes)} probes).`;
  };

export const saturated: Rule = {
  name: 'saturated',
  definition:
    'In at least 5 % of the channels of a layer, 99 % of the values lie within 1 % of the bounds of the activation',
  source: 'SageMaker Debugger, SaturatedActivation',
  needsLearned: false,
  check(facts) {
    const live = (one: LayerFacts): number[] => one.saturated.filter((channel) => !one.dead.includes(channel));
    const { of, count } = affected(
      facts,
      live,
      ({ layer }, channels) =>
        `${layer.name}: ${ofChannels(channels.length, layer)} are saturated (99 % of the values within 1 % of the bounds of ${layer.activation ?? layer.className}).`,
    );
    const all = channelsOf(facts.layers);
    if (of.length === 0)
      return healthy('No saturated layer', `${sum(facts.layers.map((one) => live(one).length))} of ${countText(all)}`);
    return found({
      ...{ gravity: 'wasted', certainty: 'certain', effect: count / all, layers: of, basis: countedOn(facts) },
      title: `${countText(count)} of ${countText(all)} channels and units are saturated`,
      text: 'Their values lie at the bounds of the activation, where gradients are almost 0. Inputs or initial weights may be too large.',
    });
  },
};

export const redundant: Rule = {
  name: 'redundant',
  definition:
    'At most 75 % of the channels of a convolution or dense layer carry 99 % of the variance of the channel means: the number of principal components, within 1 over three epochs',
  source: 'DNIKit, principal components of units; CNNSlicer',
  needsLearned: true,
  check(facts) {
    if (!facts.isComputed) return unknown('it has not been computed');
    const measured = facts.layers.filter(({ redundancy }) => redundancy !== null);
    if (measured.length === 0) return unknown('no maps of a convolution or dense layer are kept');
    const wide = measured.flatMap(({ layer, redundancy }) => {
      const needed = neededOf(layer, redundancy);
      return needed === null ? [] : [{ layer, needed, n: redundancy?.n ?? 0 }];
    });
    const [first] = wide;
    if (!first) return healthy('Layers use their channels', plural(measured.length, 'layer'));
    const [needed, all] = [sum(wide.map((one) => one.needed)), sum(wide.map(({ layer }) => layer.channelCount))];
    return found({
      ...{ gravity: 'wasted', certainty: 'likely', effect: 1 - needed / all },
      title:
        wide.length === 1
          ? `${first.layer.name} is wider than it needs to be`
          : `${wide.length} layers are wider than they need to be`,
      text: `${countText(needed)} of their ${countText(all)} channels carry 99 % of the signal. Fewer may do as well: try it before you rely on it.`,
      basis: `principal components of the channel means, N = ${countText(first.n)}, stable over three epochs up to epoch ${facts.epoch}`,
      layers: wide.map(({ layer, needed: count }) => ({
        ...{ layer: layer.index, channels: [] },
        text: `${layer.name}: ${ofChannels(count, layer)} carry 99 % of the signal.`,
      })),
    });
  },
};
