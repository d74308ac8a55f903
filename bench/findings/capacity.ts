/** What distance MI (channel capacity) between channels shows: across pooling, with depth, over epochs. */
import type { DistanceMiValue } from '../../src/protocol/measure.js';
import { countText, mean, meanAndRange, pearson, verdictOf, type Finding, type Trial } from './finding.js';
import {
  channelCapacity,
  convolutions,
  liveCells,
  mapLayers,
  pools,
  redundancyOf,
  type NetworkRuns,
} from './recorded.js';

const HOW =
  'Distance MI of channels, plug-in, 32 bins, all pairs of the probes whose maps are kept; trained on the largest set';
const PERMUTATIONS = 39;
const nOf = (all: readonly NetworkRuns[]): string =>
  all.map(({ network, largest }) => `${network.name} N = ${largest[0].manifest.plan.mapSampleCount}`).join(', ');

export async function diagonalIsStrongest(all: readonly NetworkRuns[]): Promise<Finding> {
  const rows: string[][] = [];
  const holds: Trial[] = [];
  for (const { network, largest, engine } of all) {
    for (const run of largest) {
      for (const { before, after } of pools(run)) {
        const permutations = run === largest[0] ? PERMUTATIONS : 0;
        const [value] = await channelCapacity(engine, run, [before, after], String(run.lastEpoch), permutations);
        const { live, own, others, strongest } = diagonalOf(value);
        holds.push({ network: network.name, holds: strongest === live && live > 0 });
        const threshold = value.null ? value.null.maximumBits.toFixed(3) : '–';
        rows.push([
          ...[network.name, String(run.seed), `${before.name} → ${after.name}`, `${strongest} of ${live}`],
          ...[mean(own).toFixed(3), mean(others).toFixed(3), threshold],
        ]);
      }
    }
  }
  return {
    ...{ id: 'diagonal', claim: 'Distance MI across a max-pool is strongest on the diagonal' },
    verdict: verdictOf(holds),
    seen: [
      `Every live channel’s largest value is with its own pooled map in ${countText(holds)} poolings; the table counts channels.`,
      'Dead channels have no distances and are left out. A channel’s pooled map is computed from it alone, so this checks the measure as much as the network.',
    ],
    how: `${HOW}, last epoch; ${nOf(all)}; null: the 95th percentile of the largest cell of ${PERMUTATIONS} permutations of the samples.`,
    table: {
      header: [
        'data',
        'seed',
        'pooling',
        'diagonal is the row’s largest',
        'mean diagonal, bits',
        'mean elsewhere',
        'null',
      ],
      rows,
    },
  };
}

function diagonalOf({ bits, rows, columns, entropyRows, entropyColumns }: DistanceMiValue) {
  const live = rows.flatMap((_, i) => ((entropyRows[i] ?? 0) > 0 && (entropyColumns[i] ?? 0) > 0 ? [i] : []));
  const at = (row: number, column: number): number => bits[row * columns.length + column] ?? 0;
  const others = live.flatMap((row) => live.filter((column) => column !== row).map((column) => at(row, column)));
  const strongest = live.filter((row) => live.every((column) => at(row, column) <= at(row, row))).length;
  return { live: live.length, own: live.map((i) => at(i, i)), others, strongest };
}

export async function decreasesWithDepth(all: readonly NetworkRuns[]): Promise<Finding> {
  const rows: string[][] = [];
  const holds: Trial[] = [];
  const lines = [];
  const deepest: Trial[] = [];
  for (const { network, largest, engine } of all) {
    const [first, ...later] = mapLayers(largest[0]);
    const bySeed: number[][] = [];
    const nulls: number[] = [];
    for (const run of largest) {
      const means: number[] = [];
      for (const layer of later) {
        const permutations = run === largest[0] ? PERMUTATIONS : 0;
        const [value] = await channelCapacity(engine, run, [first, layer], String(run.lastEpoch), permutations);
        means.push(mean(liveCells(value)));
        if (value.null) nulls.push(nullMean(value));
      }
      bySeed.push(means);
      deepest.push({ network: network.name, holds: means[means.length - 1] < means[0] });
      const isMonotone = means.every((bits, i) => i === 0 || bits < means[i - 1]);
      holds.push({ network: network.name, holds: isMonotone });
    }
    later.forEach((layer, i) =>
      rows.push([
        ...[network.name, `${first.name} and ${layer.name}`, meanAndRange(bySeed.map((means) => means[i]))],
        nulls[i].toFixed(3),
      ]),
    );
    lines.push({
      name: network.name,
      points: later.map((_, i) => [i + 2, mean(bySeed.map((means) => means[i]))] as const),
    });
  }
  return {
    ...{ id: 'depth', claim: 'From layer 1 distance MI decreases with depth', verdict: verdictOf(holds) },
    seen: [
      `The mean falls at every step in ${countText(holds)} trainings. With the deepest layer of maps it is below that with the next layer in ${countText(deepest)}.`,
    ],
    how: `${HOW}, last epoch, mean over live cells; mean and range over seeds; ${nOf(all)}; permuted: mean of ${PERMUTATIONS} permutations of the samples, first seed.`,
    table: { header: ['data', 'layers', 'mean, bits', 'permuted, bits'], rows },
    chart: { title: 'Distance MI of layer 1 with deeper layers', x: 'layer', y: 'mean bits', lines },
  };
}

