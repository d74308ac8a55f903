/** Reads V8's structured stack: which line of the user's own code called. */
import { fileURLToPath } from 'node:url';

/** A place in the code that ran (not yet in the source it was made from); one-based. */
export interface RawPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface UserFrame extends RawPosition {
  /** In the constructor of the layer's own class: `super()` there is not where the layer is made. */
  readonly constructs: boolean;
}

/** The user's frames, innermost first. Which of them a person wrote is known by the source map alone. */
export type CallSite = readonly UserFrame[];

/** Deep enough for factories inside helpers inside constructors; tfjs itself takes up to nine frames. */
const FRAMES = 60;

/** A compiler's own helpers and the constructors of a class hierarchy lie between a layer and the line that makes it. */
const KEPT = 12;

/**
 * The frames of the user's, without Node's, packages' and `isOurs` frames; empty when there is none.
 * `constructors`: names of the classes of the layer that is being made.
 */
export function userCallSite(isOurs: (file: string) => boolean, constructors: readonly string[]): CallSite {
  const frames = captureFrames().filter((frame) => isUserFile(fileOf(frame), isOurs));
  return frames.slice(0, KEPT).map((frame) => ({
    file: fileOf(frame),
    line: frame.getLineNumber() ?? 1,
    column: frame.getColumnNumber() ?? 1,
    constructs: frame.isConstructor() && constructors.includes(frame.getFunctionName() ?? ''),
  }));
}

/** The innermost frame outside the constructors of the layer's own class; null where there is none. */
export function callerIn<Frame extends UserFrame>(site: readonly Frame[]): Frame | null {
  return site[site.findIndex(({ constructs }) => !constructs)] ?? null;
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
