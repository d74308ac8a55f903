/** A small chart of lines as SVG that reads on light and dark ground; every point is marked. */

export interface LineChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly {
    readonly name: string;
    readonly dashed?: boolean;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

const [WIDTH, HEIGHT] = [480, 280];
const MARGIN = { left: 56, right: 160, top: 34, bottom: 44 };
const COLOURS = ['#3b82c4', '#d9772b', '#3a9a5b', '#a05fc0', '#c04f6a', '#7a8b3a', '#4aa5a0', '#888'];

export function lineChartSvg({ title, x, y, lines }: LineChart): string {
  const points = lines.flatMap((line) => line.points);
  const across = axis(
    points.map(([value]) => value),
    [MARGIN.left, WIDTH - MARGIN.right],
  );
  const down = axis(
    points.map(([, value]) => value),
    [HEIGHT - MARGIN.bottom, MARGIN.top],
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    '<style>text{fill:#57606a}.grid{stroke:#8886;stroke-width:.5}',
    '@media (prefers-color-scheme: dark){text{fill:#a5adb5}}</style>',
    `<text x="${MARGIN.left}" y="18" font-weight="600">${escaped(title)}</text>`,
    ...across.ticks.map(({ at, text }) => `<text x="${at}" y="${HEIGHT - 26}" text-anchor="middle">${text}</text>`),
    ...down.ticks.map(
      ({ at, text }) =>
        `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at}" y2="${at}"/>` +
        `<text x="${MARGIN.left - 6}" y="${at + 4}" text-anchor="end">${text}</text>`,
    ),
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escaped(x)}</text>`,
    `<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escaped(y)}</text>`,
    ...lines.map((line, i) => lineMarks(line, COLOURS[i % COLOURS.length], i, across.place, down.place)),
    '</svg>',
    '',
  ].join('\n');
}

function lineMarks(
  { name, dashed, points }: LineChart['lines'][number],
  colour: string,
  index: number,
  across: (value: number) => number,
  down: (value: number) => number,
): string {
  const places = points.map(([x, y]) => [across(x).toFixed(1), down(y).toFixed(1)]);
  const dash = dashed ? ' stroke-dasharray="4 3"' : '';
  const legend = MARGIN.top + 6 + 18 * index;
  const right = WIDTH - MARGIN.right + 10;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="1.6"${dash} points="${places.map((place) => place.join()).join(' ')}"/>`,
    ...places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="2.4" fill="${colour}"/>`),
    `<line x1="${right}" x2="${right + 16}" y1="${legend}" y2="${legend}" stroke="${colour}" stroke-width="1.6"${dash}/>`,
    `<text x="${right + 20}" y="${legend + 4}">${escaped(name)}</text>`,
  ].join('');
}

/** Round values within the range, four to eight, and where they lie. */
function axis(values: readonly number[], [from, to]: readonly [number, number]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = high > low ? high - low : 1;
  const rough = width / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([5, 2].find((factor) => factor * power <= rough) ?? 1);
  const place = (value: number): number => from + ((value - low) / width) * (to - from);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= low + width * 1.0001; tick += step)
    ticks.push({ at: Number(place(tick).toFixed(1)), text: String(Number(tick.toPrecision(6))) });
  return { place, ticks };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
