/** What intra-sample entropy of channels shows: between lower and higher layers, and of dead filters. */
import { ENTROPY_MOMENTS, VALUE_STATISTICS } from '../../src/protocol/run.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { deadChannels } from '../../src/analysis/measures/deadChannels.js';
import { countText, mean, meanAndRange, spearman, verdictOf, type Finding, type Trial } from './finding.js';
import { convolutions, intraOf, type NetworkRuns } from './recorded.js';

export async function lowerLayersAgree(all: readonly NetworkRuns[]): Promise<Finding> {
  const rows: string[][] = [];
  const [agree, higher]: Trial[][] = [[], []];
  for (const { network, largest, engine } of all) {
    const layers = convolutions(largest[0]);
    const bySeed: Agreement[][] = [];
    for (const run of largest) {
      const of: Agreement[] = [];
      for (const layer of layers) of.push(agreement(await intraOf(engine, run, layer, String(run.lastEpoch))));
      bySeed.push(of);
      agree.push({ network: network.name, holds: of[0].spread < of[of.length - 1].spread });
      higher.push({ network: network.name, holds: of[0].bits > of[of.length - 1].bits });
    }
    layers.forEach((layer, i) =>
      rows.push([
        ...[network.name, layer.name, layer.mapShape.join(' × ')],
        meanAndRange(bySeed.map((of) => of[i].bits)),
        meanAndRange(bySeed.map((of) => of[i].spread)),
      ]),
    );
  }
  return {
    ...{ id: 'classes', claim: 'Lower layers’ channels agree more between classes and have higher entropy' },
    verdict: verdictOf([...agree, ...higher]),
    seen: [
      `Agreement: the first convolution differs less between classes than the last in ${countText(agree)} trainings. Entropy: it is higher in ${countText(higher)}.`,
      'Maps of deeper layers have fewer values, and entropies of fewer values are biased downwards more. Dead channels are left out.',
    ],
    how: `Intra-sample entropy over each map’s own range, 32 bins, plug-in, of all probes (${all.map(({ network }) => `${network.name} ${network.probes}`).join(', ')}), last epoch, largest training set; spread: standard deviation of a channel’s class means, mean over channels; mean and range over seeds.`,
    table: { header: ['data', 'layer', 'maps', 'H, bits', 'spread between classes, bits'], rows },
  };
}

interface Agreement {
  readonly bits: number;
  readonly spread: number;
}

function agreement({ values }: Awaited<ReturnType<typeof intraOf>>): Agreement {
  const whole = values.find(({ classIndex }) => classIndex === null)!;
  const classes = values.filter(({ classIndex }) => classIndex !== null);
  const live = whole.channels.flatMap((_, i) => ((whole.bits[i] ?? 0) > 0 ? [i] : []));
  const spreads = live.map((channel) => {
    const of = classes.map(({ bits }) => bits[channel]).filter((bits) => bits !== null);
    return Math.sqrt(mean(of.map((bits) => (bits - mean(of)) ** 2)));
  });
  return { bits: mean(live.map((channel) => whole.bits[channel]!)), spread: mean(spreads) };
}

export async function deadFiltersAreLow(all: readonly NetworkRuns[]): Promise<Finding> {
  const rows: string[][] = [];
  const correlations: { network: string; rho: number }[] = [];
  const [deadBits, liveBits]: number[][] = [[], []];
  for (const { network, runs } of all) {
    for (const layer of convolutions(runs[0])) {
      const own = { dead: [] as number[], live: [] as number[], rho: [] as number[] };
      for (const run of runs) {
        const channels = await channelsAt(run.folder, layer.index, run.lastEpoch, layer.channelCount);
        const rho = spearman(
          channels.map(({ zero }) => zero),
          channels.map(({ bits }) => bits),
        );
        if (!Number.isNaN(rho)) own.rho.push(rho);
        for (const { dead, bits } of channels) (dead ? own.dead : own.live).push(bits);
      }
      deadBits.push(...own.dead);
      liveBits.push(...own.live);
      correlations.push(...own.rho.map((rho) => ({ network: network.name, rho })));
      rows.push([
        ...[network.name, layer.name, `${own.dead.length} of ${own.dead.length + own.live.length}`],
        own.dead.length > 0 ? mean(own.dead).toFixed(3) : '–',
        ...[mean(own.live).toFixed(3), meanAndRange(own.rho, 2)],
      ]);
    }
  }
  const isLow = deadBits.every((bits) => bits === 0);
  const nearlyDead = correlations.map(({ network, rho }) => ({ network, holds: rho < 0 }));
  return {
    ...{ id: 'dead', claim: 'Dead filters have low entropy' },
    verdict: verdictOf([...(deadBits.length > 0 ? [{ network: 'dead', holds: isLow }] : []), ...nearlyDead]),
    seen: [
      deadBits.length > 0
        ? `${deadBits.length} channels are dead; their mean entropy is ${mean(deadBits).toFixed(3)} bits, that of live ones ${mean(liveBits).toFixed(3)}. That is by definition: a constant map has entropy 0.`
        : 'No channel of these networks is dead at the last epoch, so the claim itself could not be looked at.',
      `Short of death, entropy falls with the share of zeros among a channel’s values (Spearman’s ρ below 0) in ${countText(nearlyDead)} layers of trainings.`,
    ],
    how: 'Last epoch of every training, all probes; dead: maximum − minimum ≤ 1e-6 of the layer’s range; entropy over each map’s own range, 32 bins; ρ over the channels of a layer, mean and range over trainings.',
    table: {
      header: ['data', 'layer', 'dead channels', 'H of dead, bits', 'H of live, bits', 'ρ of H and zeros'],
      rows,
    },
  };
}

/** Entropy, share of zeros and death of each channel, from the recorded statistics of all probes. */
async function channelsAt(folder: string, layer: number, epoch: number, channelCount: number) {
  const reader = await openRun(folder);
  const classRows = reader.manifest.classNames.length + 1;
  const values = await reader.readValues(layer, epoch);
  const entropy = await reader.readEntropy(layer, epoch);
  const statistic = (name: (typeof VALUE_STATISTICS)[number]): Float64Array => {
    const from = (VALUE_STATISTICS.indexOf(name) * classRows + classRows - 1) * channelCount;
    return values.subarray(from, from + channelCount);
  };
  const dead = new Set(deadChannels(statistic('minimum'), statistic('maximum')));
  const meanRow = (ENTROPY_MOMENTS.indexOf('mean') * classRows + classRows - 1) * channelCount;
  return Array.from({ length: channelCount }, (_, channel) => ({
    bits: entropy.values[meanRow + channel],
    zero: statistic('zero_fraction')[channel],
    dead: dead.has(channel),
  }));
}
