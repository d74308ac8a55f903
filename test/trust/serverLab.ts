/** A view server as it ships over an honest run, requests as raw as an attacker writes them, and what lies beside its files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { viewerHandlers } from '../../src/analysis/viewerHandlers.js';
import { startViewServer } from '../../src/cli/server/viewServer.js';
import type { Handlers } from '../../src/protocol/rpc.js';
import { ViewerInputs, type ViewerContract } from '../../src/protocol/viewer.js';
import { honestRun } from '../hostile/hostileRun.js';

/** Stands in every file that no request may be given. */
export const CANARY = 'canary-6f1d0c';

/** Scripts that a build lists beside them. */
const LISTED = { first: ['viewer.js', 'chunk-A1B2C3D4.js'], later: ['others-E5F6G7H8.js'] };
export const ASSETS = ['begin.js', 'viewer.css', ...LISTED.first, ...LISTED.later].map((name) => `/${name}`);
/** An address of a call that there is not. */
export const NO_CALL = '/api/nothing';
export const ROUTES = ['/', ...ASSETS, ...Object.keys(ViewerInputs).map((method) => `/api/${method}`), NO_CALL];

export interface ServerLab {
  readonly port: number;
  readonly token: string;
  /** Of a server that has ended. */
  readonly oldToken: string;
  /** The folder whose listed files are served. */
  readonly webviewFolder: string;
  /** Calls that came through to their handlers. */
  handled(): number;
  close(): Promise<void>;
}

/** Answers take no time: a call that comes through is told of and answered by what the run is. */
export async function openServerLab(): Promise<ServerLab> {
  const place = mkdtempSync(join(tmpdir(), 'cnnslicer-server-'));
  const webviewFolder = join(place, 'webview');
  for (const folder of [webviewFolder, `${webviewFolder}-private`]) mkdirSync(folder);
  for (const asset of ASSETS) writeFileSync(join(webviewFolder, asset), 'a file that is served');
  writeFileSync(join(webviewFolder, 'files.json'), JSON.stringify(LISTED));
  for (const file of ['webview/secret.txt', 'webview-private/secret.txt', 'secret.txt'])
    writeFileSync(join(place, file), CANARY);
  const folder = await honestRun();
  const engine = new AnalysisEngine({ workerFile: join(process.cwd(), 'dist/analysisWorker.cjs') });
  const nothing = (): void => undefined;
  let handled = 0;
  const handlers = counted(viewerHandlers(engine, folder, { openSource: nothing, saveFile: nothing }), () => handled++);
  const options = { handlers, webviewFolder, port: 0, title: 'lab' };
  const before = await startViewServer(options);
  const oldToken = new URL(before.address).hash.slice(1);
  await before.close();
  const server = await startViewServer(options);
  const { port, hash } = new URL(server.address);
  return {
    ...{ port: Number(port), token: hash.slice(1), oldToken, webviewFolder },
    handled: () => handled,
    close: async () => {
      await server.close();
      await engine.dispose();
      rmSync(place, { recursive: true, force: true });
      rmSync(folder.slice(0, folder.indexOf('/.cnnslicer')), { recursive: true, force: true });
    },
  };
}

/** The same inputs, and answers that cost nothing. */
function counted(handlers: Handlers<ViewerContract>, count: () => void): Handlers<ViewerContract> {
  const entries = Object.entries(handlers).map(([name, { input }]) => [name, { input, handle: () => (count(), null) }]);
  return Object.fromEntries(entries) as Handlers<ViewerContract>;
}

export interface RawAnswer {
  /** 0 where the connection was closed without an answer. */
  readonly status: number;
  readonly body: string;
}

/** A request line and headers exactly as they are given; the connection is closed after the answer. */
export function rawRequest(port: number, line: string, headers: readonly string[], seconds = 10): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const settle = (): void => {
      const end = text.indexOf('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), body: end < 0 ? '' : text.slice(end + 4) });
    };
    socket.setTimeout(1000 * seconds, () => {
      socket.destroy();
      reject(new Error(`no answer to ${JSON.stringify(line)} in ${seconds} s`));
    });
    socket.on('data', (bytes) => (text += bytes.toString('latin1')));
    socket.on('close', settle);
    socket.on('error', settle);
    socket.write([`${line} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'), 'latin1');
  });
}
