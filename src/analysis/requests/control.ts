/** Control experiments: layer by layer, what the network knows of altered probes, and how often it is right. */
import {
  ControlNumbers,
  type Condition,
  type ControlQuestion,
  type ControlResult,
  type ControlValue,
} from '../../protocol/control.js';
import { Failure } from '../../protocol/failure.js';
import type { CallContext } from '../../protocol/rpc.js';
import type { PictureStack } from '../../protocol/viewer.js';
import { forEachLimited } from '../../store/forEachLimited.js';
import { accuracyChange } from '../compare/changes.js';
import { pairCountOf } from '../kernelHost/distancePairs.js';
import { lengthOf } from '../mapShape.js';
import { DEFAULT_NEIGHBOURS } from '../measures/interSampleEntropy.js';
import { labelEntropy } from '../measures/layerInformation.js';
import { ANALYSIS_VERSION } from '../version.js';
import type { ControlAnswers } from '../worker/controlInHand.js';
import type { TaskOptions } from '../worker/handPool.js';
import { dropRows, interInSlot, interSlotBytes, type InterOptions } from '../worker/interInSlot.js';
import type { Slot } from '../worker/memorySlots.js';
import type { OpenedRun } from '../worker/openedRun.js';
import { runAll, type Session } from '../worker/session.js';
import { informationInSlot, type ChosenInformation } from './layerMi.js';

const INTER: InterOptions = { k: DEFAULT_NEIGHBOURS, noise: false, interval: true, approximate: false };
const NOISE_SHARE = 0.05;
const BATCH_SAMPLES = 16;
const SHOWN = 8;
/** Values of all shown layers in memory at once; what does not fit is computed in another pass. */
const PASS_BYTES = 384 * 2 ** 20;

interface Plan {
  readonly run: OpenedRun;
  readonly epoch: number;
  readonly n: number;
  readonly labels: Int32Array | null;
}

/** Throws a Failure for inputs that are no pictures, and for networks with a layer that cannot be computed anew. */
export async function controlExperiment(
  session: Session,
  run: OpenedRun,
  asked: ControlQuestion,
  context: CallContext,
): Promise<ControlResult> {
  const plan = await planOf(run, asked);
  const conditions: Condition[] = ['original', ...new Set(asked.masks)];
  const key = JSON.stringify(['control', ANALYSIS_VERSION, await run.epochTag(plan.epoch), plan.n, conditions]);
  const kept = await run.cache.get(key, ControlNumbers);
  const numbers = kept ?? (await numbersOf(session, plan, conditions, context));
  if (!kept) await run.cache.put(key, numbers);
  const shown = [...Array(Math.min(SHOWN, plan.n)).keys()];
  return { ...numbers, shown, pictures: await picturesOf(session, run, conditions, shown, context) };
}

async function planOf(run: OpenedRun, { epoch: asked, samples }: ControlQuestion): Promise<Plan> {
  const { manifest, epochStates, reader } = run;
  const state =
    asked === null
      ? epochStates.findLast((one) => one.state === 'whole')
      : epochStates.find((one) => one.epoch === asked);
  if (state?.state !== 'whole')
    throw refused(asked === null ? 'the run has no whole epoch' : `epoch ${asked} is not whole`);
  if (manifest.layers[0].mapShape.length !== 2)
    throw refused('its inputs are no pictures, so that nothing can be masked');
  if (manifest.layers.filter(({ inputs }) => inputs.length === 0).length > 1)
    throw refused('its network has several inputs');
  const n = Math.min(samples, manifest.probes.count);
  const all = manifest.task === 'classification' ? await reader.readLabels() : null;
  const labels = all?.subarray(0, n) ?? null;
  return { run, epoch: state.epoch, n, labels: labels?.every((label) => label >= 0) ? labels : null };
}

async function numbersOf(
  session: Session,
  plan: Plan,
  conditions: readonly Condition[],
  context: CallContext,
): Promise<ControlNumbers> {
  const { run, epoch, n, labels } = plan;
  const found: { condition: Condition; answers: ControlAnswers; values: Map<number, ControlValue> }[] = [];
  const noise = new Map<number, number>();
  const layerCount = run.manifest.layers.length;
  for (const [place, condition] of conditions.entries()) {
    const tell = (done: number): void =>
      context.progress({ fraction: (place + done / layerCount) / conditions.length, text: CONDITION_WORDS[condition] });
    found.push({ condition, ...(await conditionOf(session, plan, condition, noise, tell, context)) });
  }
  const right = ({ answers }: ControlAnswers): boolean[] => answers.map((answer, i) => answer === labels?.[i]);
  const recorded = labels ? (await run.reader.readPredictions(epoch)).subarray(0, n) : null;
  return {
    epoch,
    n,
    conditions: found.map(({ condition, answers }) => ({
      condition,
      accuracy: labels ? accuracyChange(right(found[0].answers), right(answers), true) : null,
      replacedShare: answers.replacedShares.reduce((sum, share) => sum + share, 0) / n,
      withoutObject: answers.withoutObject,
    })),
    layers: run.manifest.layers.map(({ index, name }) => ({
      layer: index,
      name,
      values: found.flatMap(({ values }) => values.get(index) ?? []),
    })),
    labelCeilingBits: labels ? labelEntropy(labels) : null,
    otherThanRecorded: recorded ? found[0].answers.answers.filter((one, i) => one !== recorded[i]).length : null,
    methods: METHODS,
  };
}

