/** Signs in a script's text, good enough to order a list of candidates; nothing is decided on them alone. */
import { basename, extname } from 'node:path';
import { mentionsTfjs } from '../detect/tfjsLayers.js';

/** Calls something that trains: `fit`, `fitDataset`, `trainOnBatch`, or an optimizer's `minimize`. */
export function trainsModel(text: string): boolean {
  return (
    /\.\s*(?:fit|fitDataset|trainOnBatch|minimize)\s*\(/.test(text) && (mentionsTfjs(text) || importsSomething(text))
  );
}

function importsSomething(text: string): boolean {
  return /\b(?:require\s*\(|import\b)/.test(text);
}

/** Whether the text imports a module with the base name of `file`, with or without its extension. */
export function importsModule(text: string, file: string): boolean {
  const name = basename(file, extname(file)).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`['"\`](?:[^'"\`]*/)?${name}(?:\\.[cm]?[jt]sx?)?['"\`]`).test(text);
}
