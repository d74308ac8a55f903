/** `cnnslicer view RUN`: the views of a run in a browser, on loopback with a token. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { viewerHandlers } from '../../analysis/viewerHandlers.js';
import { Failure } from '../../protocol/failure.js';
import { openRun } from '../../store/openRun.js';
import type { Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';
import { startViewServer } from '../server/viewServer.js';

interface ViewOptions {
  readonly port: number;
  readonly open: boolean;
  readonly out?: string;
}

export function addViewCommand(program: Command, invocation: Invocation): void {
  program
    .command('view')
    .description('show a run in the browser; the address works on this machine only')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .option('--port <port>', 'instead of a free one', countOption('--port', 0), 0)
    .option('--no-open', 'print the address and open no browser')
    .option('--out <folder>', 'the folder that holds the runs')
    .action(async (run: string, options: ViewOptions) => {
      const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
      await view(invocation, folder, options);
    });
}

/** Serves until the signal fires. */
export async function view(
  invocation: Invocation,
  folder: string,
  options: { readonly port: number; readonly open: boolean },
): Promise<void> {
  const { manifest } = await openRun(folder);
  const engine = invocation.engine();
  // The page's first question, while the browser starts: threads are running when it asks for itself.
  engine.describe(folder, {}).catch(() => undefined);
  const server = await startViewServer({
    handlers: viewerHandlers(engine, folder, { openSource: editorOnly, saveFile: editorOnly }),
    webviewFolder: join(invocation.distFolder, 'webview'),
    port: options.port,
    title: manifest.name,
  });
  invocation.console.result(server.address);
  invocation.console.message('Ctrl-C ends it.');
  if (options.open) openBrowser(server.address);
  await new Promise<void>((resolve) => {
    if (invocation.signal.aborted) resolve();
    else invocation.signal.addEventListener('abort', () => resolve());
  });
  await server.close();
}

/** The page saves files itself and shows file:line; only the editor can open one. */
function editorOnly(): Promise<never> {
  return Promise.reject(
    new Failure({
      kind: 'unsupported',
      doing: 'asking the view server for an editor',
      wrong: 'a browser has none',
      tryThis: 'Open the run in VS Code.',
    }),
  );
}

/** Best effort: the address is printed anyway. */
function openBrowser(address: string): void {
  const commands: Partial<Record<NodeJS.Platform, string[]>> = {
    darwin: ['open', address],
    win32: ['explorer.exe', address],
  };
  const [command, ...args] = commands[process.platform] ?? ['xdg-open', address];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