async function conditionOf(
  session: Session,
  plan: Plan,
  condition: Condition,
  noise: Map<number, number>,
  tell: (done: number) => void,
  context: CallContext,
): Promise<{ answers: ControlAnswers; values: Map<number, ControlValue> }> {
  const values = new Map<number, ControlValue>();
  let answers: ControlAnswers | undefined;
  for (const layers of passesOf(session, plan, values, condition)) {
    const task = { signal: context.signal, rank: session.nextRank() };
    const slot = await session.slots.acquire(passBytes(session, plan, layers), context.signal);
    try {
      const addresses = layers.map((layer) => ({
        layer,
        address: slot.regions.allocate(4 * plan.n * widthOf(plan, layer)),
      }));
      answers = await forward(session, plan, condition, slot, addresses, task);
      for (const { layer, address } of addresses) {
        const mark = slot.regions.mark();
        values.set(layer, await valueOf(session, plan, condition, { slot, layer, address }, noise, task));
        slot.regions.release(mark);
        tell(values.size);
      }
    } finally {
      session.slots.release(slot);
    }
  }
  return { answers: answers ?? { answers: [], replacedShares: [], withoutObject: 0 }, values };
}

/** Layers whose values lie in memory together; those that are too large alone get a value that says so. */
function* passesOf(
  session: Session,
  plan: Plan,
  values: Map<number, ControlValue>,
  condition: Condition,
): Generator<number[]> {
  let pass: number[] = [];
  for (const { index } of plan.run.manifest.layers) {
    const refusal = session.slots.refusal(passBytes(session, plan, [index]));
    if (refusal !== null) {
      values.set(index, { ...NOTHING, condition, reason: refusal });
      continue;
    }
    if (pass.length > 0 && passBytes(session, plan, [...pass, index]) > Math.min(PASS_BYTES, session.slots.largest)) {
      yield pass;
      pass = [];
    }
    pass.push(index);
  }
  yield pass;
}

function passBytes(session: Session, plan: Plan, layers: readonly number[]): number {
  const widths = layers.map((layer) => widthOf(plan, layer));
  const rest = Math.max(0, ...widths.map((d) => interSlotBytes(session, plan.n, d, INTER)), 8 * pairCountOf(plan.n));
  return widths.reduce((sum, d) => sum + 4 * plan.n * d, 0) + rest + 2 ** 16;
}

function widthOf({ run }: Plan, layer: number): number {
  const { channelCount, mapShape } = run.manifest.layers[layer];
  return channelCount * lengthOf(mapShape);
}

/** Samples shared between the threads, in batches. */
async function forward(
  session: Session,
  plan: Plan,
  condition: Condition,
  slot: Slot,
  addresses: readonly { readonly layer: number; readonly address: number }[],
  options: TaskOptions,
): Promise<ControlAnswers> {
  const starts = Array.from({ length: Math.ceil(plan.n / BATCH_SAMPLES) }, (_, batch) => batch * BATCH_SAMPLES);
  const parts = new Array<ControlAnswers>(starts.length);
  await forEachLimited([...starts.keys()], session.pool.size + 1, async (batch) => {
    const start = starts[batch];
    const samples = Array.from({ length: Math.min(BATCH_SAMPLES, plan.n - start) }, (_, i) => start + i);
    const shifted = addresses.map(({ layer, address }) => ({
      layer,
      address: address + 4 * start * widthOf(plan, layer),
    }));
    const target = { slot: slot.slot, memory: slot.memory };
    const task = { run: plan.run.reference, epoch: plan.epoch, samples, condition, target, addresses: shifted };
    parts[batch] = await session.pool.run('control', task, options);
  });
  return {
    answers: parts.flatMap(({ answers }) => answers),
    replacedShares: parts.flatMap(({ replacedShares }) => replacedShares),
    withoutObject: parts.reduce((sum, part) => sum + part.withoutObject, 0),
  };
}

interface Place {
  readonly slot: Slot;
  readonly layer: number;
  readonly address: number;
}

async function valueOf(
  session: Session,
  plan: Plan,
  condition: Condition,
  { slot, layer, address }: Place,
  noise: Map<number, number>,
  task: TaskOptions,
): Promise<ControlValue> {
  const d = widthOf(plan, layer);
  const target = { slot: slot.slot, memory: slot.memory };
  const dropped = await session.pool.run('nonFiniteRows', { target, address, rowCount: plan.n, d }, task);
  dropRows(slot.regions.float32(address, plan.n * d), d, dropped);
  const without = new Set(dropped);
  const kept = [...Array(plan.n).keys()].filter((i) => !without.has(i));
  const { channelCount, mapShape } = plan.run.manifest.layers[layer];
  const maps = { slot, address, n: kept.length, kept, channelCount, mapLength: lengthOf(mapShape) };
  const label = plan.labels ? await labelInformation(session, plan, plan.labels, layer, maps, noise, task) : null;
  const inter = await interInSlot(session, { slot, address, n: kept.length, d, nonFinite: [] }, INTER, task);
  return {
    condition,
    interBits: inter.bits,
    interHalfWidthBits: inter.halfWidthBits,
    labelBits: label?.bits ?? null,
    labelHalfWidthBits: label?.halfWidth ?? null,
    reason: inter.reason,
  };
}

