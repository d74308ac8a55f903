/** Row 20: hostile names of scripts, folders and interpreters: one argument each, and no shell. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { openRun } from '../../../src/store/reading/openRun.js';
import { bundleProgram } from '../../faults/writerProcess.js';
import { Files } from '../../data/makeFiles.js';
import { Workspace } from '../../recorder/support/workspace.js';
import { training } from '../realRecording.js';
import { upTo, type Part, type Tried, type TrustRow } from '../row.js';

const PIECES = [
  'a b',
  "'",
  '"',
  '\n',
  '-',
  '--eval',
  'ü',
  '日本',
  '🧠',
  '\\',
  '$(touch canary)',
  '`touch canary`',
  ';touch canary;',
  '&& touch canary',
  '| touch canary',
  '*',
  '?',
  '%PATH%',
  '!',
  '#',
  '~',
  '\t',
  '(',
  '=',
  '\u202e',
  '%00',
  '.',
];

/** Names that a folder may have: no separator, at most 255 bytes. */
export function hostileNames(count: number): string[] {
  const random = seededRandom(20);
  const alone = PIECES.filter((piece) => piece !== '.').map((piece) => (piece === '-' ? '-x' : piece));
  const drawn = upTo(Math.max(0, count)).map((index) => {
    const pieces = upTo(2 + random(5)).map(() => PIECES[random(PIECES.length)]!);
    return `${pieces.join('')}${index}`;
  });
  const longest = 'n'.repeat(255);
  return [longest, ...alone, ...drawn].slice(0, count);
}

export async function launch(
  names: readonly string[],
  how: 'task' | 'shell',
  wrap: readonly string[] = [],
): Promise<string[]> {
  const files = new Files();
  const program = await bundleProgram(
    new URL('../programs/launchNames.ts', import.meta.url),
    join(files.folder, 'launchNames.cjs'),
  );
  const given = files.write('names.json', JSON.stringify(names));
  const root = join(files.folder, 'root');
  mkdirSync(root);
  const [command = process.execPath, ...args] = [...wrap, process.execPath, program, root, given, how];
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return status === 0 ? (JSON.parse(stdout) as string[]) : [`the launcher ended with ${status}: ${stderr.slice(-500)}`];
}

/** Under strace: nothing is started but Node.js, once for each name. */
async function traced(names: readonly string[]): Promise<Part> {
  const what = 'starts seen by strace';
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0)
    return { what, skipped: 'strace cannot trace here' };
  const log = new Files().write('log', '');
  const violations = await launch(names, 'task', ['strace', '-f', '-qq', '-s', '300', '-e', 'trace=execve', '-o', log]);
  const started = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => /execve\(/.test(line) && / = 0$/.test(line));
  const shells = started.filter((line) => /execve\("[^"]*\/(ba|da|z)?sh"/.test(line));
  if (shells.length > 0) violations.push(`a shell was started: ${shells[0]!.slice(0, 200)}`);
  if (started.length !== names.length + 1) violations.push(`${started.length} starts for ${names.length} names`);
  return { what, count: names.length, violations };
}

/** The recorder itself on scripts of such names, with such arguments. */
async function recorded(names: readonly string[]): Promise<Tried> {
  const violations: string[] = [];
  for (const name of names) {
    const workspace = new Workspace();
    const script = workspace.write(`${name.slice(0, 60)}.js`, training(1));
    const { failure, runFolders } = await workspace.record(script, { arguments: [name] });
    const said = failure ? null : (await openRun(runFolders[0]!)).manifest.script.arguments;
    if (said?.join() !== name) violations.push(`${JSON.stringify(name)}: ${failure?.wrong ?? said?.join()}`);
    if (existsSync(join(workspace.folder, 'canary'))) violations.push(`${JSON.stringify(name)} ran`);
    workspace.remove();
  }
  return { what: 'recorded trainings', count: names.length, violations };
}

export const names: TrustRow = {
  number: 20,
  what: 'names with spaces, quotes, newline, leading -, Unicode, 255 bytes',
  promise: 'one argument each, no shell',
  goal: '200 names',
  async *check(effort) {
    const all = hostileNames(200);
    yield traced(effort.full ? all : all.slice(0, 12));
    const forRecorder = [`a b'"-\n ü $(touch canary)`, ...all.filter((name) => !name.includes('\u202e')).slice(1)];
    yield recorded(forRecorder.slice(0, effort.count(1, 20)));
  },
  async control() {
    const violations = await launch(hostileNames(10), 'shell');
    return { what: 'a launcher that uses a shell', violations };
  },
};
