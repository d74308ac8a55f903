/** What training shows in label entropies: convergence by size, and classes that are never predicted. */
import { HELD_OUT_METRIC, TRAINED_METRIC } from '../../src/protocol/accuracy.js';
import { convergedAt } from '../../src/analysis/measures/layerInformation.js';
import { countText, mean, meanAndRange, verdictOf, type Finding } from './finding.js';
import { labelsOf, metricsOf, type NetworkRuns, type Recorded } from './recorded.js';

const BATCH = 32;

interface Course {
  readonly run: Recorded;
  /** Mean of H(x.label | y = i) over the classes that are predicted, by epoch from 1 on. */
  readonly entropies: readonly number[];
  readonly accuracies: readonly number[];
  /** First epoch after which the accuracy on the probes stays within 5 % of its last value. */
  readonly converged: number;
  /** Mean step between epochs of the second half of training, bits. */
  readonly restlessness: number;
}

export async function largerConvergeEarlier(all: readonly NetworkRuns[]): Promise<Finding> {
  const courses = await Promise.all(
    all.map(async ({ engine, runs, network }) => ({
      network,
      courses: await Promise.all(runs.map((run) => courseOf({ engine }, run))),
    })),
  );
  const rows = courses.flatMap(({ network, courses: some }) =>
    network.sizes.map((size) => {
      const of = some.filter(({ run }) => run.size === size);
      const epochs = of.map(({ converged }) => converged);
      return [
        ...[network.name, String(size), meanAndRange(epochs, 1)],
        (mean(epochs) * Math.ceil(size / BATCH)).toFixed(0),
        meanAndRange(of.map(({ restlessness }) => restlessness)),
        meanAndRange(of.map(({ accuracies }) => accuracies[accuracies.length - 1])),
      ];
    }),
  );
  const holds = courses.flatMap(({ network, courses: some }) =>
    network.seeds.map((seed) => {
      const own = some.filter(({ run }) => run.seed === seed);
      const [least, most] = [own[0], own[own.length - 1]];
      const isEarlier = most.converged < least.converged && most.restlessness < least.restlessness;
      const isEarlierInSteps = stepsOf(most) < stepsOf(least);
      return { network: network.name, holds: isEarlier, isEarlierInSteps };
    }),
  );
  return {
    ...{ id: 'convergence', claim: 'Larger training sets converge and stabilise earlier', verdict: verdictOf(holds) },
    seen: [
      `The largest training set came to its last accuracy in fewer epochs than the smallest, and its label entropies moved less in the second half, in ${countText(holds)} seeds.`,
      `An epoch of more samples has more steps: counted in steps the largest set is earlier in ${holds.filter(({ isEarlierInSteps }) => isEarlierInSteps).length} of ${holds.length}. A training that still learns at its last epoch has not converged, whatever the rule says; the last accuracies show which may.`,
    ],
    how: `Accuracy on the probes within 5 % of its last value; mean step of H(x.label | y = i), plug-in, over the second half of the epochs; mean and range over seeds, batches of ${BATCH}.`,
    table: {
      header: ['data', 'trained on', 'converged at epoch', 'at step', 'mean step of H, bits', 'last accuracy'],
      rows,
    },
    chart: {
      ...{ title: 'Label entropy, first seed', x: 'epoch', y: 'mean H(x.label | y), bits' },
      lines: courses.flatMap(({ network, courses: some }) =>
        some
          .filter(({ run }) => run.seed === network.seeds[0])
          .map(({ run, entropies }) => ({
            name: `${network.name}, ${run.size}`,
            points: entropies.map((bits, i) => [i + 1, bits] as const),
          })),
      ),
    },
  };
}

function stepsOf({ converged, run }: Course): number {
  return converged * Math.ceil(run.size / BATCH);
}

async function courseOf({ engine }: Pick<NetworkRuns, 'engine'>, run: Recorded): Promise<Course> {
  const metrics = await metricsOf(engine, run);
  const at = metrics.names.findIndex((name) => name === HELD_OUT_METRIC || name === TRAINED_METRIC);
  const accuracies = metrics.values.filter(({ epoch }) => epoch > 0).map(({ values }) => values[at] ?? NaN);
  const entropies = (await labelsOf(engine, run))
    .filter(({ epoch }) => epoch > 0)
    .map(({ labelGivenPrediction }) => mean(labelGivenPrediction.filter((bits) => bits !== null)));
  const half = entropies.slice(Math.floor(entropies.length / 2) - 1);
  const converged = convergedAt(accuracies.map((bits, i) => ({ epoch: i + 1, bits }))) ?? run.lastEpoch;
  const restlessness = mean(half.slice(1).map((bits, i) => Math.abs(bits - half[i])));
  return { run, entropies, accuracies, converged, restlessness };
}

export async function neverPredicted(all: readonly NetworkRuns[]): Promise<Finding> {
  let [missing, wrong, runsWith, last] = [0, 0, 0, 0];
  const rows: string[][] = [];
  for (const { engine, runs, network } of all) {
    for (const run of runs) {
      const epochs: string[] = [];
      for (const { epoch, counts, labelGivenPrediction } of await labelsOf(engine, run)) {
        const empty = counts.flatMap((_, i) => (counts.every((row) => row[i] === 0) ? [i] : []));
        missing += empty.length;
        if (epoch === run.lastEpoch) last += empty.length;
        wrong += labelGivenPrediction.filter((bits, i) => (bits === null) !== empty.includes(i)).length;
        if (empty.length > 0) epochs.push(`${epoch}: ${empty.join(', ')}`);
      }
      if (epochs.length === 0) continue;
      runsWith++;
      rows.push([network.name, String(run.size), String(run.seed), epochs.join('; ')]);
    }
  }
  return {
    ...{ id: 'never-predicted', claim: 'A class that is never predicted is a zero column and an undefined stretch' },
    verdict: missing === 0 ? 'could not be looked at' : wrong === 0 ? 'found' : 'not found',
    seen: [
      `${missing} pairs of a class and an epoch in ${runsWith} runs have no prediction; ${last} of them at a last epoch. The column is 0 and H(x.label | y = i) is undefined in all of them and in no other${wrong === 0 ? '' : `, but for ${wrong}`}.`,
      'That is by definition of the measure; what the recordings show is that it happens, and when.',
    ],
    how: `Confusion counts of all probes (${all.map(({ network }) => `${network.name} ${network.probes}`).join(', ')}) at every epoch; plug-in label entropies.`,
    table: { header: ['data', 'trained on', 'seed', 'epoch: classes'], rows },
  };
}
