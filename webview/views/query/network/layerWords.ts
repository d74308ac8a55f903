/** A layer in the words of the table: "conv 3×3, relu", "28×28×8". */
import type { Layer } from '../../../../src/protocol/run.js';

export function kindWords(layer: Layer): string {
  const activation = layer.activation && layer.activation !== 'linear' ? `, ${layer.activation}` : '';
  return `${baseWords(layer)}${layer.kind === 'activation' ? '' : activation}`;
}

function baseWords(layer: Layer): string {
  const name = layer.className.toLowerCase();
  switch (layer.kind) {
    case 'input':
      return 'input';
    case 'conv':
      return `${convWords(name)} ${sizeOf(layer.config['kernelSize'])}`.trim();
    case 'pool':
      return `${name.startsWith('global') ? 'global ' : ''}${name.includes('average') ? 'average' : 'max'} pool ${sizeOf(layer.config['poolSize'])}`.trim();
    case 'normalization':
      return name.includes('batch') ? 'batch norm' : 'layer norm';
    case 'activation':
      return layer.activation ?? name;
    case 'dropout':
      return `dropout ${numberOf(layer.config['rate'])}`.trim();
    default:
      return name;
  }
}

function convWords(className: string): string {
  if (className.includes('depthwise')) return 'depthwise conv';
  if (className.includes('separable')) return 'separable conv';
  return className.includes('transpose') ? 'transposed conv' : 'conv';
}

function sizeOf(value: Layer['config'][string] | undefined): string {
  if (Array.isArray(value)) return value.join('×');
  return typeof value === 'number' ? `${value}×${value}` : '';
}

function numberOf(value: Layer['config'][string] | undefined): string {
  return typeof value === 'number' ? String(value) : '';
}

/** y×x×c, or the number of units. */
export function shapeWords(layer: Layer): string {
  return layer.mapShape.length === 0 ? String(layer.channelCount) : [...layer.mapShape, layer.channelCount].join('×');
}

/** "16 ch", "64 units". */
export function channelWords(layer: Layer): string {
  const unit = layer.mapShape.length > 0 ? 'ch' : layer.channelCount === 1 ? 'unit' : 'units';
  return `${layer.channelCount.toLocaleString('en')} ${unit}`;
}

/** "train.ts:14" */
export function sourceWords(layer: Layer): string | null {
  return layer.source ? `${layer.source.file.split('/').at(-1)}:${layer.source.line}` : null;
}
