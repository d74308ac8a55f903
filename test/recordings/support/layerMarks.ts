/** Compares the lines that a recording names with the `// l…` comments in the scripts. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Layer } from '../../../src/protocol/run.js';

/** "Conv2D@1" for a layer whose line carries `// l1`; "@-" without a line, "@?" with one that has no mark. */
export function markedLayers(layers: readonly Layer[], folder: string): string {
  return layers.map((layer) => `${layer.className}@${markOf(layer, folder)}`).join(' ');
}

function markOf({ source }: Layer, folder: string): string {
  if (!source) return '-';
  return /\/\/ l(\d+)$/.exec(lineOf(source.file, source.line, folder))?.[1] ?? '?';
}

/** What stands at the column that a layer's span names: "conv2d", "new Scale", "loadLayersModel". */
export function wordAt({ source }: Layer, folder: string): string {
  if (!source) return '';
  return /^(new )?[\w$]+/.exec(lineOf(source.file, source.line, folder).slice(source.column - 1))?.[0] ?? '';
}

/** Whether such a word constructs layers of the class; TypeScript that was compiled names its own calls. */
export function constructs(word: string, className: string): boolean {
  if (word === 'loadLayersModel' || word === `new ${className}`) return true;
  const factory = word.toLowerCase();
  return factory === className.toLowerCase() || (className === 'InputLayer' && factory === 'input');
}

function lineOf(file: string, line: number, folder: string): string {
  return readFileSync(resolve(folder, file), 'utf8').split('\n')[line - 1] ?? '';
}
