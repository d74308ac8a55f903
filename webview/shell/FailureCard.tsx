/** A failure as a person reads it: what was being done, which value was wrong, what to try; what cannot be had here is none. */
import type { VNode } from 'preact';
import type { FailureParts } from '../../src/protocol/failure.js';
import { Button } from '../controls/controls.js';

export function FailureCard({ failure, onRetry }: { failure: FailureParts; onRetry?: () => void }): VNode {
  const isMissing = failure.kind === 'unsupported';
  return (
    <div class="failure" role={isMissing ? 'status' : 'alert'}>
      <div class="failure-doing">{isMissing ? `Not available, ${failure.doing}` : `Failed while ${failure.doing}`}</div>
      <div class="failure-wrong">{sentence(failure.wrong)}</div>
      <div class="failure-try">{sentence(failure.tryThis)}</div>
      {onRetry && !isMissing && (
        <Button secondary onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
