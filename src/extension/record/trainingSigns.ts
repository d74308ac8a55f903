/** Signs in a script's text, good enough to order a list of candidates; nothing is decided on them alone. */
import { basename, extname } from 'node:path';
import { mentionsTfjs } from '../../frameworks/tfjs/moduleNames.js';

/** Calls something that trains: `fit`, `fitDataset`, `trainOnBatch`, or an optimizer's `minimize`. */
export function trainsModel(text: string): boolean {
  return (
    /\.\s*(?:fit|fitDataset|trainOnBatch|minimize)\s*\(/.test(text) && (mentionsTfjs(text) || importsSomething(text))
  );
}

/** Exports something, and uses TensorFlow.js: what it exports may be a model. */
export function exportsModel(text: string): boolean {
  return /\bmodule\s*\.\s*exports\b|\bexports\s*\.\s*\w+\s*=|^\s*export\s/m.test(text) && mentionsTfjs(text);
}

function importsSomething(text: string): boolean {
  return /\b(?:require\s*\(|import\b)/.test(text);
}

/** Whether the text imports a module with the base name of `file`, with or without its extension. */
export function importsModule(text: string, file: string): boolean {
  const name = basename(file, extname(file)).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`['"\`](?:[^'"\`]*/)?${name}(?:\\.[cm]?[jt]sx?)?['"\`]`).test(text);
}
