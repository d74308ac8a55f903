/** What the entropies are called wherever a person reads them; queries and JSON keep `inter` and `intra`. */
import type { Layer } from './run.js';

export const DIVERSITY = 'diversity';
export const MAP_ENTROPY = 'map entropy';
const UNIT_ENTROPY = 'unit entropy';

/** As `intra` is called for layers: those without maps have units; of both kinds together it is plain "entropy". */
export function intraName(layers: readonly Pick<Layer, 'mapShape'>[]): string {
  const names = new Set(layers.map(({ mapShape }) => (mapShape.length > 0 ? MAP_ENTROPY : UNIT_ENTROPY)));
  return names.size === 1 ? [...names].join('') : 'entropy';
}

/** Capitalised, with the formal name behind it, for titles and lists. */
export const DIVERSITY_IN_FULL = 'Diversity (inter-sample entropy)';
export const MAP_ENTROPY_IN_FULL = 'Map entropy (intra-sample entropy)';
