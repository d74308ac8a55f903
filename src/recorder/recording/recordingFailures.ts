/** Why there is no recording, or no more of it, in three parts. */
import { Failure, type FailureParts } from '../../protocol/failure.js';

export function writerGone(): Failure {
  return new Failure({
    kind: 'environment',
    doing: 'starting the recording',
    wrong: 'the thread that writes it has ended',
    tryThis: 'Free memory and record again',
  });
}

export function partsOf(cause: unknown, doing: string): FailureParts {
  if (cause instanceof Failure) return cause.parts;
  const wrong = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'unsupported', doing, wrong, tryThis: 'Please report this error with the model' };
}
