/** What the process's exit code says; documented in docs/command-line.md. */
import type { FailureKind } from '../protocol/failure.js';

export const EXIT_OK = 0;
/** A fault of ours: the message carries a stack. */
export const EXIT_BUG = 1;

const CODES: Record<FailureKind, number> = {
  'bad-input': 2,
  'not-found': 3,
  damaged: 4,
  environment: 5,
  script: 6,
  unsupported: 7,
  cancelled: 130,
};

export function exitCodeOf(kind: FailureKind): number {
  return CODES[kind];
}
