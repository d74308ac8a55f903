/** Row 17: wrong names of the host, origins of others, absolute addresses, a host twice: DNS rebinding and its kin. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { chromiumFlags, findChromium } from '../../setup/chromium.mjs';
import type { Part, Tried, TrustRow } from '../row.js';
import { openServerLab, rawRequest, ROUTES, type ServerLab } from '../serverLab.js';

type HeadersOf = (port: number) => { readonly target?: string; readonly headers: readonly string[] };

const host =
  (name: (port: number) => string): HeadersOf =>
  (port) => ({ headers: [`Host: ${name(port)}`] });
const honest = (port: number): string => `Host: 127.0.0.1:${port}`;
const beside =
  (...headers: string[]): HeadersOf =>
  (port) => ({ headers: [honest(port), ...headers] });

/** Each is refused on every route, whatever else is right. */
const NAMES: readonly ((port: number) => string)[] = [
  (port) => `evil.example:${port}`,
  () => 'evil.example',
  () => '127.0.0.1',
  () => 'localhost',
  (port) => `127.0.0.1:${port + 1}`,
  (port) => `127.0.0.1.evil.example:${port}`,
  (port) => `localhost.evil.example:${port}`,
  (port) => `evil.example#127.0.0.1:${port}`,
  (port) => `127.0.0.1:${port}@evil.example`,
  (port) => `evil.example@127.0.0.1:${port}`,
  (port) => `[::1]:${port}`,
  (port) => `0.0.0.0:${port}`,
  (port) => `127.1:${port}`,
  (port) => `2130706433:${port}`,
  (port) => `0x7f000001:${port}`,
  (port) => `LOCALHOST:${port}`,
  (port) => `localhost.:${port}`,
  (port) => `127.0.0.1:0${port}`,
  (port) => `127.0.0.1:${port}, evil.example`,
  (port) => `evil.example, 127.0.0.1:${port}`,
  (port) => `127.0.0.1:${port}/evil`,
  () => '',
];
const CASES: readonly HeadersOf[] = [
  ...NAMES.map(host),
  () => ({ headers: [] }),
  (port) => ({ headers: [honest(port), 'Host: evil.example'] }),
  (port) => ({ headers: ['Host: evil.example', honest(port)] }),
  (port) => ({ headers: [honest(port), honest(port)] }),
  beside('Origin: http://evil.example'),
  beside('Origin: null'),
  beside('Origin: https://127.0.0.1'),
  beside('Sec-Fetch-Site: cross-site'),
  beside('Sec-Fetch-Site: same-site'),
  (port) => ({ target: `http://evil.example:${port}`, headers: [honest(port)] }),
  (port) => ({ target: `http://127.0.0.1:${port}`, headers: ['Host: evil.example'] }),
];

async function everyRoute({ port, token, handled }: ServerLab, at = port): Promise<Tried> {
  const violations: string[] = [];
  const before = handled();
  for (const route of ROUTES) {
    for (const [i, one] of CASES.entries()) {
      const { target = '', headers } = one(at);
      const answer = await rawRequest(at, `GET ${target}${route}`, [...headers, `Authorization: Bearer ${token}`]);
      if (![400, 403].includes(answer.status))
        violations.push(`${route}, case ${i} (${headers.join('; ')}): ${answer.status}`);
    }
  }
  if (handled() !== before) violations.push(`${handled() - before} calls came through`);
  return {
    what: `${CASES.length} hosts and origins × ${ROUTES.length} routes`,
    count: CASES.length * ROUTES.length,
    violations,
  };
}

/** A name of somebody else's that leads here, as after rebinding. */
async function rebound({ port }: ServerLab): Promise<Part> {
  const executablePath = findChromium();
  const what = 'a foreign name that resolves to loopback, in Chromium';
  if (!executablePath) return { what, skipped: 'there is no Chromium' };
  const args = [...chromiumFlags, '--host-resolver-rules=MAP evil.example 127.0.0.1'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage();
    const statuses: number[] = [];
    for (const route of ['/', '/viewer.js', '/api/describe'])
      statuses.push((await page.goto(`http://evil.example:${port}${route}`))?.status() ?? 0);
    return {
      what,
      count: 3,
      violations: statuses.every((status) => status === 403) ? [] : [`answered ${statuses.join()}`],
    };
  } finally {
    await browser.close();
  }
}

export const hosts: TrustRow = {
  number: 17,
  what: 'wrong Host, Origin, absolute address, Host twice (DNS rebinding)',
  promise: '403 before routing, or 400 where the request is none',
  goal: 'every route × 30 hosts',
  async *check() {
    const lab = await openServerLab();
    try {
      yield await everyRoute(lab);
      yield await rebound(lab);
    } finally {
      await lab.close();
    }
  },
  async control() {
    const lab = await openServerLab();
    const open = createServer((_, response) => response.end('whoever asks'));
    await new Promise<void>((resolve) => open.listen(0, '127.0.0.1', resolve));
    try {
      const { violations } = await everyRoute(lab, (open.address() as AddressInfo).port);
      return { what: 'a server that ignores the Host header', violations };
    } finally {
      open.close();
      await lab.close();
    }
  },
};