export async function fallsOverEpochs(all: readonly NetworkRuns[]): Promise<Finding> {
  const rows: string[][] = [];
  const holds: Trial[] = [];
  const fromFirst: Trial[] = [];
  const lines = [];
  for (const { network, largest, engine } of all) {
    const bySeed: { means: number[]; most: number[] }[] = [];
    const nulls: number[] = [];
    const [first, last] = [convolutions(largest[0])[0], convolutions(largest[0]).at(-1)!];
    for (const run of largest) {
      const values = await channelCapacity(engine, run, [first, last], '-', run === largest[0] ? PERMUTATIONS : 0);
      if (values[0].null) nulls.push(...values.map(nullMean));
      const cells = values.map(liveCells);
      const course = { means: cells.map(mean), most: cells.map((some) => Math.max(...some)) };
      bySeed.push(course);
      const fallsFrom = (epoch: number): boolean =>
        course.means.at(-1)! < course.means[epoch] && course.most.at(-1)! < course.most[epoch];
      holds.push({ network: network.name, holds: fallsFrom(0) });
      fromFirst.push({ network: network.name, holds: fallsFrom(1) });
    }
    const epochs = bySeed[0].means.map((_, epoch) => epoch);
    for (const epoch of [0, 1, Math.floor(epochs.length / 2), epochs.length - 1])
      rows.push([
        ...[network.name, `${first.name} and ${last.name}`, String(epoch)],
        meanAndRange(bySeed.map(({ means }) => means[epoch])),
        ...[meanAndRange(bySeed.map(({ most }) => most[epoch])), nulls[epoch].toFixed(3)],
      ]);
    for (const what of ['means', 'most'] as const)
      lines.push({
        name: `${network.name}, ${what === 'most' ? 'largest' : 'mean'}`,
        dashed: what === 'most',
        points: epochs.map((epoch) => [epoch, mean(bySeed.map((course) => course[what][epoch]))] as const),
      });
  }
  return {
    ...{ id: 'epochs', claim: 'Distance MI between the first and a deep convolution falls over epochs' },
    verdict: verdictOf(holds),
    seen: [
      `Mean and largest cell are both lower at the last epoch than before training in ${countText(holds)} trainings, and than after the first epoch in ${countText(fromFirst)}.`,
      `These are ${all.map(({ network }) => network.epochs).join(' and ')} epochs of small networks; the paper shows 120.`,
    ],
    how: `${HOW}, live cells; mean and range over seeds; ${nOf(all)}; permuted: mean of ${PERMUTATIONS} permutations of the samples, first seed.`,
    table: { header: ['data', 'layers', 'epoch', 'mean, bits', 'largest, bits', 'permuted, bits'], rows },
    chart: { title: 'Distance MI, first and last convolution', x: 'epoch', y: 'bits', lines },
  };
}

/** Mean over cells of the permutations' means. */
function nullMean(value: DistanceMiValue): number {
  return mean((value.null?.meanBits ?? []).filter((bits) => bits !== null));
}

/** Rows of the matrix across a pooling whose patterns are as good as equal. */
const SAME_PATTERN = 0.95;

export async function redundancyFalls(all: readonly NetworkRuns[]): Promise<Finding> {
  const rows: string[][] = [];
  const holds: Trial[] = [];
  for (const { network, largest, engine } of all) {
    for (const { before, after } of pools(largest[0])) {
      const found: { similar: number; pairs: number; dead: number; recommended: number }[][] = [];
      for (const run of largest) {
        const capacity = await channelCapacity(engine, run, [before, after], '-');
        const redundancy = await redundancyOf(engine, run, before, '-');
        const [first, last] = [0, run.lastEpoch];
        const one = (epoch: number) => ({
          similar: similarRows(capacity[epoch]),
          pairs: redundancy[epoch].pairs.length,
          dead: redundancy[epoch].dead.length,
          recommended: redundancy[epoch].recommendedCount ?? NaN,
        });
        found.push([one(first), one(last)]);
        holds.push({ network: network.name, holds: one(last).similar < one(first).similar });
      }
      [0, 1].forEach((at) =>
        rows.push([
          ...[network.name, `${before.name} → ${after.name}`, at === 0 ? 'before training' : 'last epoch'],
          meanAndRange(
            found.map((of) => 100 * of[at].similar),
            1,
          ),
          ...(['pairs', 'recommended', 'dead'] as const).map((what) =>
            meanAndRange(
              found.map((of) => of[at][what]),
              1,
            ),
          ),
        ]),
      );
    }
  }
  return {
    ...{ id: 'redundancy', claim: 'Redundant rows and columns fall with training', verdict: verdictOf(holds) },
    seen: [
      `The share of pairs of rows with one pattern is lower at the last epoch than before training in ${countText(holds)} poolings.`,
      'The paper judges by eye; here a pattern is a row of the matrix over the other channels’ columns, and two are one pattern where they correlate at 0.95 or more. Redundant pairs by the correlation of maps and the recommended count stand beside it.',
    ],
    how: `${HOW}; redundant pairs |r| ≥ 0.95 of maps; recommended count at 99 % of the variance; mean and range over seeds; ${nOf(all)}.`,
    table: {
      header: [
        'data',
        'pooling',
        'when',
        'pairs of rows with one pattern, %',
        'redundant pairs',
        'recommended',
        'dead',
      ],
      rows,
    },
  };
}

/** Share of pairs of live rows that correlate over the columns of all other channels; NaN below two rows. */
function similarRows({ bits, rows, columns, entropyRows }: DistanceMiValue): number {
  const live = rows.flatMap((_, i) => ((entropyRows[i] ?? 0) > 0 ? [i] : []));
  let [pairs, similar] = [0, 0];
  live.forEach((a, i) =>
    live.slice(i + 1).forEach((b) => {
      const others = live.filter((column) => column !== a && column !== b);
      const row = (of: number): number[] => others.map((column) => bits[of * columns.length + column] ?? 0);
      pairs++;
      if (pearson(row(a), row(b)) >= SAME_PATTERN) similar++;
    }),
  );
  return similar / pairs;
}
