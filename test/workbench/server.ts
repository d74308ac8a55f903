/**
 * A VS Code server on a loopback port with a profile of its own: what a person's first start looks like,
 * minus the welcome pages. Everything it starts carries a mark in its environment, so that stopping it
 * leaves nothing behind and can prove it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../setup/shell.mjs';
import { setUpWorkbench, workbenchIn } from '../setup/workbench.mjs';
import { killMarked, markOf, type Mark } from './processes.js';

export const THEMES = { light: 'Light Modern', dark: 'Dark Modern', hc: 'Default High Contrast' } as const;
export type Theme = keyof typeof THEMES;

export type Release = 'current' | 'oldest';

export interface ServerOptions {
  readonly theme?: Theme;
  /** False starts with every workspace trusted, as a person who said yes; true asks for trust first. */
  readonly restricted?: boolean;
  /** Which VS Code: the newest that the tests know, or the oldest that the extension supports. */
  readonly release?: Release;
  /** Runs mocha suites in the extension host; notification toasts are not shown then. */
  readonly smokeTestDriver?: boolean;
  /** Paths of .vsix files to install before the start. */
  readonly extensions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Server {
  readonly port: number;
  /** Everything the server and its extension host printed so far. */
  readonly output: () => string;
  /** Ends all processes of this server and removes its profile; resolves to the commands it had to kill. */
  stop(): Promise<string[]>;
}

/** Starts a server and waits until it answers (about 2 s). Throws where `setUpWorkbench` has a reason not to. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { path, reason } = await setUpWorkbench(options.release ? { release: options.release } : {});
  if (!path) throw new Error(`no workbench: ${reason}`);
  const { node, entry } = workbenchIn(path);
  const profile = await makeProfile(options);
  const mark = markOf(randomUUID());
  const env = { ...environment(profile), ...options.env, [mark.name]: mark.value };

  for (const vsix of options.extensions ?? [])
    await run(node, [entry, ...folders(profile), '--install-extension', vsix], { env });
  const port = await freePort();
  const child = spawn(node, [entry, ...serverArguments(profile, port, options)], {
    env: { ...withoutEditorVariables(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = collect(child);
  await answers(port, child, output);
  return { port, output, stop: () => stop(child, mark, profile) };
}

async function makeProfile({ theme = 'dark', settings = {} }: ServerOptions): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), 'cnnslicer-workbench-'));
  const all = { ...quietSettings, 'workbench.colorTheme': THEMES[theme], ...settings };
  // Settings of the machine's scope, such as "cnnslicer.python", are read from the server's own.
  for (const kind of ['User', 'Machine']) {
    await mkdir(join(profile, 'data', kind), { recursive: true });
    await writeFile(join(profile, 'data', kind, 'settings.json'), JSON.stringify(all, null, 2));
  }
  return profile;
}

/** No first-run pages, no suggestions of other extensions, nothing that looks for a network. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'window.autoDetectColorScheme': false,
  'security.workspace.trust.startupPrompt': 'never',
};

function serverArguments(
  profile: string,
  port: number,
  { release, restricted, smokeTestDriver }: ServerOptions,
): string[] {
  return [
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, ...folders(profile)],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...['--ignore-last-opened', '--disable-proxy'],
    ...(restricted ? [] : ['--disable-workspace-trust']),
    // The oldest release runs tests without being asked to.
    ...(smokeTestDriver && release !== 'oldest' ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

function folders(profile: string): string[] {
  return ['--user-data-dir', join(profile, 'data'), '--extensions-dir', join(profile, 'extensions')];
}

function environment(profile: string): Record<string, string> {
  const redirected = ['CONFIG', 'DATA', 'STATE', 'CACHE'].map((kind) => [
    `XDG_${kind}_HOME`,
    join(profile, 'xdg', kind),
  ]);
  return { ...Object.fromEntries(redirected), EXTENSIONS_GALLERY: '{}' };
}

/** A test started from an editor's terminal must not talk to that editor. */
function withoutEditorVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_|ELECTRON_|NODE_OPTIONS$)/.test(name)),
  );
}

/** A port that was free a moment ago; the server that loses the race for it fails loudly. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return () => text;
}

async function answers(port: number, child: ChildProcess, output: () => string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    if (child.exitCode !== null) throw new Error(`the workbench server ended with ${child.exitCode}\n${output()}`);
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined);
    if (response?.ok) return;
  }
  throw new Error(`the workbench server did not answer within 60 s\n${output()}`);
}

async function stop(child: ChildProcess, mark: Mark, profile: string): Promise<string[]> {
  const ended = child.exitCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(3000)]);
  const killed = await killMarked(mark);
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  return killed;
}
