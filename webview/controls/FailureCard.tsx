/** A failure in its words, and a button to try again where that may help. */
import type { VNode } from 'preact';
import type { FailureParts } from '../../src/protocol/failure.js';
import { Button } from './controls.js';
import { FailureWords } from './FailureWords.js';

export function FailureCard({ failure, onRetry }: { failure: FailureParts; onRetry?: () => void }): VNode {
  return (
    <FailureWords failure={failure}>
      {onRetry && failure.kind !== 'unsupported' && (
        <Button secondary onClick={onRetry}>
          Try again
        </Button>
      )}
    </FailureWords>
  );
}
