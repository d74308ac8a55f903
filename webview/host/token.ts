/** The token of the view server: `#TOKEN` or `#token=TOKEN` as the server prints the address. */
const TOKEN_KEY = 'cnnslicer.token';

export function tokenOf(hash: string): string | null {
  const text = hash.replace(/^#/, '');
  const [first] = text.split('&');
  return first !== '' && !first.includes('=') ? first : new URLSearchParams(text).get('token');
}

/**
 * From the address, where it is then hidden, so that a link that is copied or stays in the history does not carry it;
 * or from this tab's session after a reload.
 */
export function takeToken(page: Window): string | null {
  const given = tokenOf(page.location.hash);
  if (given === null) return page.sessionStorage.getItem(TOKEN_KEY);
  page.sessionStorage.setItem(TOKEN_KEY, given);
  page.history.replaceState(null, '', `${page.location.pathname}${withoutToken(page.location.hash)}`);
  return given;
}

function withoutToken(hash: string): string {
  const [first, ...rest] = hash.replace(/^#/, '').split('&');
  const kept =
    first !== '' && !first.includes('=') ? rest : [first, ...rest].filter((one) => !one.startsWith('token='));
  return kept.length > 0 ? `#${kept.join('&')}` : '';
}
