/** A failure as a person reads it: what was being done, which value was wrong, what to try. */
import type { VNode } from 'preact';
import type { FailureParts } from '../../src/protocol/failure.js';
import { Button } from '../controls/controls.js';

export function FailureCard({ failure, onRetry }: { failure: FailureParts; onRetry?: () => void }): VNode {
  return (
    <div class="failure" role="alert">
      <div class="failure-doing">Failed while {failure.doing}</div>
      <div class="failure-wrong">{sentence(failure.wrong)}</div>
      <div class="failure-try">{sentence(failure.tryThis)}</div>
      {onRetry && (
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
