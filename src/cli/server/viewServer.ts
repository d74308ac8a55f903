/**
 * Serves the views of one run to a plain browser: the webview's bundle, a page that loads it, and
 * the same calls that the editor's panel answers. Loopback only; a new token at every start.
 */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Failure } from '../../protocol/failure.js';
import { serve, type Handlers, type Port } from '../../protocol/rpc.js';
import type { ViewerContract } from '../../protocol/viewer.js';
import { encodeFrame, type Frame } from '../../protocol/wire.js';
import { readPageAssets, type PageAsset, type PageAssets } from './pageAssets.js';
import { SECURITY_HEADERS, guard } from './requestGuard.js';

export interface ViewServer {
  /** The address to open, token included in its fragment. */
  readonly address: string;
  close(): Promise<void>;
}

export interface ViewServerOptions {
  readonly handlers: Handlers<ViewerContract>;
  /** Folder of the views' build. */
  readonly webviewFolder: string;
  /** 0 chooses a free port. */
  readonly port: number;
  readonly title: string;
}

export async function startViewServer(options: ViewServerOptions): Promise<ViewServer> {
  const token = randomBytes(32).toString('base64url');
  const assets = await readPageAssets(options.webviewFolder);
  const server = createServer();
  await listen(server, options.port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const { port } = address;
  server.on('request', (request, response) => {
    answer(request, response, { ...options, port, token, assets }).catch(() => response.destroy());
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
          tryThis: 'Omit --port to use a free port.',
        }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

interface Served extends ViewServerOptions {
  readonly token: string;
  readonly assets: PageAssets;
}

async function answer(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  const { port, token, assets, title, handlers } = served;
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const method = request.method ?? '';
  const verdict = guard({ method, target: request.url ?? '', rawHeaders: request.rawHeaders }, port, token);
  if (!verdict.allowed) return sendText(response, verdict.status, verdict.reason);
  const asset = assets.files.get(verdict.path.slice(1));
  if (verdict.path === '/') return sendPage(response, page(title, assets.first), method === 'HEAD');
  if (asset) return sendAsset(response, asset, method === 'HEAD');
  const call = verdict.path.slice(5);
  if (verdict.path.startsWith('/api/') && Object.hasOwn(handlers, call)) {
    return sendCall(request, response, call, verdict.query, handlers);
  }
  return sendText(response, 404, 'there is nothing at this address');
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function sendPage(response: ServerResponse, text: string, headOnly: boolean): void {
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(headOnly ? undefined : text);
}

/**
 * The title is text from a recording: escaped, and inside an element that runs nothing. The first question is asked
 * before anything else; what the first picture waits for is read side by side.
 */
function page(title: string, scripts: readonly string[]): string {
  const safe = title.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${safe} – CNNSlicer</title>
<link rel="icon" href="data:,">
<script src="/begin.js"></script>
${scripts.map((name) => `<link rel="modulepreload" href="/${name}">`).join('\n')}
<link rel="stylesheet" href="/viewer.css">
</head>
<body data-host="http">
<div id="app"></div>
<script type="module" src="/${scripts[0]}"></script>
</body>
</html>
`;
}

function sendAsset(response: ServerResponse, { mediaType, bytes }: PageAsset, headOnly: boolean): void {
  response.writeHead(200, { 'Content-Type': mediaType, 'Content-Length': bytes.length });
  response.end(headOnly ? undefined : bytes);
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
  if (input === undefined) return sendText(response, 400, 'the input is not valid JSON');
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
