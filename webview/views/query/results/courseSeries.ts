/** Lines of a measure that describes its courses, one a layer. */
import type { CoursePoint } from '../../../../src/protocol/measures/descriptor.js';
import type { Layer } from '../../../../src/protocol/run.js';
import type { LineSeries } from '../../../marks/lineChart.js';
import { layerLabel } from '../../../text/layerLabel.js';

export function courseSeries(points: readonly CoursePoint[], layers: readonly Layer[]): LineSeries[] {
  const shown = layersOf(points, layers);
  return shown.map((layer) => ({
    id: `layer ${layer.index}`,
    label: layerLabel(layer),
    tone: shown.length === 1 ? 'accent' : 'plain',
    layer: layer.index,
    points: points
      .filter((point) => point.layer === layer.index)
      .map(({ epoch, value, halfWidth }) => {
        const [low, high] =
          value === null || halfWidth === null ? [null, null] : [value - halfWidth, value + halfWidth];
        return { epoch, value, low, high };
      }),
  }));
}

export function layersOf(points: readonly CoursePoint[], layers: readonly Layer[]): Layer[] {
  return [...new Set(points.map(({ layer }) => layer))].map((index) => layers[index]);
}
