/** Rules about the training as a whole. */
import { percentText, shareRight, wilsonInterval } from '../../protocol/accuracy.js';
import { lossText, notLearnedWords } from '../../protocol/notLearned.js';
import type { Judged } from '../../protocol/run.js';
import { courseOf, lowestOf } from './facts.js';
import { found, healthy, unknown, type Rule } from './rule.js';
import { capitalized, countText, plural } from './words.js';

export const learned: Rule = {
  name: 'learned',
  definition:
    'The interval of the accuracy is not above the share of the largest class, 95 % of the predictions are one class, or the loss fell by less than 1 %',
  source: 'CNNSlicer',
  needsLearned: false,
  check({ notLearned, manifest, accuracy, epoch }) {
    if (notLearned) {
      const [title = '', text = ''] = notLearnedWords(notLearned, manifest.classNames).split(/: (.*)/);
      return found({
        ...{ gravity: 'broken', certainty: 'certain', effect: 1, layers: [] },
        ...{ title, text: capitalized(text), basis: `at epoch ${epoch}` },
      });
    }
    return accuracy
      ? healthy('It has learned', `${percentText(shareRight(accuracy))} % of ${countText(accuracy.n)} probes`)
      : unknown('there are no labelled probes');
  },
};

/** A loss that rose by less than this share of what it was is noise. */
const RISE = 0.05;

export const loss: Rule = {
  name: 'loss',
  definition: 'The training loss is NaN or infinite at an epoch, or ended more than 5 % above its first value',
  source: 'SageMaker Debugger, LossNotDecreasing, by epochs',
  needsLearned: false,
  check(facts) {
    const { metrics } = facts;
    const place = metrics.names.indexOf('loss');
    if (place < 0) return unknown('the training reports no loss');
    const course = courseOf(facts, 'loss');
    // None is reported before training, so that only what follows the first value is missing.
    const first = metrics.values.findIndex(({ values }) => values[place] !== null);
    const lost = metrics.values.slice(Math.max(0, first, 1)).find(({ values }) => (values[place] ?? null) === null);
    if (lost && (first >= 0 || metrics.values.length > 2))
      return found({
        ...{ gravity: 'broken', certainty: 'certain', effect: 1, layers: [] },
        title: `The training loss is not a number from epoch ${lost.epoch} on`,
        text: 'The weights may have overflowed. The learning rate may be too high, or an input may be NaN.',
        basis: 'as the training reported it',
      });
    const [from, to] = [course[0], course.at(-1)];
    if (!from || !to || from === to) return unknown('there is no loss of two epochs');
    if (to.value > from.value + RISE * Math.abs(from.value))
      return found({
        ...{ gravity: 'broken', certainty: 'certain', effect: 1, layers: [] },
        title: `The training loss rose from ${lossText(from.value)} to ${lossText(to.value)}`,
        text: 'The learning rate may be too high.',
        basis: `as the training reported it, epochs ${from.epoch} and ${to.epoch}`,
      });
    return healthy('The training loss falls', `${lossText(from.value)} to ${lossText(to.value)}`);
  },
};

/** By how much held-out loss must be above its minimum, as a share of it. */
const LOSS_GROWTH = 0.05;
/** From here on a rise over several epochs is more than one bad epoch. */
const CLEAR_GROWTH = 0.1;
/** Between inputs that were trained on and others. */
const LARGEST_GAP = 0.05;

export const overfitting: Rule = {
  name: 'overfitting',
  definition:
    'The held-out loss ended more than 5 % above its minimum while the training loss fell, or the 95 % interval of the difference between the accuracies on probes that were trained on and held out lies above 5 points',
  source: 'SageMaker Debugger, Overfit and Overtraining; Newcombe 1998, method 10, for the difference',
  needsLearned: true,
  check(facts) {
    const { accuracy, trained, epoch } = facts;
    const gap = trained && accuracy?.heldOut ? gapOf(trained, accuracy) : null;
    if (trained && accuracy && gap !== null)
      return found({
        ...{ gravity: 'wrong', certainty: 'likely', effect: gap, layers: [] },
        title: `It overfits: ${percentText(shareRight(trained))} % right on inputs it was trained on, ${percentText(shareRight(accuracy))} % on others`,
        text: `The 95 % intervals are ${intervalText(trained)} and ${intervalText(accuracy)}. More training data, augmentation or dropout may help.`,
        basis: `${countText(trained.n)} and ${plural(accuracy.n, 'probe')}, epoch ${epoch}, Wilson's interval`,
      });
    const [held, own] = [courseOf(facts, 'val_loss'), courseOf(facts, 'loss')];
    const [best, last] = [lowestOf(held), held.at(-1)];
    if (!best || !last || held.length < 2)
      return unknown('the training reports no loss on held-out data at two epochs');
    const [then, now] = [own.find((one) => one.epoch === best.epoch)?.value, own.at(-1)?.value];
    const grown = last.value / best.value - 1;
    const since = held.filter((one) => one.epoch > best.epoch).length;
    if (grown <= LOSS_GROWTH || then === undefined || now === undefined || now >= then)
      return healthy('No overfitting', `held-out loss ${lossText(last.value)}, lowest ${lossText(best.value)}`);
    return found({
      ...{ gravity: 'wrong', effect: Math.min(1, grown) * LARGEST_GAP, layers: [] },
      certainty: since >= 2 && grown >= CLEAR_GROWTH ? 'likely' : 'unsure',
      title: since >= 2 ? `It overfits after epoch ${best.epoch}` : 'It may have begun to overfit',
      text: `Held-out loss rose from ${lossText(best.value)} to ${lossText(last.value)} while training loss fell from ${lossText(then)} to ${lossText(now)}.`,
      basis: `as the training reported them, epochs ${best.epoch} and ${last.epoch}`,
    });
  },
};

