/** What an answer about two confused classes says in sentences: English, for the views and the command line. */
import {
  CHANNEL_PERMUTATIONS,
  CONFUSION_NEIGHBOURS,
  CONFUSION_PERMUTATIONS,
  FEWEST_OF_A_CLASS,
  INFORMATION_PERMUTATIONS,
  type ConfusionNumbers,
  type SwitchedOff,
} from './confusion.js';

export interface ConfusionNames {
  readonly classNames: readonly string[];
  /** Of the layer with that index. */
  layer(index: number): string;
}

/** "27 of 200 probes of class 9 are read as 4." */
export function mistakeSentence(found: ConfusionNumbers, { classNames }: ConfusionNames): string {
  const { a, b, probes } = found;
  const [aAsB, bAsA] = mistakesAt(found);
  const of = (count: number, n: number, from: number, to: number): string =>
    `${count} of ${n} probes of class ${classNames[from]} ${count === 1 ? 'is' : 'are'} predicted as ${classNames[to]}`;
  if (aAsB + bAsA === 0)
    return `No probe of ${classNames[a]} is predicted as ${classNames[b]}, and none the other way.`;
  const first = of(aAsB, probes.a, a, b);
  const second = of(bAsA, probes.b, b, a);
  return aAsB >= bAsA ? `${first}, ${second}.` : `${second}, ${first}.`;
}

function mistakesAt({ courses, epoch }: ConfusionNumbers): [aAsB: number, bAsA: number] {
  const at = courses.find((one) => one.epoch === epoch);
  return [at?.aAsB ?? 0, at?.bAsA ?? 0];
}

/** Where the network tells the two apart, by both measures, and where these disagree. */
export function layerSentences(found: ConfusionNumbers, names: ConfusionNames): string[] {
  const { first, firstByInformation: second, layers, mapped } = found;
  if (Math.min(mapped.a, mapped.b) < FEWEST_OF_A_CLASS) {
    const { classNames } = names;
    return [
      `Only ${mapped.a} probes of ${classNames[found.a]} and ${mapped.b} of ${classNames[found.b]} have feature maps. At least ${FEWEST_OF_A_CLASS} of each are needed to say where they are told apart.`,
    ];
  }
  const { largestByChance } = found;
  if (largestByChance !== null && layers.every(({ accuracy }) => (accuracy ?? 0) <= largestByChance))
    return [
      'By nearest neighbours, no layer tells them apart better than chance, and neither does the input.',
      `${byInformationWords(found, names)} ${mapped.a + mapped.b} probes cannot show a small difference.`,
    ];
  const last = layers.at(-1)?.layer;
  const place = (index: number): string => `${names.layer(index)}${index === last ? ', the last layer' : ''}`;
  if (first !== null && first === second)
    return [`${place(first)} is the first layer that tells them apart better than the input does, by both measures.`];
  const byNeighbours =
    first === null
      ? noneWords(found, names)
      : `By nearest neighbours, ${place(first)} is the first layer that tells them apart better than the input does.`;
  const byInformation = byInformationWords(found, names);
  return [byNeighbours, byInformation, ...(first === null && second === null ? [] : ['The two measures disagree.'])];
}

function byInformationWords(
  { first, firstByInformation: second, layers }: ConfusionNumbers,
  names: ConfusionNames,
): string {
  if (second === null) return `By I(T;Y), ${first === null ? 'there is none either' : 'no layer is clearly better'}.`;
  const place = `${names.layer(second)}${second === layers.at(-1)?.layer ? ', the last layer' : ''}`;
  const before = wasBefore(layers, second) ? ', where I(T;Y) was no lower before training' : '';
  return `By I(T;Y), ${first === null ? 'the first is' : 'it is'} ${place}${before}.`;
}

/** A layer counts only where all later ones are better than the input, too. */
function noneWords({ layers }: ConfusionNumbers, names: ConfusionNames): string {
  const better = layers.filter(({ difference, halfWidth }) => (difference ?? 0) > (halfWidth ?? Infinity));
  if (better.length === 0)
    return 'By nearest neighbours, no layer tells them apart clearly better than the input does.';
  const which = better.map(({ layer }) => names.layer(layer)).join(', ');
  return `By nearest neighbours, ${which} ${better.length === 1 ? 'tells' : 'tell'} them apart better than the input does, but a later layer does not.`;
}

/** Then it comes from the form of the layer, such as pooling, and not from what was learned. */
function wasBefore(layers: ConfusionNumbers['layers'], index: number): boolean {
  const { bits = null, bitsHalfWidth = null, bitsBefore = null } = layers.find(({ layer }) => layer === index) ?? {};
  return bits !== null && bitsBefore !== null && bitsBefore >= bits - (bitsHalfWidth ?? 0);
}

type Verdict = 'parts' | 'moves-border' | 'needed' | 'costs-others' | 'unclear';

