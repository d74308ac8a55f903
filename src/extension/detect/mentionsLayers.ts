/** A test of the bare text, cheap enough for every keystroke: whether layers are looked for in it at all. */
import { mentionsPythonLayers } from '../../frameworks/python/pythonLayers.js';
import { mentionsTfjs } from '../../frameworks/tfjs/moduleNames.js';
import type { GrammarName } from './layerDefinition.js';

export function mentionsLayers(grammar: GrammarName, text: string): boolean {
  return grammar === 'python' ? mentionsPythonLayers(text) : mentionsTfjs(text);
}
