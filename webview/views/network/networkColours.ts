/** The network view's colours in the theme that is on, as text for canvases. */
import { useMemo } from 'preact/hooks';
import { colourSteps, rgbText } from '../../marks/colourSteps.js';
import { themeColour, themeVersion } from '../../theme/theme.js';

const SHARE_STEPS = 17;
const STOPS = 4;

export interface NetworkColours {
  readonly page: string;
  readonly card: string;
  readonly text: string;
  readonly quiet: string;
  readonly hairline: string;
  readonly focus: string;
  readonly positive: string;
  readonly negative: string;
  /** Of a share 0…1 of a channel's largest mean activation. */
  readonly shares: readonly string[];
  readonly font: string;
}

export function useNetworkColours(): NetworkColours {
  const theme = themeVersion.value;
  return useMemo(() => {
    const of = (name: string): string => rgbText(themeColour(name));
    const stops = Array.from({ length: STOPS }, (_, i) => themeColour(`--c-share-${i}`));
    return {
      page: of('--c-page'),
      card: of('--c-card'),
      text: of('--c-text'),
      quiet: of('--c-quiet'),
      hairline: of('--c-hairline'),
      focus: of('--c-focus'),
      positive: of('--c-positive'),
      negative: of('--c-negative'),
      shares: colourSteps(stops, SHARE_STEPS).map(rgbText),
      font: getComputedStyle(document.body).fontFamily,
    };
  }, [theme]);
}

/** Negative shares (of activations below zero) are drawn as their size. */
export function shareColour(colours: NetworkColours, share: number): string {
  const at = Math.round(Math.min(1, Math.abs(share)) * (SHARE_STEPS - 1));
  return colours.shares[at] ?? colours.card;
}
