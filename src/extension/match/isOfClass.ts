/** Whether a definition constructs, or calls, what was recorded at a site. */
import { canonicalFunction } from '../../frameworks/python/operations.js';
import { canonicalClass } from '../../frameworks/python/pythonLayers.js';
import type { LayerDefinition } from '../detect/layerDefinition.js';
import type { ConstructionSite } from './constructionSites.js';

export function isOfClass(
  { framework, className, fedBy }: LayerDefinition,
  site: Pick<ConstructionSite, 'className' | 'derivedFrom'>,
): boolean {
  if (className === site.className) return true;
  if (framework === 'tfjs') return false;
  if (fedBy) return className === canonicalFunction(site.className);
  const canonical = canonicalClass(className);
  return [site.className, site.derivedFrom].some((name) => name !== null && canonicalClass(name) === canonical);
}
