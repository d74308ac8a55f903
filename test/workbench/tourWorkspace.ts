/** The folder that a tour opens: a person's copy of the digits example, with or without TensorFlow.js installed in it. */
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { copyExample } from '../setup/exampleFolder.mjs';

export interface TourWorkspace {
  readonly folder: string;
  /** One-based line of the first line of the script that holds a text. */
  lineOf(text: string): number;
  /** Names of the recorded runs. */
  runs(): Promise<string[]>;
  /** Writes a tasks.json that holds this task. */
  writeTask(task: Readonly<Record<string, unknown>>): Promise<void>;
  remove(): Promise<void>;
}

export async function makeTourWorkspace({
  installed,
  script = 'train.js',
}: {
  installed: boolean;
  script?: string;
}): Promise<TourWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'cnnslicer-tour-'));
  await copyExample(folder);
  if (installed) await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const lines = (await readFile(join(folder, script), 'utf8')).split('\n');
  return {
    folder,
    lineOf: (text) => 1 + lines.findIndex((line) => line.includes(text)),
    runs: () => readdir(join(folder, '.cnnslicer', 'runs')).catch(() => []),
    writeTask: async (task) => {
      await mkdir(join(folder, '.vscode'), { recursive: true });
      await writeFile(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }),
  };
}
