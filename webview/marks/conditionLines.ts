/** One number for each layer under several conditions: layers along x in the network's order, a line a condition. */
import { scaleLinear, scalePoint } from 'd3';

export interface ConditionValue {
  readonly value: number | null;
  readonly halfWidth: number | null;
}

export interface ConditionLinesSpec {
  readonly width: number;
  readonly height: number;
  readonly labelWidth: number;
  /** By condition, then by layer. */
  readonly values: readonly (readonly ConditionValue[])[];
  /** By condition, then by layer: up to where a value may be chance; null where it has none. */
  readonly nulls: readonly (readonly (number | null)[])[];
  /** The largest possible value. */
  readonly ceiling: number | null;
}

export interface ConditionPoint {
  readonly layer: number;
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  /** Up to where it may be chance. */
  readonly nullY: number | null;
}

export interface ConditionLinesMarks {
  readonly plot: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly yTicks: readonly { readonly y: number; readonly text: string }[];
  readonly layerX: readonly number[];
  readonly ceilingY: number | null;
  readonly lines: readonly {
    readonly path: string;
    readonly points: readonly ConditionPoint[];
    readonly endY: number | null;
  }[];
}

/** Pixels between conditions of one layer: equal values lie beside each other, not on each other. */
const ASIDE = 7;
const PLOT = { left: 34, top: 20, bottom: 74 };

export function conditionLines(spec: ConditionLinesSpec): ConditionLinesMarks {
  const { width, height, labelWidth, values, nulls, ceiling } = spec;
  const layerCount = values[0]?.length ?? 0;
  const plot = {
    x: PLOT.left,
    y: PLOT.top,
    width: width - PLOT.left - labelWidth,
    height: height - PLOT.top - PLOT.bottom,
  };
  const most = Math.max(
    ceiling ?? 0,
    ...values.flat().map(({ value, halfWidth }) => (value ?? 0) + (halfWidth ?? 0)),
    ...nulls.flat().map((value) => value ?? 0),
    1e-9,
  );
  const lowest = Math.min(...values.flat().map(({ value }) => value ?? 0));
  // Estimates at nothing scatter about 0: the axis begins there all the same.
  const least = lowest < -0.05 * most ? lowest : 0;
  const yOf = scaleLinear([least, most], [plot.y + plot.height, plot.y]).nice(4);
  const xOf = scalePoint([...Array(layerCount).keys()], [plot.x, plot.x + plot.width]).padding(0.4);
  return {
    plot,
    yTicks: yOf.ticks(4).map((tick) => ({ y: yOf(tick), text: String(+tick.toFixed(2)) })),
    layerX: [...Array(layerCount).keys()].map((layer) => xOf(layer) ?? 0),
    ceilingY: ceiling === null ? null : yOf(ceiling),
    lines: values.map((line, condition) => {
      const aside = ASIDE * (condition - (values.length - 1) / 2);
      const points = line.flatMap(({ value, halfWidth }, layer): ConditionPoint[] => {
        if (value === null) return [];
        const half = halfWidth ?? 0;
        const floor = nulls[condition]?.[layer] ?? null;
        const nullY = floor === null ? null : yOf(floor);
        return [
          {
            layer,
            x: (xOf(layer) ?? 0) + aside,
            y: yOf(value),
            low: yOf(value - half),
            high: yOf(value + half),
            nullY,
          },
        ];
      });
      const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join('');
      return { path, points, endY: points.at(-1)?.y ?? null };
    }),
  };
}
