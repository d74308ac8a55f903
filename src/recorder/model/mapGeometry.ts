/** Which axis of a layer's output counts channels and which are space. */

export type DataFormat = 'channelsLast' | 'channelsFirst';

export interface MapGeometry {
  /** Channels of a spatial layer; units of a layer without maps. */
  readonly channelCount: number;
  /** Shape of one channel's map, [x], [y, x] or [z, y, x]; empty for layers of units. */
  readonly mapShape: readonly number[];
}

/** `shape` is the output of one sample, without the batch axis. */
export function mapGeometry(shape: readonly number[], format: DataFormat): MapGeometry {
  if (shape.length <= 1) return { channelCount: shape[0] ?? 1, mapShape: [] };
  const space = format === 'channelsFirst' ? shape.slice(1) : shape.slice(0, -1);
  const channelCount = (format === 'channelsFirst' ? shape[0] : shape[shape.length - 1]) ?? 1;
  return { channelCount, mapShape: atMostThree(space) };
}

/** Maps of four and more axes keep their last two; the others become one. */
function atMostThree(space: readonly number[]): number[] {
  if (space.length <= 3) return [...space];
  return [product(space.slice(0, -2)), ...space.slice(-2)];
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
