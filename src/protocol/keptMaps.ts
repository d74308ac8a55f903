/** Which full maps a run keeps, by its plan: of how many probes, how exactly, at which epochs. */
import type { RunManifest } from './run.js';

type Plan = RunManifest['plan'];
type KeptPlan = Pick<Plan, 'precision' | 'mapSampleCount' | 'withoutMaps' | 'pinned'>;

/** The first so many probes have maps of this layer; the inputs (layer 0) are there of all. */
export function keptSampleCount(
  { probes, plan }: { readonly probes: Pick<RunManifest['probes'], 'count'>; readonly plan: KeptPlan },
  layerIndex: number,
): number {
  if (layerIndex === 0 || isPinned(plan, layerIndex)) return probes.count;
  return plan.withoutMaps?.includes(layerIndex) ? 0 : plan.mapSampleCount;
}

/** How a layer's maps are stored. Inputs and pinned layers are never rounded. */
export function mapPrecision(plan: KeptPlan, layerIndex: number): Plan['precision'] {
  return layerIndex === 0 || isPinned(plan, layerIndex) ? 'float32' : plan.precision;
}

/**
 * What a number says of itself that was computed from kept maps which were rounded (intra-sample entropy moves by
 * up to 0.014 bits): a parameter of its provenance, or nothing.
 */
export function roundedMaps(plan: Plan, layers: readonly number[]): { maps?: 'float16' } {
  return layers.some((layer) => mapPrecision(plan, layer) === 'float16') ? { maps: 'float16' } : {};
}

/** Whether the plan keeps a layer's maps at an epoch; what was kept is what the epoch's commit record lists. */
export function keepsMapsAt(plan: Plan, layerIndex: number, epoch: number): boolean {
  return isPinned(plan, layerIndex) || isKept(epoch, plan.mapStride, plan.lastEpoch);
}

export function keepsWeightsAt(plan: Plan, epoch: number): boolean {
  if (plan.weights === 'none') return false;
  return plan.weights !== 'with-maps' || isKept(epoch, plan.mapStride, plan.lastEpoch);
}

/** Epochs 0, n, 2n, … and the last. */
export function isKept(epoch: number, stride = 1, lastEpoch: number): boolean {
  return epoch % stride === 0 || epoch === lastEpoch;
}

function isPinned({ pinned }: KeptPlan, layerIndex: number): boolean {
  return pinned?.includes(layerIndex) ?? false;
}
