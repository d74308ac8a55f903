/** Which definitions have something said at their line. */
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { LayerMatch } from './matchLayers.js';

/**
 * The entropy of an input never changes. What may be a layer is one where a run recorded it; functions that only
 * arrange the values of their input (`flatten`, `view`) say nothing that the line before does not.
 */
export function isShown({ kind, isTentative, fedBy }: LayerDefinition, match: LayerMatch | undefined): boolean {
  if (kind === 'input') return false;
  return isTentative !== true || (match?.state === 'current' && !(fedBy && kind === 'reshape'));
}
