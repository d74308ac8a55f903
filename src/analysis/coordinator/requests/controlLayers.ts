/** One condition of a control experiment: altered probes taken through the network, and the values of each layer. */
import type { Condition, ControlValue } from '../../../protocol/control.js';
import type { CallContext } from '../../../protocol/rpc.js';
import { forEachLimited } from '../../../system/forEachLimited.js';
import { pairCountOf } from '../../kernelHost/distancePairs.js';
import { lengthOf } from '../../run/mapShape.js';
import type { ControlAnswers } from '../../compute/controlTask.js';
import type { TaskOptions } from '../dispatch/threadPool.js';
import { interBlockBytes } from '../dispatch/interInBlock.js';
import { targetOf, type MemoryBlock } from '../../memory/memoryBlocks.js';
import type { OpenedRun } from '../../run/openedRun.js';
import type { Session } from '../dispatch/session.js';
import { controlValue, INTER, NO_VALUE, type LayerNoise } from './controlInformation.js';

const BATCH_SAMPLES = 16;
/** Values of all shown layers in memory at once; what does not fit is computed in another pass. */
const PASS_BYTES = 384 * 2 ** 20;

export interface ControlPlan {
  readonly run: OpenedRun;
  readonly epoch: number;
  /** The first so many probes. */
  readonly n: number;
  /** Null where a probe has none. */
  readonly labels: Int32Array | null;
}

export interface ConditionFound {
  readonly answers: ControlAnswers;
  readonly values: ReadonlyMap<number, ControlValue>;
}

/** `tell` hears how many layers are done; `noise` is kept from the first condition for the others. */
export async function conditionOf(
  session: Session,
  plan: ControlPlan,
  condition: Condition,
  noise: LayerNoise,
  tell: (done: number) => void,
  context: CallContext,
): Promise<ConditionFound> {
  const values = new Map<number, ControlValue>();
  let answers: ControlAnswers | undefined;
  for (const layers of passesOf(session, plan, values, condition)) {
    const task = { signal: context.signal, rank: session.nextRank() };
    const block = await session.blocks.acquire(passBytes(session, plan, layers), context.signal);
    try {
      const addresses = layers.map((layer) => ({
        layer,
        address: block.regions.allocate(4 * plan.n * widthOf(plan, layer)),
      }));
      answers = await forward(session, plan, condition, block, addresses, task);
      for (const { layer, address } of addresses) {
        const mark = block.regions.mark();
        const { run, epoch, n, labels } = plan;
        const asked = { shape: run.manifest.layers[layer], epoch, n, labels, condition };
        values.set(layer, await controlValue(session, asked, { block, address }, noise, task));
        block.regions.release(mark);
        tell(values.size);
      }
    } finally {
      session.blocks.release(block);
    }
  }
  return { answers: answers ?? { answers: [], replacedShares: [], withoutObject: 0 }, values };
}

/** Layers whose values lie in memory together; those that are too large alone get a value that says so. */
function* passesOf(
  session: Session,
  plan: ControlPlan,
  values: Map<number, ControlValue>,
  condition: Condition,
): Generator<number[]> {
  let pass: number[] = [];
  for (const { index } of plan.run.manifest.layers) {
    const refusal = session.blocks.refusal(passBytes(session, plan, [index]));
    if (refusal !== null) {
      values.set(index, { ...NO_VALUE, condition, reason: refusal });
      continue;
    }
    if (pass.length > 0 && passBytes(session, plan, [...pass, index]) > Math.min(PASS_BYTES, session.blocks.largest)) {
      yield pass;
      pass = [];
    }
    pass.push(index);
  }
  yield pass;
}

function passBytes(session: Session, plan: ControlPlan, layers: readonly number[]): number {
  const widths = layers.map((layer) => widthOf(plan, layer));
  const rest = Math.max(0, ...widths.map((d) => interBlockBytes(session, plan.n, d, INTER)), 8 * pairCountOf(plan.n));
  return widths.reduce((sum, d) => sum + 4 * plan.n * d, 0) + rest + 2 ** 16;
}

function widthOf({ run }: ControlPlan, layer: number): number {
  const { channelCount, mapShape } = run.manifest.layers[layer];
  return channelCount * lengthOf(mapShape);
}

/** Samples shared between the threads, in batches. */
async function forward(
  session: Session,
  plan: ControlPlan,
  condition: Condition,
  block: MemoryBlock,
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
    const target = targetOf(block);
    const task = { run: plan.run.reference, epoch: plan.epoch, samples, condition, target, addresses: shifted };
    parts[batch] = await session.pool.run('control', task, options);
  });
  return {
    answers: parts.flatMap(({ answers }) => answers),
    replacedShares: parts.flatMap(({ replacedShares }) => replacedShares),
    withoutObject: parts.reduce((sum, part) => sum + part.withoutObject, 0),
  };
}
