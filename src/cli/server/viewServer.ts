/**
 * Serves the views of one run to a plain browser: the webview's bundle, a page that loads it, and
 * the same calls that the editor's panel answers. Loopback only; a new token at every start.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../protocol/failure.js';
import { serve, type Handlers, type Port } from '../../protocol/rpc.js';
import type { ViewerContract } from '../../protocol/viewer.js';
import { encodeFrame, type Frame } from '../../protocol/wire.js';
import { SECURITY_HEADERS, guard } from './requestGuard.js';

export interface ViewServer {
  /** The address to open, token included in its fragment. */
  readonly address: string;
  close(): Promise<void>;
}

export interface ViewServerOptions {
  readonly handlers: Handlers<ViewerContract>;
  /** Folder of begin.js, viewer.js and viewer.css. */
  readonly webviewFolder: string;
  /** 0 chooses a free port. */
  readonly port: number;
  readonly title: string;
}

const MEDIA_TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.svg': 'image/svg+xml',
};

/** The only files that are served, by their path. */
const ASSETS = ['begin.js', 'viewer.js', 'viewer.css'];

export async function startViewServer(options: ViewServerOptions): Promise<ViewServer> {
  const token = randomBytes(32).toString('base64url');
  const server = createServer();
  await listen(server, options.port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { port } = address;
  server.on('request', (request, response) => {
    answer(request, response, port, token, options).catch(() => response.destroy());
  });
  return {
    address: `http://127.0.0.1:${port}/#${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new Failure({
          kind: 'environment',
          doing: `listening on 127.0.0.1:${port}`,
          wrong: error.code === 'EADDRINUSE' ? 'another program uses this port' : error.message,
          tryThis: 'Leave --port out, and a free one is chosen.',
        }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  token: string,
  options: ViewServerOptions,
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const method = request.method ?? '';
  const verdict = guard({ method, target: request.url ?? '', rawHeaders: request.rawHeaders }, port, token);
  if (!verdict.allowed) return sendText(response, verdict.status, verdict.reason);
  const asset = ASSETS.find((name) => verdict.path === `/${name}`);
  if (verdict.path === '/') return sendPage(response, options.title, method === 'HEAD');
  if (asset) return sendFile(response, join(options.webviewFolder, asset), method === 'HEAD');
  const call = verdict.path.slice(5);
  if (verdict.path.startsWith('/api/') && Object.hasOwn(options.handlers, call)) {
    return sendCall(request, response, call, verdict.query, options.handlers);
  }
  return sendText(response, 404, 'there is nothing at this address');
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function sendPage(response: ServerResponse, title: string, headOnly: boolean): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(headOnly ? undefined : page(title));
}

/** The title is text from a recording: escaped, and inside an element that runs nothing. */
export function page(title: string): string {
  const safe = title.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${safe} – CNNSlicer</title>
<link rel="icon" href="data:,">
<link rel="modulepreload" href="/viewer.js">
<script src="/begin.js"></script>
<link rel="stylesheet" href="/viewer.css">
</head>
<body data-host="http">
<div id="app"></div>
<script type="module" src="/viewer.js"></script>
</body>
</html>
`;
}

async function sendFile(response: ServerResponse, file: string, headOnly: boolean): Promise<void> {
  response.writeHead(200, { 'Content-Type': MEDIA_TYPES[extname(file)] ?? 'application/octet-stream' });
  if (headOnly) return void response.end();
  await pipeline(createReadStream(file), response);
}

/** One call: its frames (progress …, then value, failure or bug) are the body. */
async function sendCall(
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
  query: URLSearchParams,
  handlers: Handlers<ViewerContract>,
): Promise<void> {
  const input = parseInput(query.get('input') ?? '{}');
  if (input === undefined) return sendText(response, 400, 'the input is no JSON');
  response.writeHead(200, { 'Content-Type': 'application/msgpack' });
  if (request.method === 'HEAD') return void response.end();
  await new Promise<void>((resolve) => {
    const { port, close, send } = singleCallPort(response);
    const stop = serve(port, handlers, { onDropped: () => response.destroy() });
    response.on('close', () => {
      close();
      stop();
      resolve();
    });
    send({ type: 'request', id: 0, method, input });
  });
}

/** A port whose far side is one HTTP exchange. */
function singleCallPort(response: ServerResponse): { port: Port; send(message: unknown): void; close(): void } {
  let receive: (message: unknown) => void = () => undefined;
  let closed: () => void = () => undefined;
  const port: Port = {
    post(message) {
      // `serve` posts answers only, which are frames with the id of the one call.
      response.write(encodeFrame(message as Frame));
      if (typeof message === 'object' && message !== null && 'type' in message && message.type !== 'progress') {
        response.end();
      }
    },
    listen(onMessage, onClose) {
      receive = onMessage;
      closed = onClose;
      return () => undefined;
    },
  };
  return { port, send: (message) => receive(message), close: () => closed() };
}

function parseInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
