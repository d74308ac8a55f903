/** Says that the extension host does not answer; above everything, as long as that is so. */
import type { ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';

export function HostSilence({ silent }: { silent: ReadonlySignal<boolean> }): VNode {
  return (
    <div class="host-silence-place" role="status" aria-live="polite">
      {silent.value && (
        <p class="host-silence">
          <b>The extension host does not answer.</b> What is shown stays as it is; nothing new is computed until the
          host is back. If it does not come back by itself, restart it where the editor offers that, or reload the
          window.
        </p>
      )}
    </div>
  );
}
