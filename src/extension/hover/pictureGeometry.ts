/** What the hover's picture shows, and where in it: rows of classes, columns of channels by their mean. */

export interface PictureData {
  /** Labels of the rows, from the top. */
  readonly rows: readonly string[];
  /** bits[row][channel]; null where there is no value. */
  readonly bits: readonly (readonly (number | null)[])[];
  /** Mean over all inputs by channel: the order of the columns, from the largest. */
  readonly channelMeans: readonly (number | null)[];
  /** Channels that are dead at this epoch. */
  readonly dead: readonly number[];
  /** The whole vector of units is the one column. */
  readonly ofUnits: boolean;
  readonly epochs: readonly { readonly epoch: number; readonly bits: number | null }[];
}

export const WIDTH = 470;
export const TOP = 16;
/** VS Code gives a hover 250 pixels of height: title, caption and links take the other 100. */
const ROWS_HEIGHT = 100;
/** More columns than this could not be told apart at 460 pixels. */
const COLUMN_LIMIT = 128;
const ROW_LIMIT = 40;

export interface Geometry {
  readonly left: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Channel of each live column. */
  readonly columns: readonly number[];
  readonly deadCount: number;
  readonly rowCount: number;
  readonly maximum: number;
}

export function geometryOf(data: PictureData): Geometry {
  const dead = new Set(data.dead);
  const live = [...data.channelMeans.keys()]
    .filter((channel) => !dead.has(channel) || data.ofUnits)
    .sort((a, b) => (data.channelMeans[b] ?? -1) - (data.channelMeans[a] ?? -1) || a - b);
  const columns = evenly(live, COLUMN_LIMIT);
  const rowCount = Math.min(data.rows.length, ROW_LIMIT);
  const longest = Math.max(1, ...data.rows.slice(0, rowCount).map((label) => Math.min(label.length, 10)));
  const left = 24 + longest * 6.2;
  const deadCount = data.ofUnits ? 0 : dead.size;
  const room = WIDTH - left - (deadCount > 0 ? 40 : 4);
  return {
    left,
    cellWidth: Math.min(data.ofUnits ? 120 : 26, room / Math.max(1, columns.length)),
    cellHeight: Math.max(
      2.5,
      Math.min(data.ofUnits ? 10 : 14, (data.ofUnits ? 90 : ROWS_HEIGHT) / Math.max(1, rowCount)),
    ),
    columns,
    deadCount,
    rowCount,
    maximum: Math.max(0, ...data.bits.flat().filter(isValue)),
  };
}

/** At most `limit` items, evenly spaced, both ends included. */
function evenly(items: readonly number[], limit: number): number[] {
  if (items.length <= limit) return [...items];
  return Array.from({ length: limit }, (_, at) => items[Math.round((at * (items.length - 1)) / (limit - 1))] as number);
}

/** No entropy of a histogram is negative or above the logarithm of its bins; a recording that says so is damaged. */
const HIGHEST_BITS = 64;

export function isValue(value: number | null | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value <= HIGHEST_BITS;
}
