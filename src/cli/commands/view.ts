/** `cnnslicer view RUN`: the views of a run in a browser, on loopback with a token. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { viewerHandlers } from '../../analysis/viewerHandlers.js';
import { Failure } from '../../protocol/failure.js';
import { openRun } from '../../store/reading/openRun.js';
import type { Invocation } from '../invocation.js';
import { countOption } from '../optionParsers.js';
import { defaultRunsFolder, findRunFolder } from '../runArgument.js';
import { writeRedirect, type RedirectFile } from '../server/redirectFile.js';
import { startViewServer } from '../server/viewServer.js';

interface ViewOptions {
  readonly port: number;
  readonly open: boolean;
  readonly out?: string;
}

export function addViewCommand(program: Command, invocation: Invocation): void {
  program
    .command('view')
    .description('open a run in the browser; the address works on this machine only')
    .argument('<run>', 'a run folder, a run’s id or name, or "latest"')
    .option('--port <port>', 'port of the server (default: a free one)', countOption('--port', 0, 65535), 0)
    .option('--no-open', 'print the address without opening a browser')
    .option('--out <folder>', 'the folder that holds the runs')
    .action(async (run: string, options: ViewOptions) => {
      const folder = await findRunFolder(run, options.out ?? defaultRunsFolder(invocation.workingFolder));
      await view(invocation, folder, options);
    });
}

/** Serves until the signal fires. */
async function view(
  invocation: Invocation,
  folder: string,
  options: { readonly port: number; readonly open: boolean },
): Promise<void> {
  const { manifest } = await openRun(folder);
  const engine = invocation.engine();
  // The page's first question, while the browser starts: threads are running when it asks for itself.
  engine.about('describe', folder, {}).catch(() => undefined);
  const server = await startViewServer({
    handlers: viewerHandlers(engine, folder, { openSource: editorOnly, saveFile: editorOnly }),
    webviewFolder: join(invocation.distFolder, 'webview'),
    port: options.port,
    title: manifest.name,
  });
  invocation.console.result(server.address);
  invocation.console.message('Press Ctrl-C to stop.');
  const redirect = options.open ? await openBrowser(server.address) : null;
  await new Promise<void>((resolve) => {
    if (invocation.signal.aborted) resolve();
    else invocation.signal.addEventListener('abort', () => resolve());
  });
  await redirect?.remove();
  await server.close();
}

/** The page saves files itself and shows file:line; only the editor can open one. */
function editorOnly(): Promise<never> {
  return Promise.reject(
    new Failure({
      kind: 'unsupported',
      doing: 'opening a file in an editor',
      wrong: 'a browser cannot open files in an editor',
      tryThis: 'Open the run in VS Code.',
    }),
  );
}

/** Best effort: the address is printed anyway. What is returned is to be removed; null where nothing could be written. */
async function openBrowser(address: string): Promise<RedirectFile | null> {
  const redirect = await writeRedirect(address).catch(() => null);
  if (!redirect) return null;
  const commands: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer.exe' };
  const child = spawn(commands[process.platform] ?? 'xdg-open', [redirect.path], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
  return redirect;
}
