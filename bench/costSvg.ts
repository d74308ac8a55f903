/** Curves of time on logarithmic axes, panels beside each other, as SVG that reads on light and dark ground. */
export interface Curve {
  readonly name: string;
  /** (x, milliseconds), ascending. */
  readonly points: readonly (readonly [x: number, ms: number])[];
}

export interface Panel {
  readonly title: string;
  /** What the horizontal axis counts. */
  readonly of: string;
  readonly curves: readonly Curve[];
  /** Exponents whose slope is drawn for comparison. */
  readonly slopes: readonly number[];
}

const [WIDTH, HEIGHT] = [440, 340];
const MARGIN = { left: 62, right: 26, top: 40, bottom: 46 };
/** Where on a slope its name stands, from its beginning to its end. */
const NAME_PLACE = 0.86;
const COLOURS = ['#3b82c4', '#d9772b', '#3a9a5b', '#a05fc0'];

export function costSvg(panels: readonly Panel[]): string {
  const all = panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points.map(([, ms]) => ms)));
  const range = decades(all);
  const names = panels[0].curves.map(({ name }) => name);
  const body = panels.map((panel, i) => `<g transform="translate(${i * WIDTH} 0)">${panelMarks(panel, range)}</g>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panels.length * WIDTH} ${HEIGHT + 36}" font-family="sans-serif" font-size="12">`,
    '<style>text{fill:#57606a}.grid{stroke:#8886;stroke-width:.5}.slope{stroke:#888;stroke-dasharray:3 3;fill:none}',
    '@media (prefers-color-scheme: dark){text{fill:#a5adb5}}</style>',
    ...body,
    legend(names, panels.length * WIDTH),
    '</svg>',
    '',
  ].join('\n');
}

type Range = readonly [least: number, most: number];

/** Powers of ten around the values, as exponents. */
function decades(values: readonly number[]): Range {
  return [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
}

function panelMarks({ title, of, curves, slopes }: Panel, [least, most]: Range): string {
  const xs = [...new Set(curves.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const [first, last] = [Math.log(xs[0]), Math.log(xs.at(-1)!)];
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const x = (value: number): number => MARGIN.left + ((Math.log(value) - first) / (last - first)) * inner.width;
  const y = (ms: number): number => MARGIN.top + ((most - Math.log10(ms)) / (most - least)) * inner.height;
  const bottom = MARGIN.top + inner.height;
  const marks = [`<text x="${MARGIN.left}" y="22" font-weight="600">${title}</text>`];
  for (let power = least; power <= most; power++) {
    const at = y(10 ** power).toFixed(1);
    marks.push(`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}"/>`);
    marks.push(`<text x="${MARGIN.left - 8}" y="${at}" dy=".35em" text-anchor="end">${timeText(10 ** power)}</text>`);
  }
  for (const value of xs) {
    const at = x(value).toFixed(1);
    marks.push(`<line class="grid" x1="${at}" x2="${at}" y1="${MARGIN.top}" y2="${bottom}"/>`);
    marks.push(`<text x="${at}" y="${bottom + 18}" text-anchor="middle">${value.toLocaleString('en')}</text>`);
  }
  for (const slope of slopes) marks.push(slopeMark(slope, xs, x, y, 10 ** least, of));
  curves.forEach(({ points }, i) => marks.push(curveMark(points, COLOURS[i], x, y)));
  return marks.join('\n');
}

/** From the lower left corner as far as the panel goes. */
function slopeMark(
  slope: number,
  xs: readonly number[],
  x: (value: number) => number,
  y: (ms: number) => number,
  from: number,
  of: string,
): string {
  const to = from * (xs.at(-1)! / xs[0]) ** slope;
  const name = slope === 1 ? `∝ ${of}` : `∝ ${of}${slope === 2 ? '²' : `^${slope}`}`;
  const end = x(xs.at(-1)!);
  // Near the end, on the side that faces the other slope: the curves end beyond both.
  const along = (from: number, to: number): number => from + NAME_PLACE * (to - from);
  const aside = slope === 1 ? -10 : 22;
  const place = `x="${along(x(xs[0]), end).toFixed(1)}" y="${(along(y(from), y(to)) + aside).toFixed(1)}"`;
  return (
    `<path class="slope" d="M${x(xs[0]).toFixed(1)} ${y(from).toFixed(1)}L${end.toFixed(1)} ${y(to).toFixed(1)}"/>` +
    `<text ${place} text-anchor="middle" font-size="11">${name}</text>`
  );
}

function curveMark(
  points: Curve['points'],
  colour: string,
  x: (value: number) => number,
  y: (ms: number) => number,
): string {
  const places = points.map(([value, ms]) => `${x(value).toFixed(1)} ${y(ms).toFixed(1)}`);
  const dots = places.map((place) => {
    const [cx, cy] = place.split(' ');
    return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
  });
  return `<path d="M${places.join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}`;
}

function legend(names: readonly string[], width: number): string {
  const step = (width - MARGIN.left - MARGIN.right) / names.length;
  const items = names.map((name, i) => {
    const at = MARGIN.left + i * step;
    return `<rect x="${at.toFixed(0)}" y="${HEIGHT + 6}" width="16" height="4" fill="${COLOURS[i]}"/><text x="${(at + 22).toFixed(0)}" y="${HEIGHT + 12}">${name}</text>`;
  });
  return items.join('\n');
}

function timeText(ms: number): string {
  if (ms >= 1000) return `${ms / 1000} s`;
  return ms >= 1 ? `${ms} ms` : `${ms * 1000} µs`;
}
