import assert from 'node:assert/strict';
import fc from 'fast-check';
import { guard, type GuardedRequest, type Verdict } from '../../src/cli/server/requestGuard.js';

const PORT = 4711;
const TOKEN = 'a'.repeat(43);

function ask(target: string, headers: Record<string, string> = {}, method = 'GET'): Verdict {
  const all = { Host: `127.0.0.1:${PORT}`, ...headers };
  const request: GuardedRequest = { method, target, rawHeaders: Object.entries(all).flat() };
  return guard(request, PORT, TOKEN);
}

function status(verdict: Verdict): number {
  return verdict.allowed ? 200 : verdict.status;
}

const withToken = { Authorization: `Bearer ${TOKEN}` };

describe('the view server', () => {
  it('answers calls that carry the token', () => assert.equal(status(ask('/api/describe', withToken)), 200));
  it('refuses calls without it', () => assert.equal(status(ask('/api/describe')), 401));
  it('refuses a wrong token of the same length', () =>
    assert.equal(status(ask('/api/describe', { Authorization: `Bearer ${'b'.repeat(43)}` })), 401));
  it('never takes the token from the address', () => assert.equal(status(ask(`/api/describe?token=${TOKEN}`)), 401));

  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'get']) {
    it(`does not answer ${method}`, () => assert.equal(status(ask('/api/describe', withToken, method)), 405));
  }

  const foreign = ['evil.example', `evil.example:${PORT}`, '127.0.0.1', `127.0.0.1:${PORT + 1}`, `0.0.0.0:${PORT}`, ''];
  for (const host of foreign) {
    it(`refuses the host name "${host}" before routing`, () => {
      assert.equal(status(ask('/', { Host: host })), 403);
      assert.equal(status(ask('/api/describe', { ...withToken, Host: host })), 403);
    });
  }

  it('refuses two host names', () => {
    const rawHeaders = ['Host', `127.0.0.1:${PORT}`, 'host', 'evil.example'];
    assert.equal(status(guard({ method: 'GET', target: '/', rawHeaders }, PORT, TOKEN)), 403);
  });

  it('refuses what another site sends', () => {
    assert.equal(status(ask('/', { Origin: 'http://evil.example' })), 403);
    assert.equal(status(ask('/', { Origin: 'null' })), 403);
    assert.equal(status(ask('/', { 'Sec-Fetch-Site': 'cross-site' })), 403);
    assert.equal(status(ask('/', { 'Sec-Fetch-Site': 'same-site' })), 403);
  });

  it('lets another page lead a person to the page, and to nothing else', () => {
    const visit = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
    assert.equal(status(ask('/', visit)), 200);
    assert.equal(status(ask('/', { ...visit, Host: 'evil.example' })), 403);
    assert.equal(status(ask('/', { ...visit, 'Sec-Fetch-Dest': 'iframe' })), 403);
    assert.equal(status(ask('/', { ...visit, 'Sec-Fetch-Mode': 'no-cors' })), 403);
    assert.equal(status(ask('/viewer.js', visit)), 403);
    assert.equal(status(ask('/api/describe', { ...visit, ...withToken })), 403);
  });

  const tricks = ['/../etc/passwd', '/%2e%2e/etc/passwd', '/%252e', '/a\\b', '//evil.example/', '/viewer.js/..', '/a.b.c', 'http://evil.example/', '/\u0000', '*', '']; // prettier-ignore
  for (const target of tricks) {
    it(`finds nothing at ${JSON.stringify(target)}`, () => assert.equal(status(ask(target)), 400));
  }

  it('lets only plain paths through, whatever is asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const verdict = ask(`/${text}`, withToken);
        if (verdict.allowed) assert.match(verdict.path, /^\/[A-Za-z0-9_/-]*(\.[A-Za-z0-9]+)?$/);
      }),
      { numRuns: 2000 },
    );
  });
});
