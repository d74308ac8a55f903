/** Which views a layer's hover leads to, and what those links are called. */
import type { Localize } from '../localize.js';
import type { LayerView } from '../panel/layerQuery.js';

/** In the order of the panel's views; `hasMaps`: the layer has channels with maps, and some were kept. */
export function viewLinks(hasMaps: boolean, t: Localize): readonly (readonly [LayerView, string])[] {
  const maps = [['channels', t('Feature maps')]] as const;
  return [
    ['query', t('Show entropy')],
    ...(hasMaps ? maps : []),
    ['layers', t('Mutual information')],
    ['network', t('Network')],
    ['information', t('Information')],
  ];
}
