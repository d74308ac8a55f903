/** Answers with and without ablation as counts: accuracy, its change, and the interval of the change. */
import type { AblationCounts, AblationValue } from '../../protocol/ablation.js';

const NORMAL_97_5 = 1.959963984540054;

/** `labels` null where any sample has none: then only changed answers are counted. */
export function countsOf(answers: Int32Array, labels: Int32Array | null): AblationCounts {
  if (!labels) return { correct: null, accuracy: null };
  const correct = answers.reduce((sum, answer, i) => sum + (answer === labels[i] ? 1 : 0), 0);
  return { correct, accuracy: correct / answers.length };
}

/** `whole` are the answers of the same samples without ablation. */
export function ablationValue(
  channels: readonly number[],
  answers: Int32Array,
  whole: Int32Array,
  labels: Int32Array | null,
  classCount: number,
): AblationValue {
  const given = new Array<number>(classCount).fill(0);
  for (const answer of answers) given[answer]++;
  return {
    channels,
    ...countsOf(answers, labels),
    ...changeOf(answers, whole, labels),
    changedAnswers: answers.reduce((sum, answer, i) => sum + (answer === whole[i] ? 0 : 1), 0),
    answers: given,
  };
}

/**
 * The same samples before and after: with b newly right and c newly wrong of n, the change is (b − c) ÷ n and
 * its variance (b + c − (b − c)² ÷ n) ÷ n² (Agresti, Categorical Data Analysis, §10.1).
 */
function changeOf(
  answers: Int32Array,
  whole: Int32Array,
  labels: Int32Array | null,
): Pick<AblationValue, 'change' | 'halfWidth'> {
  if (!labels) return { change: null, halfWidth: null };
  const n = answers.length;
  let [newlyRight, newlyWrong] = [0, 0];
  answers.forEach((answer, i) => {
    if (answer === whole[i]) return;
    if (answer === labels[i]) newlyRight++;
    else if (whole[i] === labels[i]) newlyWrong++;
  });
  const difference = newlyRight - newlyWrong;
  const variance = (newlyRight + newlyWrong - difference ** 2 / n) / n ** 2;
  return { change: difference / n, halfWidth: NORMAL_97_5 * Math.sqrt(variance) };
}
