/** Somebody waits. Apart from the form controls, so that the frame of the page needs no toolkit. */
import type { VNode } from 'preact';

/** Our own, turned by the compositor: the toolkit's draws the page anew in every frame in which somebody waits. */
export function ProgressRing(): VNode {
  return <span class="progress-ring" aria-hidden="true" />;
}
