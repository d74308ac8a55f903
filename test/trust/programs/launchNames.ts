/**
 * `node launchNames.cjs <folder> <names as JSON file> <task|shell>`: makes a script and a folder of each name and
 * starts a stand-in for the recorder, which prints what it was given. Prints as JSON what was given otherwise.
 * `shell` is broken on purpose.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startRecording } from '../../../src/launch/recordingTask.js';

const STAND_IN = `process.stdout.write(JSON.stringify([process.execArgv.length, process.argv[0], ...process.argv.slice(2), process.cwd()]));`;

interface Given {
  readonly node: string;
  readonly recorder: string;
  readonly script: string;
  readonly name: string;
  readonly folder: string;
}

async function byTask({ node, recorder, script, name, folder }: Given): Promise<string> {
  let output = '';
  const task = startRecording({
    ...{ nodePath: node, recorderFile: recorder, script, arguments: [name, `--${name}`], workingFolder: folder },
    ...{ workspace: folder, runsFolder: folder, probes: 2, byteBudget: 2 ** 20, nativeFolder: null },
    onOutput: (chunk, stream) => (output += stream === 'stdout' ? Buffer.from(chunk).toString() : ''),
    onEvent: () => undefined,
  });
  await task.done;
  return output;
}

function byShell({ node, recorder, script, name, folder }: Given): Promise<string> {
  const child = spawn(`${node} ${recorder} ${script} ${name} --${name}`, {
    shell: true,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', () => resolve(output)));
}

async function main([root = '', namesFile = '', how = 'task']: readonly string[]): Promise<void> {
  const recorder = join(root, 'stand-in.cjs');
  writeFileSync(recorder, STAND_IN);
  const wrong: string[] = [];
  for (const name of JSON.parse(readFileSync(namesFile, 'utf8')) as string[]) {
    const folder = join(root, 'folders', name);
    mkdirSync(folder, { recursive: true });
    const node = join(folder, name);
    if (!existsSync(node)) symlinkSync(process.execPath, node);
    const given = { node, recorder, script: join(folder, `${name.slice(0, 200)}.js`), name, folder };
    const output = await (how === 'shell' ? byShell(given) : byTask(given));
    const expected = JSON.stringify([0, given.node, given.script, name, `--${name}`, folder]);
    // argv[0] is the interpreter as the system resolved it.
    const resolved = JSON.stringify([0, process.execPath, given.script, name, `--${name}`, folder]);
    if (output !== expected && output !== resolved) wrong.push(`${JSON.stringify(name)} became ${output}`);
    if (existsSync(join(folder, 'canary')) || existsSync(join(root, 'canary')))
      wrong.push(`${JSON.stringify(name)} ran`);
  }
  process.stdout.write(JSON.stringify(wrong));
}

void main(process.argv.slice(2));
