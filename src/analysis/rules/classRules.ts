/** Rules about classes: what is never predicted, what stays uncertain, what is taken for what. */
import { percentText, wilsonInterval } from '../../protocol/accuracy.js';
import type { LabelValue } from '../../protocol/measure.js';
import { binomialTail, halfWidth, sum } from './arithmetic.js';
import type { TrainingFacts } from './facts.js';
import { found, healthy, unknown, type Rule } from './rule.js';
import { uncertainClasses } from './uncertainClasses.js';
import { countText, listText, plural } from './words.js';

const NO_CLASSES = 'the run has no classes';
/** Fewer of a class may all be missed by chance. */
const FEWEST = 5;

function lastAnswers({ answers }: TrainingFacts): LabelValue | null {
  const last = answers.at(-1);
  return last && !last.reason ? last : null;
}

/** "359 held-out probes at epoch 10" */
function basisOf({ counts, split, epoch }: LabelValue): string {
  const n = sum(counts.map(sum));
  return `${plural(n, split === 'validation' ? 'held-out probe' : 'probe')} at epoch ${epoch}`;
}

export const classMissing: Rule = {
  name: 'class-missing',
  definition: 'A class with at least 5 probes is never predicted',
  source: 'CNNSlicer',
  needsLearned: true,
  check(facts) {
    const last = lastAnswers(facts);
    if (!last) return unknown(NO_CLASSES);
    const { classNames } = facts.manifest;
    const missing = classNames.flatMap((name, index) => {
      const labelled = sum(last.counts[index] ?? []);
      const predicted = sum(last.counts.map((row) => row[index] ?? 0));
      return labelled >= FEWEST && predicted === 0 ? [{ name, labelled }] : [];
    });
    if (missing.length === 0)
      return healthy('Every class is predicted', `${classNames.length} of ${classNames.length}`);
    const n = sum(missing.map(({ labelled }) => labelled));
    const names = listText(missing.map(({ name }) => `"${name}"`));
    return found({
      ...{ gravity: 'wrong', certainty: 'certain', effect: n / sum(last.counts.map(sum)), layers: [] },
      title: missing.length === 1 ? `Class ${names} is never predicted` : `Classes ${names} are never predicted`,
      text: `All ${countText(n)} probes of ${missing.length === 1 ? 'this class' : 'these classes'} are taken for others. It may be missing from the training data.`,
      basis: basisOf(last),
    });
  },
};

export const uncertainClass: Rule = {
  name: 'uncertain-class',
  definition:
    'H(prediction | label) of a class with at least 10 probes is at least 1 bit at the last three epochs; likely if its 95 % interval lies above 1 bit',
  source: 'Shen and Shen, §5.2, for the entropy; Basharin 1959 for its variance',
  needsLearned: true,
  check({ answers, manifest }) {
    const last = answers.at(-1);
    if (!last) return unknown(NO_CLASSES);
    if (answers.length < 3) return unknown('fewer than three epochs are recorded');
    // One that is never predicted is a finding of its own.
    const place = (name: string): number => manifest.classNames.indexOf(name);
    const uncertain = uncertainClasses(answers, manifest.classNames).filter(({ name }) =>
      last.counts.some((row) => (row[place(name)] ?? 0) > 0),
    );
    const isSure = uncertain.some(({ name, bits }) => bits - halfWidth(last.counts[place(name)] ?? []) > 1);
    const largest = Math.max(0, ...last.predictionGivenLabel.map((bits) => bits ?? 0));
    if (uncertain.length === 0) return healthy('Predictions are settled', `at most ${largest.toFixed(2)} bits`);
    const named = uncertain.map(({ name, bits, n }) => `"${name}" ${bits.toFixed(2)} bits (N = ${countText(n)})`);
    const shareOfProbes = sum(uncertain.map(({ n }) => n)) / sum(last.counts.map(sum));
    return found({
      ...{ gravity: 'wrong', certainty: isSure ? 'likely' : 'unsure', effect: shareOfProbes / 2, layers: [] },
      title: `Predictions remain uncertain for ${uncertain.length === 1 ? `class "${uncertain[0]?.name}"` : `${uncertain.length} classes`}`,
      text: `H(prediction | label) has been at least 1 bit for three epochs: ${listText(named)}.`,
      basis: `plug-in, ${basisOf(last)}, Basharin's variance`,
    });
  },
};

/** Of finding a cell as full as the fullest one among mistakes that are spread evenly. */
const CHANCE = 0.05;
/** Of a class: fewer are no problem of the network, but where its next mistakes are. */
const MANY = 0.1;

export const confusion: Rule = {
  name: 'confusion',
  definition:
    'Mistakes that are spread evenly over all pairs of classes would give a cell as full as the fullest one with a probability below 5 % (binomial tail, times the number of cells)',
  source: 'CNNSlicer',
  needsLearned: true,
  check(facts) {
    const last = lastAnswers(facts);
    if (!last) return unknown(NO_CLASSES);
    const { classNames } = facts.manifest;
    const cells = last.counts.flatMap((row, label) =>
      row.map((count, prediction) => ({ label, prediction, count: label === prediction ? 0 : count })),
    );
    const mistakes = sum(cells.map(({ count }) => count));
    const pairs = classNames.length * (classNames.length - 1);
    const largest = cells.reduce((a, b) => (b.count > a.count ? b : a), { label: 0, prediction: 0, count: 0 });
    if (pairs < 3 || largest.count < 2 || pairs * binomialTail(mistakes, 1 / pairs, largest.count) >= CHANCE)
      return healthy('No pair of classes stands out', plural(mistakes, 'mistake'));
    const n = sum(last.counts[largest.label] ?? []);
    const interval = wilsonInterval({ correct: largest.count, n });
    const [low, high] = interval.map(percentText);
    const [name, other] = [classNames[largest.label], classNames[largest.prediction]];
    return found({
      gravity: interval[0] >= MANY ? 'wrong' : 'limit',
      ...{ certainty: 'likely', effect: largest.count / sum(last.counts.map(sum)), layers: [] },
      title: `"${name}" is taken for "${other}"`,
      text: `${largest.count} of ${countText(n)} probes of class "${name}" (95 %: ${low} to ${high} %), of ${plural(mistakes, 'mistake')} in all.`,
      basis: `${basisOf(last)}, Wilson's interval`,
    });
  },
};
