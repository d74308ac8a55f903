/** One short line that goes by itself: where a source line is, why a file was not saved. */
import type { Signal } from '@preact/signals';
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';

const SHOWN_MILLISECONDS = 8000;

export function Toast({ notice }: { notice: Signal<string | null> }): VNode {
  const text = notice.value;
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => (notice.value = null), SHOWN_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text, notice]);
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {text !== null && (
        <div class="toast">
          <span>{text}</span>
          <button class="link" aria-label="Close" onClick={() => (notice.value = null)}>
            ✕
          </button>
        </div>
      )}
    </div>
  );
}
