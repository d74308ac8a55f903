/** Names for TensorFlow.js that comes from another file: what it is stands there, and here a convention says it. */
import type { Bindings } from './bindings.js';
import type { Declaration, Origin } from './declarations.js';
import { givenArguments } from './givenArguments.js';
import { importsTfjs } from '../../frameworks/tfjs/moduleNames.js';

/** `TensorFlowModule`, `typeof TF`, `TFJS`, `TfjsModule`. */
const TYPE = /^(?:typeof\s+)?(?:tensor_?flow|tf)(?:js)?(?:module|library|lib|namespace|api|type)?$/i;

/** Whether a type is TensorFlow.js by its name; `declared` is what declares that name here. */
export function isTypeElsewhere(type: string, declared: Declaration | undefined): boolean {
  if (!TYPE.test(type)) return false;
  // The type of a value is what that value is; a name that a module exports may be a type.
  return declared ? !/^typeof\b/.test(type) && declared.origins.some(({ source }) => source.kind === 'module') : true;
}

/** Whether a name is a parameter `tf` that nothing here types or fills in, in a file that imports no TensorFlow.js. */
export function isHandedOver({ name, origins }: Declaration, bindings: Bindings): boolean {
  if (name !== 'tf' || importsTfjs(bindings.text)) return false;
  const isTyped = origins.some(
    ({ source }) => source.kind === 'type' && !/^:?\s*any$/.test(bindings.textOf(source.node)),
  );
  return !isTyped && origins.some((origin) => isOpenParameter(origin, bindings));
}

function isOpenParameter({ source, path }: Origin, bindings: Bindings): boolean {
  if (source.kind !== 'parameter' || path.some((step) => step !== 'tf')) return false;
  return givenArguments(source.function, source.index, bindings).length === 0;
}
