/** Signs in a script's text, good enough to order a list of candidates; nothing is decided on them alone. */
import { basename, extname } from 'node:path';
import { mentionsTfjs } from '../../frameworks/tfjs/moduleNames.js';

export function isPythonFile(file: string): boolean {
  return /\.pyw?$/i.test(file);
}

/** Whether a file calls something that trains: `fit` or a step of an optimizer. */
export function trainsModel(text: string, file: string): boolean {
  return isPythonFile(file) ? trainsInPython(text) : trainsInScript(text);
}

const PYTHON_FRAMEWORKS =
  /^\s*(?:from|import)\s+[^\n#]*\b(?:torch|keras|tensorflow|tf_keras|lightning|pytorch_lightning|transformers|accelerate|ignite|fastai|timm)\b/m;

/** `fit`, `backward`, the step of an optimizer, `train_on_batch`, or a trainer of Hugging Face or ignite. */
function trainsInPython(text: string): boolean {
  const trains =
    /\.\s*(?:fit|fit_generator|fit_one_cycle|fine_tune|train_on_batch|backward|apply_gradients)\s*\(|\bopt\w*\s*\.\s*(?:step|minimize)\s*\(|\b\w*Trainer\s*\(/;
  return PYTHON_FRAMEWORKS.test(text) && trains.test(text.replace(/^\s*#.*$/gm, ''));
}

/** `fit`, `fitDataset`, `trainOnBatch`, or an optimizer's `minimize`. */
function trainsInScript(text: string): boolean {
  return (
    /\.\s*(?:fit|fitDataset|trainOnBatch|minimize)\s*\(/.test(text) && (mentionsTfjs(text) || importsSomething(text))
  );
}

/** Exports something, and uses TensorFlow.js: what it exports may be a model. Files of Python are only run. */
export function exportsModel(text: string, file: string): boolean {
  if (isPythonFile(file)) return false;
  return /\bmodule\s*\.\s*exports\b|\bexports\s*\.\s*\w+\s*=|^\s*export\s/m.test(text) && mentionsTfjs(text);
}

function importsSomething(text: string): boolean {
  return /\b(?:require\s*\(|import\b)/.test(text);
}

/** Whether the text imports a module with the base name of `file`, with or without its extension. */
export function importsModule(text: string, file: string): boolean {
  if (isPythonFile(file)) return importsPythonModule(text, basename(file, extname(file)));
  const name = basename(file, extname(file)).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`['"\`](?:[^'"\`]*/)?${name}(?:\\.[cm]?[jt]sx?)?['"\`]`).test(text);
}

/** `import net`, `from models.net import Net`, `from . import net`. */
function importsPythonModule(text: string, name: string): boolean {
  const module = `(?:[\\w.]*\\.)?${name.replace(/\W/g, '\\$&')}\\b`;
  return new RegExp(
    `^\\s*(?:import\\s+${module}|from\\s+${module}|from\\s+[\\w.]+\\s+import\\b.*\\b${name}\\b)`,
    'm',
  ).test(text);
}
