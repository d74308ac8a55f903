/** The values that arguments have which the text leaves out. */
import { defaultArguments, POOL_SIZE } from '../../frameworks/tfjs/layerArguments.js';
import type { LayerDefinition, LiteralValue } from '../detect/layerDefinition.js';

type Values = Readonly<Record<string, LiteralValue>>;
type Entries = readonly (readonly [key: string, value: LiteralValue])[];

/** A definition is held against every layer of its class that was recorded. */
const known = new WeakMap<LayerDefinition, Entries>();

/** Of the arguments that the text leaves out. */
export function leftOutDefaults(definition: LayerDefinition): Entries {
  const entries =
    known.get(definition) ?? Object.entries(defaultsOf(definition)).filter(([key]) => !isGiven(definition, key));
  known.set(definition, entries);
  return entries;
}

/** Whether the text gives an argument, with a value or computed. */
export function isGiven({ arguments: given, computedArguments }: LayerDefinition, key: string): boolean {
  return Object.hasOwn(given, key) || computedArguments.includes(key);
}

function defaultsOf({ className, kind, arguments: given, computedArguments }: LayerDefinition): Values {
  const { key, byDefault } = POOL_SIZE;
  const isKnown = kind === 'pool' && !computedArguments.includes(key);
  return { ...defaultArguments(className, kind), ...(isKnown ? { strides: given[key]?.value ?? byDefault } : {}) };
}
