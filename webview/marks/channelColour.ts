/**
 * A channel's own pastel: golden-angle hue and small chroma in OKLCH (Ottosson 2020), so that neighbours
 * differ and no channel looks more important than another. Hues repeat nowhere, but only nearness in place
 * and number tells channels apart.
 */

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const CHROMA = 0.06;

/** "#rrggbb". */
export function channelColour(channel: number, dark: boolean): string {
  const hue = channel * GOLDEN_ANGLE;
  const steps = dark ? [0.5, 0.58, 0.66] : [0.88, 0.8, 0.72];
  return hexOfOklab(steps[channel % steps.length], CHROMA * Math.cos(hue), CHROMA * Math.sin(hue));
}

function hexOfOklab(lightness: number, a: number, b: number): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${linear.map((value) => byteOf(value).toString(16).padStart(2, '0')).join('')}`;
}

function byteOf(linear: number): number {
  const value = Math.max(0, Math.min(1, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}
