/**
 * Decides whether a request to the view server may be answered, before any routing. The server is
 * for one person's browser on this machine: exact Host names (DNS rebinding), GET and HEAD only, no
 * request of another site's making, and for data a token that travels in a header, never in an
 * address, a cookie or a log.
 */
import { timingSafeEqual } from 'node:crypto';

export interface GuardedRequest {
  readonly method: string;
  /** The raw request target. */
  readonly target: string;
  /** Header names and values alternating, as they came (duplicates kept). */
  readonly rawHeaders: readonly string[];
}

export type Verdict = { readonly allowed: true; readonly path: string; readonly query: URLSearchParams } | Refusal;

export interface Refusal {
  readonly allowed: false;
  readonly status: 400 | 401 | 403 | 405;
  readonly reason: string;
}

/** Headers of every answer, refusals included. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

const TARGET_LIMIT = 16 * 1024;

export function guard(request: GuardedRequest, port: number, token: string): Verdict {
  const hosts = headerValues(request, 'host');
  const allowedHosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (hosts.length !== 1 || !allowedHosts.includes(hosts[0])) return refuse(403, 'this host name is not served');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET and HEAD are answered');
  const origins = headerValues(request, 'origin');
  if (origins.some((origin) => origin !== `http://${hosts[0]}`)) return refuse(403, 'another origin asked');
  const sites = headerValues(request, 'sec-fetch-site');
  const isForeign = sites.some((site) => site !== 'same-origin' && site !== 'none');
  if (isForeign && !isVisit(request)) return refuse(403, 'another site asked');
  const place = parseTarget(request.target);
  if (!place) return refuse(400, 'the address is malformed');
  if (place.path.startsWith('/api/') && !hasToken(request, token)) return refuse(401, 'the token is missing or wrong');
  return { allowed: true, ...place };
}

/** A person is led to the page, as by the file that `view` opens; the page alone says nothing without the token. */
function isVisit(request: GuardedRequest): boolean {
  const [mode, destination] = ['sec-fetch-mode', 'sec-fetch-dest'].map((name) => headerValues(request, name).join());
  return request.target === '/' && mode === 'navigate' && destination === 'document';
}

/** Only plain paths: no escapes, dots or backslashes, so that nothing has to be normalised. */
function parseTarget(target: string): { path: string; query: URLSearchParams } | null {
  if (target.length > TARGET_LIMIT) return null;
  const [path, query = ''] = target.split(/\?(.*)/s, 2);
  if (!/^\/[A-Za-z0-9_/-]*(\.[A-Za-z0-9]+)?$/.test(path) || path.includes('//')) return null;
  return { path, query: new URLSearchParams(query) };
}

function hasToken(request: GuardedRequest, token: string): boolean {
  const values = headerValues(request, 'authorization');
  if (values.length !== 1) return false;
  const given = Buffer.from(values[0]);
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function headerValues(request: GuardedRequest, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i].toLowerCase() === name) values.push(request.rawHeaders[i + 1]);
  }
  return values;
}

function refuse(status: Refusal['status'], reason: string): Refusal {
  return { allowed: false, status, reason };
}
