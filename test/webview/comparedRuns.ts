/**
 * LeNet on MNIST recorded twice by one script in a git repository: as it was committed, and with batch
 * normalisation put in since. What the compare view is for, on real data.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AnalysisEngine } from '../../src/analysis/engine.js';
import { viewerHandlers } from '../../src/analysis/viewerHandlers.js';
import { startViewServer } from '../../src/cli/server/viewServer.js';
import { bundles } from '../recorder/support/bundles.js';
import { Workspace } from '../recorder/support/workspace.js';
import { dataFolder, noData } from '../setup/data.mjs';

const DATA = dataFolder('mnist');
const SCRIPT = 'bench/scripts/lenet.cjs';
const POOLING = '  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));\n';
const NORMALISATION = '  model.add(tf.layers.batchNormalization());\n';
/** Training inputs, validation inputs, epochs: seconds, not minutes. */
const ARGUMENTS = [DATA ?? '', '600', '300', '3'];

export interface ComparedRuns {
  readonly plain: string;
  readonly normalised: string;
  readonly engine: AnalysisEngine;
  /** The page of the run with batch normalisation, as `cnnslicer view` serves it. */
  readonly address: string;
  close(): Promise<void>;
}

let made: Promise<ComparedRuns | null> | null = null;

after(async () => {
  const runs = await made?.catch(() => null);
  made = null;
  await runs?.close();
});

/** The same ones for all test files of a process; null where the data are not there. */
export function comparedRuns(): Promise<ComparedRuns | null> {
  return (made ??= record());
}

async function record(): Promise<ComparedRuns | null> {
  if (!DATA) {
    process.stdout.write(`  skipped: ${noData}\n`);
    return null;
  }
  const workspace = new Workspace();
  const script = readFileSync(SCRIPT, 'utf8');
  const plain = await recorded(workspace, script, () => commit(workspace));
  const normalised = await recorded(workspace, script.replaceAll(POOLING, NORMALISATION + POOLING));
  const { dist } = await bundles();
  const engine = new AnalysisEngine({ workerFile: `${dist}/analysisWorker.cjs`, threads: 2 });
  const nothing = (): void => undefined;
  const server = await startViewServer({
    handlers: viewerHandlers(engine, normalised, { openSource: nothing, saveFile: nothing }),
    webviewFolder: `${dist}/webview`,
    port: 0,
    title: 'lenet',
  });
  return {
    ...{ plain, normalised, engine, address: server.address },
    close: async () => {
      await Promise.all([server.close(), engine.dispose()]);
      workspace.remove();
    },
  };
}

/** The folder of the run. `then` comes between writing the script and recording it. */
async function recorded(workspace: Workspace, text: string, then: () => void = () => undefined): Promise<string> {
  const script = workspace.write('lenet.cjs', text);
  then();
  const { failure, runFolders, stderr } = await workspace.record(script, { arguments: ARGUMENTS, probes: 300 });
  if (failure) throw new Error(`${failure.doing}: ${failure.wrong}\n${stderr}`);
  return runFolders[0] as string;
}

function commit({ folder }: Workspace): void {
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '--initial-branch=main');
  git('add', 'lenet.cjs');
  git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--message', 'LeNet as it was');
}
