/** What the modules and functions of PyTorch do with the channels of their input. */
import type { Layer } from '../../protocol/run.js';
import type { ChannelRule } from '../tfjs/channelRules.js';
import { canonicalFunction } from './operations.js';

const PASSING = new Set<Layer['kind']>(['pool', 'activation', 'dropout']);
const PASSING_CLASSES =
  /^(?:(?:BatchNorm|InstanceNorm)\dd|SyncBatchNorm|Identity|Upsample|Upsampling\w+|\w+Pad\dd|interpolate|upsample|pad|batch_norm|instance_norm|contiguous|clone)$/;

/** `input` is what feeds it. */
export function torchChannelRule(layer: Layer, input: Layer | undefined): ChannelRule {
  const className = layer.derivedFrom ?? layer.className;
  const { kind, config } = layer;
  if (/^Conv(?:Transpose)?\dd$/.test(className)) return (config['groups'] ?? 1) === 1 ? 'mixes' : 'unknown';
  // The last axis is what it mixes.
  if (className === 'Linear') return input && input.mapShape.length > 0 ? 'unknown' : 'mixes';
  const isKept = input?.channelCount === layer.channelCount;
  if (PASSING_CLASSES.test(className) || PASSING.has(kind)) return isKept ? 'passes' : 'unknown';
  if (className === 'Flatten' || canonicalFunction(className) === 'flatten' || isTorchView(layer))
    return layer.mapShape.length === 0 ? 'multiplies' : 'unknown';
  if (canonicalFunction(className) === 'cat') return 'concatenates';
  return kind === 'merge' ? 'merges' : 'unknown';
}

/** A function that is given the new shape. */
export function isTorchView({ className }: Layer): boolean {
  return /^(?:view|reshape)$/.test(canonicalFunction(className));
}
