/** Reads V8's structured stack: which line of the user's own code called. */
import { fileURLToPath } from 'node:url';

/** A place in the code that ran (not yet in the source it was made from); one-based. */
export interface RawPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Deep enough for factories inside helpers inside constructors; tfjs itself takes up to nine frames. */
const FRAMES = 60;

/**
 * The first frame of the user's, without Node's, packages' and `isOurs` frames; null when there is none.
 * Leading constructor frames whose class is in `skipConstructors` are passed over: `super()` inside a layer
 * class is not where the layer is made.
 */
export function userCallSite(
  isOurs: (file: string) => boolean,
  skipConstructors: readonly string[],
): RawPosition | null {
  const frames = captureFrames().filter((frame) => isUserFile(fileOf(frame), isOurs));
  const first = frames.findIndex(
    (frame) => !(frame.isConstructor() && skipConstructors.includes(frame.getFunctionName() ?? '')),
  );
  const frame = frames[first];
  if (!frame) return null;
  return { file: fileOf(frame), line: frame.getLineNumber() ?? 1, column: frame.getColumnNumber() ?? 1 };
}

function captureFrames(): readonly NodeJS.CallSite[] {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = FRAMES;
    Error.prepareStackTrace = (_, sites) => sites;
    Error.captureStackTrace(holder, captureFrames);
    // prepareStackTrace above decides what `stack` is; it must be read while that stands.
    return Array.isArray(holder.stack) ? (holder.stack as NodeJS.CallSite[]) : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function fileOf(frame: NodeJS.CallSite): string {
  const name = frame.getFileName() ?? '';
  if (!name.startsWith('file:')) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return '';
  }
}

function isUserFile(file: string, isOurs: (file: string) => boolean): boolean {
  if (file === '' || file.startsWith('node:') || /[\\/]node_modules[\\/]/.test(file)) return false;
  return !isOurs(file);
}
