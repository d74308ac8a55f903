/** Puts a link into the clipboard; where that is not allowed, the link itself stands in the notice. */
import type { Signal } from '@preact/signals';

export async function copyLink(link: string, notice: Signal<string | null>): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    notice.value = 'Link copied';
  } catch {
    notice.value = `Cannot write to the clipboard. The link is: ${link}`;
  }
}
