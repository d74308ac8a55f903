/** Inputs and targets come as a tensor, several, or several by name; what is made of them has the same form. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorArgument } from '../hooks/watchFit.js';

export function mapTensors(given: TensorArgument, make: (tensor: Tensor, index: number) => Tensor): TensorArgument {
  if (Array.isArray(given)) return (given as readonly Tensor[]).map(make);
  if ('dataSync' in given) return make(given as Tensor, 0);
  const entries = Object.entries(given as Readonly<Record<string, Tensor>>);
  return Object.fromEntries(entries.map(([name, tensor], index) => [name, make(tensor, index)]));
}

/** In the order in which `mapTensors` comes to them. */
export function listTensors(given: TensorArgument): Tensor[] {
  const found: Tensor[] = [];
  mapTensors(given, (tensor) => {
    found.push(tensor);
    return tensor;
  });
  return found;
}
