/** Residual networks: a stem, blocks of three convolutions in four stages, an output. */
import { exampleLayers } from './exampleRun.js';

/** 54 layers with weights, 72 in all. */
export const FIFTY_LAYERS = residualLayers([3, 4, 6, 3]);

/** `blocks`: how many each stage has. */
export function residualLayers(blocks: readonly number[]): ReturnType<typeof exampleLayers> {
  return exampleLayers(partsOf(blocks));
}

function partsOf(counts: readonly number[]): Parameters<typeof exampleLayers>[0] {
  const parts: {
    name: string;
    className: string;
    kind: 'input' | 'conv' | 'merge' | 'pool' | 'dense';
    shape: number[];
    inputs?: number[];
  }[] = [
    { name: 'input', className: 'InputLayer', kind: 'input', shape: [32, 32, 1] },
    { name: 'stem_conv', className: 'Conv2D', kind: 'conv', shape: [32, 32, 8] },
  ];
  counts.forEach((blocks, stage) => {
    const side = 32 / 2 ** stage;
    for (let block = 1; block <= blocks; block++) {
      const name = `stage${stage + 2}_block${block}`;
      const fork = parts.length - 1;
      for (let conv = 1; conv <= 3; conv++)
        parts.push({
          ...{ name: `${name}_conv${conv}`, className: 'Conv2D', kind: 'conv', shape: [side, side, 8 + 4 * stage] },
          ...(conv === 1 ? { inputs: [fork] } : {}),
        });
      const shape = [side, side, 8 + 4 * stage];
      const last = parts.length - 1;
      if (block > 1) parts.push({ name: `${name}_add`, className: 'Add', kind: 'merge', shape, inputs: [last, fork] });
      else {
        parts.push({ name: `${name}_shortcut`, className: 'Conv2D', kind: 'conv', shape, inputs: [fork] });
        parts.push({ name: `${name}_add`, className: 'Add', kind: 'merge', shape, inputs: [last, last + 1] });
      }
    }
  });
  return [
    ...parts,
    { name: 'pool', className: 'GlobalAveragePooling2D', kind: 'pool', shape: [20] },
    { name: 'classes', className: 'Dense', kind: 'dense', shape: [10] },
  ];
}
