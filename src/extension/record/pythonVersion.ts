/** Whether there is a Python that can run the training script. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from '../../protocol/failure.js';

const OLDEST = [3, 9] as const;
const FRAMEWORKS = ['torch', 'keras', 'tf_keras', 'tensorflow'];
/** The first start of an environment on a slow disk. */
const PATIENCE_MILLISECONDS = 20_000;
/** Finds the frameworks without importing them: that takes seconds. */
const PROBE = `import sys
sys.path = [p for p in sys.path if p]
import importlib.util, json
print(json.dumps({"version": list(sys.version_info[:3]), "frameworks": [n for n in ${JSON.stringify(FRAMEWORKS)} if importlib.util.find_spec(n)]}))`;

const DOING = 'looking for the Python that runs the training script';
const CHOOSE = 'Choose another one with "Python: Select Interpreter", or set "cnnslicer.python" to its location.';

interface FoundPython {
  readonly version: readonly [number, number, number];
  /** That can be imported. */
  readonly frameworks: readonly string[];
}

/** Throws a Failure when the interpreter cannot be started, is too old, or has neither PyTorch nor Keras. */
export async function checkPython(python: string, folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const found = await probe(python, folder, environment);
  if (!found) throw failure(`"${python}" cannot be started, or is not Python 3`, CHOOSE);
  const fault = faultOf(python, found);
  if (fault) throw fault;
}

/** Null where it will do. */
export function faultOf(python: string, { version, frameworks }: FoundPython): Failure | null {
  const [major, minor] = version;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return failure(`"${python}" is Python ${version.join('.')}, and 3.9 or newer is needed`, CHOOSE);
  if (frameworks.length === 0)
    return failure(
      `"${python}" has neither PyTorch nor Keras`,
      `Install what the script needs ("${python}" -m pip install torch, or keras and tensorflow). ${CHOOSE}`,
    );
  return null;
}

/** The first of the commands that starts; the first of all where none does. */
export async function firstPython(
  commands: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  for (const command of commands) if (await probe(command, folder, environment)) return command;
  return commands[0] ?? 'python3';
}

async function probe(python: string, folder: string, environment: NodeJS.ProcessEnv): Promise<FoundPython | null> {
  try {
    const options = { cwd: folder, env: environment, timeout: PATIENCE_MILLISECONDS, windowsHide: true };
    const { stdout } = await promisify(execFile)(python, ['-c', PROBE], options);
    // What else an interpreter prints at its start comes before it.
    return JSON.parse(stdout.trim().split('\n').pop() ?? '') as FoundPython;
  } catch {
    return null;
  }
}

function failure(wrong: string, tryThis: string): Failure {
  return new Failure({ kind: 'environment', doing: DOING, wrong, tryThis });
}
