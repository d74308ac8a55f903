/** When the host loaded and activated the extension, by the marks that it sets itself. */
import { monotonicMicroseconds, type Span } from './turns.js';

interface Mark {
  readonly name: string;
  readonly startTime: number;
}

/** The spans of loading the bundle and of `activate`, on the clock of turns. */
export function activationSpans(extension: string): Span[] {
  const { MonacoPerformanceMarks } = globalThis as unknown as {
    MonacoPerformanceMarks: { getMarks(): readonly Mark[] };
  };
  const marks = MonacoPerformanceMarks.getMarks();
  const at = (name: string): number =>
    marks.find((one) => one.name === `code/extHost/${name}/${extension}`)?.startTime ?? NaN;
  const offset = monotonicMicroseconds() - 1000 * (performance.timeOrigin + performance.now());
  return ['LoadExtensionCode', 'ActivateExtension'].map((what) => ({
    from: 1000 * at(`will${what}`) + offset,
    to: 1000 * at(`did${what}`) + offset,
  }));
}
