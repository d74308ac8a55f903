/** How loudly each kind of problem is said: settings `cnnslicer.problems.*`. */
import type { Finding } from './layerFindings.js';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** From this share of a layer's channels on, `automatic` warns. */
const MANY_SHARE = 0.25;

/** Null where nothing is to be shown; a value that is no setting counts as `automatic`. */
export function severityOf({ share }: Finding, setting: string): Severity | null {
  switch (setting) {
    case 'off':
      return null;
    case 'error':
    case 'warning':
    case 'information':
    case 'hint':
      return setting;
    default:
      return share >= MANY_SHARE ? 'warning' : 'information';
  }
}
