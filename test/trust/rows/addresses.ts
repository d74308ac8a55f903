/** Row 16: addresses that try to leave the folder of what is served: `..`, escapes once and twice, `\`, NUL, a sibling's name. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { reason, type Tried, type TrustRow } from '../row.js';
import { ASSETS, CANARY, openServerLab, rawRequest, type ServerLab } from '../serverLab.js';

const UPS = ['..', '%2e%2e', '%2E.', '%252e%252e', '..%00', '....', '.%2e', '%c0%ae%c0%ae', '..;', '．．'];
const SEPARATORS = ['/', '\\', '%2f', '%5c', '%252f', '//', '/./', '%c0%af'];
const STARTS = ['/', '/api/', '/viewer.js/', '//', '/webview/', '/%00/', 'http://127.0.0.1/', '/..', '/viewer.css?/'];
const TARGETS = ['secret.txt', 'webview-private/secret.txt', 'webview/secret.txt', 'etc/passwd', 'proc/self/environ', '-private/secret.txt']; // prettier-ignore
const ENDS = ['', '%00', '%00.js', '?a', '#', '/', '.', '%20', ';.js', '::$DATA'];

/** A trick of its own for each number. */
function trick(random: (bound: number) => number): string {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;
  const up = pick(UPS);
  const separator = pick(SEPARATORS);
  const climb = Array.from({ length: random(9) }, () => `${up}${separator}`).join('');
  return `${pick(STARTS)}${climb}${pick(TARGETS)}${pick(ENDS)}`;
}

/** Those that are served, and the page, are given to everybody. */
const isServed = (target: string): boolean => ['/', ...ASSETS].includes(target.split(/[?#]/)[0]!);

async function violationOf(port: number, target: string): Promise<string[]> {
  if (isServed(target)) return [];
  const answer = await rawRequest(port, `GET ${target}`, [`Host: 127.0.0.1:${port}`]);
  const leaks = answer.body.includes(CANARY) || answer.body.includes('root:');
  const isRefused = [400, 401, 403, 404].includes(answer.status);
  if (leaks) return [`${JSON.stringify(target)} gives what lies outside`];
  return isRefused ? [] : [`${JSON.stringify(target)} is answered with ${answer.status}`];
}

async function tricks(port: number, count: number): Promise<Tried> {
  const random = seededRandom(16);
  const violations: string[] = [];
  for (let i = 0; i < count; i++)
    violations.push(...(await violationOf(port, trick(random)).catch((error: unknown) => [reason(error)])));
  return { what: 'addresses', count, violations };
}

/** As many a server does it: decode, join, and hold that the result begins with the folder's name. */
async function naiveServer(lab: ServerLab): Promise<{ port: number; close(): void }> {
  const server = createServer((request, response) => {
    try {
      const path = normalize(join(lab.webviewFolder, decodeURIComponent((request.url ?? '/').split('?')[0]!)));
      const isFile = path.startsWith(lab.webviewFolder) && existsSync(path) && statSync(path).isFile();
      response.statusCode = isFile ? 200 : 404;
      response.end(isFile ? readFileSync(path) : '');
    } catch {
      response.writeHead(400).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

export const addresses: TrustRow = {
  number: 16,
  what: 'addresses with .., escapes, \\, NUL, and sibling folders with the same prefix',
  promise: '400, 401, 403 or 404; nothing of a file that is not served',
  goal: '10,000 requests, 0 bytes outside',
  async *check(effort) {
    const lab = await openServerLab();
    try {
      yield await tricks(lab.port, effort.count(500, 10_000));
    } finally {
      await lab.close();
    }
  },
  async control() {
    const lab = await openServerLab();
    const naive = await naiveServer(lab);
    try {
      const { violations } = await tricks(naive.port, 1500);
      return { what: 'a server that compares path prefixes', violations };
    } finally {
      naive.close();
      await lab.close();
    }
  },
};
