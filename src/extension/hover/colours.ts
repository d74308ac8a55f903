/** Colours of the small pictures, for the kind of theme that is active; scales are interpolated in OKLab. */

export type ThemeKind = 'light' | 'dark' | 'contrast-dark' | 'contrast-light';

export interface PictureTheme {
  readonly foreground: string;
  readonly secondary: string;
  readonly line: string;
  /** Entropy from 0 upwards: away from the background. */
  readonly scale: readonly [low: string, middle: string, high: string];
  /** A border around every cell, where fills alone are not enough. */
  readonly cellBorder: string | null;
}

const LIGHT: PictureTheme = {
  foreground: '#3b3b3b',
  secondary: '#6b6b6b',
  line: '#005fb8',
  scale: ['#eef4fa', '#5b9bd0', '#08306b'],
  cellBorder: null,
};
const DARK: PictureTheme = {
  foreground: '#cccccc',
  secondary: '#9d9d9d',
  line: '#4daafc',
  scale: ['#22303f', '#3478b8', '#cfe4ff'],
  cellBorder: null,
};

export const PICTURE_THEMES: Readonly<Record<ThemeKind, PictureTheme>> = {
  light: LIGHT,
  dark: DARK,
  'contrast-light': { ...LIGHT, foreground: '#000000', secondary: '#292929', line: '#0f4a85', cellBorder: '#0f4a85' },
  'contrast-dark': {
    ...DARK,
    foreground: '#ffffff',
    secondary: '#ffffff',
    line: '#6fc3df',
    scale: ['#000000', '#3478b8', '#e6f2ff'],
    cellBorder: '#6fc3df',
  },
};

/** The colour at `share` (0…1) of a scale of three, as `#rrggbb`. */
export function colourAt(scale: PictureTheme['scale'], share: number): string {
  const at = Math.min(1, Math.max(0, share)) * 2;
  const [from, to] = at < 1 ? [scale[0], scale[1]] : [scale[1], scale[2]];
  const part = at < 1 ? at : at - 1;
  const [a, b] = [toOklab(from), toOklab(to)];
  return fromOklab(a.map((value, index) => value + ((b[index] ?? 0) - value) * part));
}

/** Ottosson 2020, "A perceptual color space for image processing". */
function toOklab(hex: string): number[] {
  const [r, g, b] = [1, 3, 5].map((at) => linear(parseInt(hex.slice(at, at + 2), 16) / 255)) as [
    number,
    number,
    number,
  ];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness = 0, a = 0, b = 0]: number[]): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${channels.map((value) => byteHex(gamma(Math.min(1, Math.max(0, value))))).join('')}`;
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function gamma(value: number): number {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

function byteHex(value: number): string {
  return Math.round(value * 255)
    .toString(16)
    .padStart(2, '0');
}
