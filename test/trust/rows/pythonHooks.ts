/** Row 35: an exception raised on purpose in every function of the recorder in Python, at every way to it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../recorder/support/bundles.js';
import { pythonMissing, trainingPython } from '../pythonTrials.js';
import type { Effort, Part, Tried, TrustRow } from '../row.js';

/** What test/python/every_function.py prints. */
interface Report {
  readonly functions: number;
  readonly trials: number;
  readonly told: number;
  readonly violations: readonly string[];
}

const HOURS = 3_600_000;

function raised(where: string, ...args: readonly string[]): Tried {
  const file = join(root, 'test/python/every_function.py');
  const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const options = { encoding: 'utf8', env, timeout: 4 * HOURS, maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(trainingPython(), [file, where, ...args], options);
  if (status !== 0) return { what: where, count: 0, violations: [`it ended with ${status}: ${stderr.slice(-500)}`] };
  const { functions, trials, told, violations } = JSON.parse(stdout) as Report; // as the program prints it
  return { what: `${WHERE[where]} (${functions} functions, told in ${told})`, count: trials, violations };
}

const WHERE: Readonly<Record<string, string>> = {
  start: 'as the interpreter starts',
  pytorch: 'trainings with PyTorch',
  keras: 'trainings with Keras on PyTorch',
};

async function* everyHook(effort: Effort): AsyncGenerator<Part, void, void> {
  const skipped = pythonMissing();
  if (skipped) {
    yield { what: 'exceptions in the recorder in Python', skipped };
    return;
  }
  yield raised('start');
  const few = effort.full ? [] : ['--most', '8'];
  yield raised('pytorch', ...few, ...(effort.full ? [] : ['--shapes', 'plain']));
  yield raised('keras', ...few, ...(effort.full ? [] : ['--shapes', 'arrays']));
}

export const pythonHooks: TrustRow = {
  number: 35,
  what: 'an exception in every function of the recorder in Python',
  promise: 'the script prints and computes what it does unrecorded',
  goal: 'every function, every way that leads to it, 8 shapes of PyTorch and 7 of Keras',
  check: everyHook,
  control() {
    const what = 'hooks that pass exceptions on';
    const skipped = pythonMissing();
    if (skipped) return Promise.resolve({ what, skipped });
    const { violations } = raised('pytorch', '--unguarded', '--shapes', 'plain', '--most', '4');
    return Promise.resolve({ what, violations });
  },
};
