/** Row 18: every route by every method, without a token, with a wrong one, one of before, and the right one. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tried, TrustRow } from '../row.js';
import { NO_CALL, openServerLab, rawRequest, ROUTES, type ServerLab } from '../serverLab.js';

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'MKCOL',
  'BREW',
];
/** The last one is right: as it is printed, in the header alone. */
const TOKENS: readonly ((lab: ServerLab) => {
  readonly query: string;
  readonly headers: readonly string[];
  readonly right?: true;
})[] = [
  () => ({ query: '', headers: [] }),
  () => ({ query: '', headers: ['Authorization: Bearer wrong'] }),
  ({ oldToken }) => ({ query: '', headers: [`Authorization: Bearer ${oldToken}`] }),
  ({ token }) => ({ query: `?token=${token}`, headers: [`Cookie: token=${token}`] }),
  ({ token }) => ({ query: '', headers: [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`] }),
  ({ token }) => ({ query: '', headers: [`Authorization: bearer ${token.slice(0, -1)}`] }),
  ({ token }) => ({ query: '', headers: [`Authorization: Bearer ${token}`], right: true }),
];

/** What each may be answered with; 0 is a connection that is closed. */
function allowed(route: string, method: string, right: boolean): number[] {
  if (method !== 'GET' && method !== 'HEAD') return [0, 400, 405];
  if (!route.startsWith('/api/')) return [200];
  if (!right) return [401];
  return route === NO_CALL ? [404] : [200];
}

async function matrix(lab: ServerLab, at = lab.port): Promise<Tried> {
  const violations: string[] = [];
  for (const route of ROUTES) {
    for (const method of METHODS) {
      for (const [i, tokenOf] of TOKENS.entries()) {
        const { query, headers, right = false } = tokenOf(lab);
        const before = lab.handled();
        const { status } = await rawRequest(at, `${method} ${route}${query}`, [`Host: 127.0.0.1:${at}`, ...headers]);
        const isCall = right && method === 'GET';
        if (!allowed(route, method, right).includes(status))
          violations.push(`${method} ${route} with token ${i}: ${status}`);
        if (!isCall && lab.handled() !== before) violations.push(`${method} ${route} with token ${i} came through`);
      }
    }
  }
  const count = ROUTES.length * METHODS.length * TOKENS.length;
  return { what: `${ROUTES.length} routes × ${METHODS.length} methods × ${TOKENS.length} tokens`, count, violations };
}

export const methods: TrustRow = {
  number: 18,
  what: 'every route with 12 methods and missing, wrong, old and valid tokens',
  promise: '401 or 405; data only for the right token in the header',
  goal: 'whole matrix',
  async *check() {
    const lab = await openServerLab();
    try {
      yield await matrix(lab);
    } finally {
      await lab.close();
    }
  },
  async control() {
    const lab = await openServerLab();
    // Broken on purpose: the token counts wherever it stands.
    const lax = createServer((request, response) => {
      const given = `${request.url} ${request.headers.authorization} ${request.headers.cookie}`;
      const isOpen = !(request.url ?? '').startsWith('/api/') || given.includes(lab.token);
      response.writeHead(isOpen ? 200 : 401).end();
    });
    await new Promise<void>((resolve) => lax.listen(0, '127.0.0.1', resolve));
    try {
      const { violations } = await matrix(lab, (lax.address() as AddressInfo).port);
      return { what: 'a server that accepts any method, and a token anywhere', violations };
    } finally {
      lax.close();
      await lab.close();
    }
  },
};