/**
 * At the noise that the original condition has in this layer: an altered input that moves a layer less must
 * not look as informative because its noise shrinks with it.
 */
async function labelInformation(
  session: Session,
  plan: Plan,
  labels: Int32Array,
  layer: number,
  maps: Parameters<typeof informationInSlot>[1],
  noise: Map<number, number>,
  task: TaskOptions,
): Promise<{ bits: number | null; halfWidth: number | null }> {
  const place = { layer, epoch: plan.epoch };
  const known = Int32Array.from(maps.kept, (i) => labels[i]);
  const at = async (noiseShare: number, interval: boolean) => {
    const mark = maps.slot.regions.mark();
    const chosen = { ...KDE, noiseShare, interval };
    const { values } = await informationInSlot(session, maps, place, [], known, plan.n, chosen, task);
    maps.slot.regions.release(mark);
    return values[0];
  };
  const original = noise.get(layer);
  const own = await at(NOISE_SHARE, original === undefined);
  if (original === undefined) {
    noise.set(layer, own?.noiseVariance ?? 0);
    return { bits: own?.labelBits ?? null, halfWidth: own?.labelHalfWidthBits ?? null };
  }
  // All answers are the same: nothing can be told apart at any noise.
  if (!own?.noiseVariance || !(original > 0)) return { bits: own?.labelBits ?? null, halfWidth: null };
  const value = await at((NOISE_SHARE * original) / own.noiseVariance, true);
  return { bits: value?.labelBits ?? null, halfWidth: value?.labelHalfWidthBits ?? null };
}

const KDE = {
  estimator: 'kde',
  bins: 30,
  permutations: 0,
  seed: 1,
  units: false,
  range: { minimum: 0, maximum: 0 },
} satisfies Partial<ChosenInformation> & { range: { minimum: number; maximum: number } };

async function picturesOf(
  session: Session,
  run: OpenedRun,
  conditions: readonly Condition[],
  shown: readonly number[],
  { signal }: CallContext,
): Promise<PictureStack> {
  const { channelCount, mapShape } = run.manifest.layers[0];
  const parts = await runAll(
    conditions.map((condition) =>
      session.pool.run(
        'controlPictures',
        { run: run.reference, samples: shown, condition },
        { signal, rank: session.nextRank() },
      ),
    ),
  );
  const planes = channelCount === 3 ? 3 : 1;
  const pixels = parts.map((part) => (planes === channelCount ? part : part.filter((_, i) => i % channelCount === 0)));
  const values = new Float32Array(pixels.reduce((sum, part) => sum + part.length, 0));
  pixels.reduce((from, part) => (values.set(part, from), from + part.length), 0);
  // The scale is that of what was recorded; noise may leave it.
  const [minimum, maximum] = pixels[0].reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  );
  const count = conditions.length * shown.length;
  return {
    width: mapShape[1],
    height: mapShape[0],
    planes,
    count,
    values,
    minimum,
    maximum,
    n: Array<number>(count).fill(1),
  };
}

const NOTHING = { interBits: null, interHalfWidthBits: null, labelBits: null, labelHalfWidthBits: null };

export const CONDITION_WORDS: Readonly<Record<Condition, string>> = {
  original: 'as recorded',
  foreground: 'object masked',
  background: 'background masked',
  noise: 'noise',
};

const METHODS = [
  'The recorded weights are computed anew on the first probes; nothing of the recorded model is executed.',
  'The object is what is farther from the border’s median colour than Otsu’s threshold (1979), widened by one pixel in 28; what is masked gets the border’s colour. Noise is normal, with each picture’s own mean and standard deviation by channel.',
  'I(T;Y): lower bound by kernel density (Kolchinsky and Tracey 2017) at 5 % of the layer’s variance as recorded, the same noise under every condition; ± is the 95 % jackknife interval.',
  `Inter-sample entropy: exact, k = ${DEFAULT_NEIGHBOURS}; ± is the 95 % jackknife interval. Noise, and inputs that are all the same, have neighbours everywhere, so that their H is high: H alone does not tell what a layer knows.`,
  'Accuracy: change against the recorded inputs, matched proportions (Agresti and Min 2005), 95 %.',
];

function refused(wrong: string): Failure {
  return new Failure({
    kind: 'unsupported',
    doing: 'doing a control experiment',
    wrong,
    tryThis: 'Choose a run of a network that sees pictures, and an epoch that is whole.',
  });
}
