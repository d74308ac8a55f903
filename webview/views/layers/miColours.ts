/** The colours of distance MI in the theme that is on; brighter is smaller in all of them. */
import { useMemo } from 'preact/hooks';
import { colourSteps, type Rgb } from '../../marks/colourSteps.js';
import { LEVELS } from '../../marks/heatmapCells.js';
import { themeColour, themeVersion } from '../../theme/theme.js';

const STOPS = 8;

export function useMiColours(): readonly Rgb[] {
  const theme = themeVersion.value;
  return useMemo(
    () =>
      colourSteps(
        Array.from({ length: STOPS }, (_, i) => themeColour(`--c-mi-${i}`)),
        LEVELS,
      ),
    [theme],
  );
}
