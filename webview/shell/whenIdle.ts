/** Work for when the page has nothing more urgent: after what a person waits for has been drawn. */

/** Without idle callbacks (WebKit) after a time in which a page has mostly been drawn. */
const WITHOUT_CALLBACKS_MILLISECONDS = 1000;
/** A page that is never idle, as while a training is recorded, does it all the same. */
const AT_LAST_MILLISECONDS = 5000;

/** Returns what takes it back. */
export function whenIdle(work: () => void, page: Window = window): () => void {
  if (!('requestIdleCallback' in page)) {
    const timer = setTimeout(work, WITHOUT_CALLBACKS_MILLISECONDS);
    return () => clearTimeout(timer);
  }
  const handle = page.requestIdleCallback(work, { timeout: AT_LAST_MILLISECONDS });
  return () => page.cancelIdleCallback(handle);
}
