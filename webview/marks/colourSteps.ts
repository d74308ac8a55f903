/** Steps of a sequential colour scale, interpolated in OKLab (Ottosson 2020), so that equal steps look equal. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** `count` ≥ 2 colours from the first stop to the last, stops evenly spaced; bytes of sRGB. */
export function colourSteps(stops: readonly Rgb[], count: number): Rgb[] {
  const lab = stops.map(oklabOf);
  return Array.from({ length: count }, (_, i) => {
    const place = (i / (count - 1)) * (lab.length - 1);
    const from = Math.min(lab.length - 2, Math.floor(place));
    const share = place - from;
    return rgbOf(lab[from].map((value, axis) => value + share * (lab[from + 1][axis] - value)));
  });
}

export function rgbText([red, green, blue]: Rgb): string {
  return `rgb(${red},${green},${blue})`;
}

/** Whether black ink reads better on it than white: relative luminance of WCAG 2. */
export function isLight(colour: Rgb): boolean {
  const [red, green, blue] = colour.map(linearOf);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18;
}

function oklabOf(colour: Rgb): number[] {
  const [red, green, blue] = colour.map(linearOf);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function rgbOf([lightness, a, b]: readonly number[]): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    byteOf(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    byteOf(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    byteOf(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function linearOf(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function byteOf(linear: number): number {
  const value = Math.max(0, Math.min(1, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}
