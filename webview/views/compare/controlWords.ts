/** A control experiment in words and as a table: what follows from it, by its intervals and nulls. */
import { accuracyName, percentText } from '../../../src/protocol/accuracy.js';
import type { Condition, ControlResult, ControlValue } from '../../../src/protocol/control.js';
import { CONDITION_WORDS } from '../../../src/protocol/control.js';
import { differenceWords } from '../../marks/changeRows.js';
import { countWords } from '../../text/words.js';
import { table } from '../query/results/csv.js';

/** More of the class than any labels put at random give. */
export function tells({ labelBits, labelNullBits }: ControlValue): boolean {
  return labelBits !== null && labelNullBits !== null && labelBits > labelNullBits;
}

/** So that it shows in the figures that are said; what does not is no news. */
function tellsVisibly(value: ControlValue): boolean {
  return tells(value) && (value.labelBits ?? 0).toFixed(2) !== (value.labelNullBits ?? 0).toFixed(2);
}

/** What the output still knows of the class, a sentence a condition. */
export function verdict(result: ControlResult): string[] {
  const output = result.layers.at(-1)?.values ?? [];
  const of = (condition: Condition): ControlValue | undefined => output.find((one) => one.condition === condition);
  const original = of('original');
  if (original?.labelBits == null) return [];
  const kept = (value: ControlValue): string =>
    `${(value.labelBits ?? 0).toFixed(2)} of ${(original.labelBits ?? 0).toFixed(2)} bits, null up to ${(value.labelNullBits ?? 0).toFixed(2)}`;
  const sentences: string[] = [];
  const object = of('foreground');
  if (object)
    sentences.push(
      tellsVisibly(object)
        ? `Without the object, the output still carries information about the class (${kept(object)}): the background reveals classes.`
        : 'Without the object, the output carries no detectable information about the class: the network relies on the object.',
    );
  const change = result.conditions.find(({ condition }) => condition === 'background')?.accuracy;
  if (change?.difference != null) {
    const points = `${differenceWords(change, 1, 100)} points of ${accuracyName(result.heldOut)}`;
    const isClear = change.halfWidth !== null && change.difference < -change.halfWidth;
    sentences.push(
      isClear
        ? `Without the background, accuracy drops (${points}): the network also uses the background, or the flat fill confuses it.`
        : `Without the background, accuracy does not drop significantly (${points}).`,
    );
  }
  const noise = of('noise');
  if (noise && tellsVisibly(noise))
    sentences.push(`Noise with each image’s mean and standard deviation still reveals the class (${kept(noise)}).`);
  return sentences;
}

export function accuracyWords(
  condition: Condition,
  accuracy: NonNullable<ControlResult['conditions'][number]['accuracy']>,
  heldOut: boolean,
): string {
  const right = `${accuracyName(heldOut)} ${percentText(accuracy.to ?? 0)} %`;
  const change = condition === 'original' ? '' : ` (${differenceWords(accuracy, 1, 100)} points)`;
  return `${right}${change}, ${countWords(accuracy.n)} probes`;
}

export function captionWords({ n, epoch, methods, conditions, otherThanRecorded }: ControlResult): string {
  const without = Math.max(0, ...conditions.map((one) => one.withoutObject));
  const none = without > 0 ? [`No object was found in ${countWords(without)} images.`] : [];
  const answered =
    otherThanRecorded === 0
      ? ['All predictions match the recording.']
      : otherThanRecorded === null
        ? []
        : [`${countWords(otherThanRecorded)} predictions differ from the recording.`];
  return [
    `${countWords(n)} probes at epoch ${epoch}.`,
    ...answered,
    ...none,
    ...methods.slice(1, 4),
    'Short strokes: permutation null of each condition; a hollow point is no higher than its null.',
  ].join(' ');
}

/** "0.31 ± 0.04", with the null behind it where there is one. */
export function bitsWords(value: number | null, half: number | null): string {
  if (value === null) return '–';
  return half === null ? value.toFixed(2) : `${value.toFixed(2)} ± ${half.toFixed(2)}`;
}

export function spokenValue({ condition, labelBits, labelNullBits }: ControlValue): string {
  const floor = labelNullBits === null ? '' : `, null up to ${labelNullBits.toFixed(2)}`;
  return `${CONDITION_WORDS[condition]} ${labelBits === null ? 'no value' : `${labelBits.toFixed(2)} bits${floor}`}`;
}

export function controlCsv({ layers, n, epoch }: ControlResult): string {
  const head = [
    'layer',
    'layer_name',
    'condition',
    'label_bits',
    'label_half_width',
    'label_null',
    'inter_bits',
    'inter_half_width',
  ];
  const rows = layers.flatMap(({ layer, name, values }) =>
    values.map((one) => [
      ...[layer, name, one.condition, one.labelBits, one.labelHalfWidthBits, one.labelNullBits],
      ...[one.interBits, one.interHalfWidthBits, n, epoch, one.reason],
    ]),
  );
  return table([...head, 'n', 'epoch', 'reason'], rows);
}
