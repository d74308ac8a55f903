/** A failure as a person reads it: what was being done, which value was wrong, what to try; what cannot be had here is none. */
import type { ComponentChildren, VNode } from 'preact';
import type { FailureParts } from '../../src/protocol/failure.js';

export function FailureWords({ failure, children }: { failure: FailureParts; children?: ComponentChildren }): VNode {
  const isMissing = failure.kind === 'unsupported';
  return (
    <div class="failure" role={isMissing ? 'status' : 'alert'}>
      <div class="failure-doing">{isMissing ? `Not available: ${failure.doing}` : `Failed while ${failure.doing}`}</div>
      <div class="failure-wrong">{sentence(failure.wrong)}</div>
      <div class="failure-try">{sentence(failure.tryThis)}</div>
      {children}
    </div>
  );
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
