/** Ctrl+Z and Ctrl+Shift+Z (on a Mac with Cmd) for what a view lets a person take back. */
import { useEffect } from 'preact/hooks';

export interface Steps {
  undo(): void;
  redo(): void;
}

/** Fields take back what was typed into them by themselves. */
export function useUndoKeys(steps: Steps): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z' || isTypedInto(event)) return;
      event.preventDefault();
      if (event.shiftKey) steps.redo();
      else steps.undo();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

function isTypedInto(event: Event): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === 'text');
}
