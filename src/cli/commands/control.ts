/** `cnnslicer control RUN`: the recorded network on masked probes and on noise. Does it look at the object? */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { accuracyName } from '../../protocol/accuracy.js';
import {
  FEWEST_CONTROL_PROBES,
  MASKS,
  USUAL_CONTROL_PROBES,
  type ControlResult,
  type ControlValue,
  type Mask,
} from '../../protocol/control.js';
import { DIVERSITY } from '../../protocol/entropyNames.js';
import { tableLines, type Console } from '../console.js';
import { contextOf, type Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { pngBytes } from '../pictureFiles.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';

interface ControlOptions {
  readonly mask?: readonly Mask[];
  readonly epoch?: number;
  readonly samples: number;
  readonly output?: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function addControlCommand(program: Command, invocation: Invocation): void {
  program
    .command('control')
    .description('evaluate the network on probes without object or background, and on noise')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .addOption(new Option('--mask <names...>', 'part to remove (default all)').choices([...MASKS]))
    .option('--epoch <t>', 'instead of the last complete epoch', countOption('--epoch', 0))
    .option(
      '--samples <n>',
      'number of probes to use, starting with the first',
      countOption('--samples', FEWEST_CONTROL_PROBES),
      USUAL_CONTROL_PROBES,
    )
    .option('-o, --output <file>', 'write the masked inputs to a .png file, one row per condition')
    .option('--out <folder>', 'the folder that holds the runs')
    .option('--json', 'print JSON')
    .action((run: string, options: ControlOptions) => runControl(invocation, run, options));
}

async function runControl(invocation: Invocation, run: string, options: ControlOptions): Promise<void> {
  const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
  const { mask: masks = MASKS, epoch = null, samples, output } = options;
  const asked = { epoch, samples, masks: [...masks] };
  const result = await invocation.engine().about('control', folder, asked, contextOf(invocation, 'control'));
  if (output !== undefined) await writeFile(resolve(invocation.workingFolder, output), pictureFile(result));
  // Pictures are no JSON; -o writes them.
  if (options.json) invocation.console.json({ ...result, pictures: undefined });
  else printControl(invocation.console, result);
}

function printControl(
  console: Console,
  { conditions, layers, n, heldOut, epoch, methods, ...rest }: ControlResult,
): void {
  const header = [
    'layer',
    ...conditions.map(({ condition }) => `I(T;Y) ${condition}`),
    ...conditions.map(({ condition }) => `${DIVERSITY} ${condition}`),
  ];
  const rows = layers.map(({ name, values }) => [
    name,
    ...values.map(labelText),
    ...values.map((one) => withHalf(one.interBits, one.interHalfWidthBits)),
  ]);
  const alignments = header.map((_, i) => (i === 0 ? ('left' as const) : ('right' as const)));
  for (const line of tableLines(header, rows, alignments)) console.result(line);
  console.result('');
  for (const { condition, accuracy, replacedShare, withoutObject } of conditions) {
    const share = `${(100 * replacedShare).toFixed(0)} % of pixels replaced`;
    const none = withoutObject > 0 ? `, no object found in ${withoutObject}` : '';
    const right =
      accuracy?.to == null
        ? 'no labels'
        : `${accuracyName(heldOut)} ${(100 * accuracy.to).toFixed(1)} % (${withHalf(100 * (accuracy.difference ?? 0), accuracy.halfWidth === null ? null : 100 * accuracy.halfWidth, 1)} points), ${accuracy.n} probes`;
    console.result(`${condition}: ${condition === 'original' ? right.replace(/ \(.*\)/, '') : right}, ${share}${none}`);
  }
  const { otherThanRecorded: other, labelCeilingBits: ceiling } = rest;
  console.result(
    `Epoch ${epoch}, N = ${n} probes${ceiling === null ? '' : `, H(Y) = ${ceiling.toFixed(2)} bits`}${other === null ? '' : `; ${other} predictions differ from the recording`}.`,
  );
  for (const line of methods) console.result(line);
}

/** What is not above its null says so. */
function labelText({ labelBits, labelHalfWidthBits, labelNullBits }: ControlValue): string {
  const text = withHalf(labelBits, labelHalfWidthBits);
  const isSilent = labelBits !== null && (labelNullBits === null || labelBits <= labelNullBits);
  return isSilent ? `${text} ≤ null` : text;
}

function withHalf(value: number | null, half: number | null, digits = 2): string {
  if (value === null) return '–';
  return half === null ? value.toFixed(digits) : `${value.toFixed(digits)} ± ${half.toFixed(digits)}`;
}

/** Twice the size, a pixel between pictures. */
function pictureFile({ pictures, shown }: ControlResult): Buffer {
  const { width, height, planes, count, values, minimum, maximum } = pictures;
  const [columns, rows] = [shown.length, count / shown.length];
  const [w, h] = [columns * (2 * width + 2), rows * (2 * height + 2)];
  const pixels = new Uint8Array(w * h * 3).fill(128);
  const scale = 255 / (maximum - minimum || 1);
  for (let picture = 0; picture < count; picture++) {
    const [left, top] = [(picture % columns) * (2 * width + 2), Math.floor(picture / columns) * (2 * height + 2)];
    for (let y = 0; y < 2 * height; y++)
      for (let x = 0; x < 2 * width; x++)
        for (let c = 0; c < 3; c++) {
          const from = ((picture * height + (y >> 1)) * width + (x >> 1)) * planes + (planes === 3 ? c : 0);
          pixels[((top + y) * w + left + x) * 3 + c] = Math.max(0, Math.min(255, (values[from] - minimum) * scale));
        }
  }
  return pngBytes(w, h, pixels);
}
