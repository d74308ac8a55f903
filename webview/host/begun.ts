/** The first question of every page, sent while the views themselves are still being read (webview/begin.ts). */
declare global {
  var cnnslicerBegun: Promise<Response> | undefined;
}

/** As `fetchClient` writes it. */
const ADDRESS = '/api/describe?input=%7B%7D';

export function begin(token: string | null): void {
  const begun = fetch(ADDRESS, { headers: { Authorization: `Bearer ${token ?? ''}` }, cache: 'no-store' });
  // Whoever takes it is told of the failure.
  begun.catch(() => undefined);
  globalThis.cnnslicerBegun = begun;
}

/** `fetch` that answers the first such question with what has been begun. */
export function fetchBegun(page: typeof globalThis = globalThis): typeof fetch {
  return (input, init) => {
    const begun = page.cnnslicerBegun;
    if (!begun || input !== ADDRESS) return page.fetch(input, init);
    page.cnnslicerBegun = undefined;
    return begun;
  };
}
