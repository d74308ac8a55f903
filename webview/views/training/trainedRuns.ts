/** The runs that the training view draws: those of the group by size, or the one run alone. */
import type { RunFacts } from '../../state/facts.js';
import { latest } from '../../state/loadable.js';
import { countWords } from '../../text/words.js';
import type { TrainingAnswers } from './trainingAnswers.js';
import type { TrainedRun } from './trainingSeries.js';

export function trainedRuns(facts: RunFacts, answers: TrainingAnswers): TrainedRun[] {
  const group = answers.group.value;
  const metrics = latest(answers.groupMetrics.value);
  const inputs = latest(answers.groupInputs.value);
  if (group.length < 2) {
    const { summary, manifest } = facts.description;
    return [
      {
        ...{ id: summary.id, label: manifest.name, size: manifest.data.trainCount, chosen: true },
        metrics: latest(answers.metrics.value),
        inputs: latest(answers.inputs.value)?.value ?? null,
      },
    ];
  }
  const chosen = answers.chosen.value;
  return group.map(({ id, size, own }) => ({
    ...{ id, size, label: countWords(size), chosen: chosen === null ? own : id === chosen },
    metrics: metrics?.get(id) ?? null,
    inputs: inputs?.get(id) ?? null,
  }));
}