/** What switching channels off does to the mistakes between the two classes, and to all other classes. */
export function verdictOf(row: SwitchedOff, whole: { readonly aAsB: number; readonly bAsA: number }): Verdict {
  const isBelow = ({ change, halfWidth }: SwitchedOff['others']): boolean =>
    halfWidth !== null && change + halfWidth < 0;
  if (isBelow(row.right)) return 'needed';
  if (isBelow(row.mistakes)) return isBelow(row.others) ? 'costs-others' : 'parts';
  const [aAsB, bAsA] = [row.aAsB - whole.aAsB, row.bAsA - whole.bAsA];
  if (aAsB * bAsA < 0) return 'moves-border';
  return 'unclear';
}

/** What to do about the channels. Empty where none was switched off. */
export function conclusionSentences(found: ConfusionNumbers, names: ConfusionNames): string[] {
  const { ablation, channels, lookedAt, trainings } = found;
  if (lookedAt === null || !channels) return [];
  const layer = names.layer(lookedAt);
  if (channels.list.length === 0)
    return [`No channel of ${layer} goes with wrong answers beyond chance (${channels.tested} tested).`];
  const [strongest] = channels.list;
  if (!ablation) return [`What happens without channel ${strongest.channel} of ${layer} cannot be computed.`];
  const { whole, rows } = ablation;
  const parting = rows
    .filter((row) => verdictOf(row, whole) === 'parts')
    .sort((x, y) => x.mistakes.change - y.mistakes.change);
  const [row] = parting.length > 0 ? parting : rows;
  const what = `channel${row.channels.length > 1 ? 's' : ''} ${row.channels.join(', ')} of ${layer}`;
  const it = row.channels.length > 1 ? 'them' : 'it';
  const { classNames } = names;
  const [a, b] = [classNames[found.a], classNames[found.b]];
  const facts = `Without ${what}, ${row.aAsB} of ${ablation.n.a} of class ${a} are predicted as ${b} instead of ${whole.aAsB}, ${row.bAsA} of ${ablation.n.b} of class ${b} as ${a} instead of ${whole.bAsA}, and ${row.othersRight} of ${ablation.others} others are right instead of ${whole.othersRight}.`;
  const advice: Readonly<Record<Verdict, string>> = {
    parts: 'Fewer are confused. The channels were chosen on the same probes, so confirm it on other data.',
    'moves-border': `Do not switch ${it} off: it moves the border between the two and does not part them.`,
    needed: `Do not switch ${it} off: fewer of the two are right.`,
    'costs-others': `Do not switch ${it} off: fewer of the other classes are right.`,
    unclear: 'There is no clear change in how many are confused.',
  };
  return [facts, advice[verdictOf(row, whole)], ...directionSentences(trainings, a, b)];
}

/** Which way the mistake goes is a finding only when trainings agree on it. */
function directionSentences(trainings: ConfusionNumbers['trainings'], a: string, b: string): string[] {
  if (trainings.length < 2)
    return ['Which of the two is misread more often may depend on the random start of this training.'];
  const list = trainings.map(({ aAsB, bAsA }) => `${aAsB} and ${bAsA}`).join('; ');
  const more = trainings.filter(({ aAsB, bAsA }) => aAsB > bAsA).length;
  const less = trainings.filter(({ aAsB, bAsA }) => aAsB < bAsA).length;
  const agree = Math.max(more, less) === trainings.length;
  return [
    `${a} as ${b} and ${b} as ${a} in ${trainings.length} trainings: ${list}. ${agree ? 'All go the same way.' : 'The direction differs between trainings.'}`,
  ];
}

/** How the numbers were made, a sentence each. */
export function confusionMethods({ heldOut, channels }: ConfusionNumbers): string[] {
  const answers = {
    probabilities: 'the recorded probabilities of the last layer',
    'log-probabilities': 'the recorded log-probabilities of the last layer',
    scores: 'the recorded scores of the last layer, whose difference is that of log-probabilities under softmax',
  };
  return [
    `Counted on probes that were ${heldOut ? 'not trained on' : 'trained on: the recording has no others'}.`,
    `Nearest neighbours: balanced accuracy, k = ${CONFUSION_NEIGHBOURS}, leave-one-out, Euclidean distance of all activations; 95 % intervals by Wilson, differences from the input paired by probe; chance: ${CONFUSION_PERMUTATIONS} permutations of the labels.`,
    `I(T;Y): lower bound by kernel density, at most 1 bit; 95 % jackknife intervals; chance: the largest of ${INFORMATION_PERMUTATIONS} permutations.`,
    ...(channels
      ? [
          `Channels: correlation r of a channel’s spatial mean with log p(A) − log p(B), within the classes, from ${answers[channels.answers]}; chance: 95 % of the largest |r| of all channels in ${CHANNEL_PERMUTATIONS} permutations within the classes.`,
        ]
      : []),
  ];
}
