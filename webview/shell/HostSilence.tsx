/** Says that the extension host does not answer; above everything, as long as that is so. */
import type { ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';

export function HostSilence({ silent }: { silent: ReadonlySignal<boolean> }): VNode {
  return (
    <div class="host-silence-place" role="status" aria-live="polite">
      {silent.value && (
        <p class="host-silence">
          <b>The extension host is not responding.</b> The view stays as it is, but nothing new can be computed. If the
          host does not recover by itself, restart it or reload the window.
        </p>
      )}
    </div>
  );
}
