/**
 * Failures that are shown to a person. Each has three parts: what was being done, which value was
 * wrong, what to try. Bugs are ordinary errors and keep their stack; they are never turned into this.
 */

/** What went wrong, by who can mend it. `cancelled` is an answer, not a fault. */
export type FailureKind =
  | 'bad-input' // a value that a person or their file gave
  | 'not-found' // a run, layer, file or module that is not there
  | 'damaged' // recorded data that is missing, torn or altered
  | 'unsupported' // valid, but not something this version does
  | 'environment' // disk, permissions, engine, memory
  | 'script' // the user's own training script failed
  | 'cancelled';

export interface FailureParts {
  readonly kind: FailureKind;
  /** What was being done: "reading the labels of probes.npy". */
  readonly doing: string;
  /** Which value was wrong, and how: "the header says 12 items, the file holds 9". */
  readonly wrong: string;
  /** What to try: "write the file again with numpy.save". */
  readonly tryThis: string;
}

export class Failure extends Error implements FailureParts {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly doing: string;
  readonly wrong: string;
  readonly tryThis: string;

  constructor(parts: FailureParts, options?: { cause?: unknown }) {
    super(`${parts.doing}: ${parts.wrong}. ${parts.tryThis}`, options);
    this.kind = parts.kind;
    this.doing = parts.doing;
    this.wrong = parts.wrong;
    this.tryThis = parts.tryThis;
  }

  get parts(): FailureParts {
    return { kind: this.kind, doing: this.doing, wrong: this.wrong, tryThis: this.tryThis };
  }
}

export function cancelled(doing: string): Failure {
  return new Failure({ kind: 'cancelled', doing, wrong: 'it was cancelled', tryThis: 'Try again.' });
}

/** Throws `cancelled` when the signal has fired: call it between blocks of work. */
export function throwIfCancelled(signal: AbortSignalLike | undefined, doing: string): void {
  if (signal?.aborted) throw cancelled(doing);
}

/** The part of AbortSignal that this folder may rely on (it has neither DOM nor Node types). */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