/** Null where the interval of the difference (Newcombe 1998, method 10) does not lie above 5 points. */
function gapOf(trained: Judged, heldOut: Judged): number | null {
  const gap = shareRight(trained) - shareRight(heldOut);
  const below = shareRight(trained) - wilsonInterval(trained)[0];
  const above = wilsonInterval(heldOut)[1] - shareRight(heldOut);
  return gap - Math.hypot(below, above) > LARGEST_GAP ? gap : null;
}

const TRAINING_ACCURACY = ['acc', 'accuracy', 'categoricalAccuracy', 'sparse_categorical_accuracy'];

export const trainAndUse: Rule = {
  name: 'train-and-use',
  definition:
    'The accuracy that the training reported for the last epoch is more than 10 points above the upper end of the interval of the accuracy on probes that it was trained on',
  source: 'CNNSlicer: batch normalization uses running averages only when the network is used',
  needsLearned: false,
  check(facts) {
    const { accuracy, trained, manifest, epoch } = facts;
    const name = TRAINING_ACCURACY.find((one) => facts.metrics.names.includes(one));
    const reported = name === undefined ? undefined : courseOf(facts, name).at(-1);
    const judged = trained ?? (accuracy && !accuracy.heldOut ? accuracy : null);
    if (!reported || !judged)
      return unknown(`${reported ? 'no probe was trained on' : 'the training reports no accuracy'}`);
    const gap = reported.value - wilsonInterval(judged)[1];
    if (gap <= 2 * LARGEST_GAP)
      return healthy(
        'Equal in training and in use',
        `${percentText(reported.value)} and ${percentText(shareRight(judged))} %`,
      );
    const normalizations = manifest.layers.filter(({ kind }) => kind === 'normalization');
    const cause =
      normalizations.length > 0
        ? ` The running averages of its ${plural(normalizations.length, 'normalization layer')} may not have settled: more steps or a lower momentum may help.`
        : '';
    return found({
      ...{ gravity: 'broken', certainty: 'likely', effect: gap, layers: [] },
      title: 'It is right more often while it trains than when it is used',
      text: `${percentText(reported.value)} % of the training inputs were right during epoch ${reported.epoch}, and ${percentText(shareRight(judged))} % (95 %: ${intervalText(judged)}) afterwards.${cause}`,
      basis: `${plural(judged.n, 'probe')} that were trained on, epoch ${epoch}, Wilson's interval`,
    });
  },
};

export const leakage: Rule = {
  name: 'leakage',
  definition: 'At least 2 % of the held-out probes equal an input that was trained on',
  source: 'CNNSlicer; inputs are compared by the hash of their values',
  needsLearned: false,
  check({ duplicates }) {
    if ('reason' in duplicates) return unknown(duplicates.reason);
    const { count, n, trained } = duplicates;
    const basis = `${plural(n, 'held-out probe')} compared with ${plural(trained, 'input')} that were trained on, by the hash of their values`;
    if (count < 0.02 * n) return healthy('Held-out inputs are new', `${count} of ${countText(n)} were trained on`);
    return found({
      ...{ gravity: 'wrong', certainty: 'certain', effect: count / n, layers: [], basis },
      title: `${countText(count)} of ${countText(n)} held-out inputs were trained on`,
      text: `They equal training inputs in every value, so held-out accuracy is too high. At least that many leak: only ${plural(trained, 'training input')} were compared.`,
    });
  },
};

/** Points. */
const WIDEST = 0.02;

export const heldOutSize: Rule = {
  name: 'held-out-size',
  definition: 'The 95 % interval of the held-out accuracy is more than 2 points wide',
  source: 'Wilson 1927',
  needsLearned: false,
  check({ accuracy, epoch }) {
    if (!accuracy?.heldOut) return unknown('no labelled probe is held out');
    const [low, high] = wilsonInterval(accuracy);
    const width = `${percentText(high - low)} points`;
    if (high - low <= WIDEST) return healthy('Enough held-out inputs', `interval ${width} wide`);
    return found({
      ...{ gravity: 'limit', certainty: 'certain', effect: high - low, layers: [] },
      title: `${countText(accuracy.n)} held-out probes cannot show small gains`,
      text: `The interval of the accuracy is ${width} wide (${intervalText(accuracy)}). To see a smaller change, hold out more inputs or repeat the training.`,
      basis: `${plural(accuracy.n, 'probe')}, epoch ${epoch}, Wilson's interval`,
    });
  },
};

/** "91.6 to 95.8 %" */
function intervalText(judged: Judged): string {
  const [low, high] = wilsonInterval(judged).map(percentText);
  return `${low} to ${high} %`;
}
