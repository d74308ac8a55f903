/** Whether there is a Node.js that can run the training script. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from '../../protocol/failure.js';

const OLDEST = [20, 19] as const;

/** Throws a Failure when `nodePath` cannot be started, is not Node.js, or is too old. */
export async function checkNode(nodePath: string): Promise<void> {
  const doing = 'looking for the Node.js that runs the training script';
  const tryThis = 'Install Node.js 20.19 or newer, or set "cnnslicer.node.path" to its location.';
  let version: string;
  try {
    version = (await promisify(execFile)(nodePath, ['--version'], { timeout: 20_000 })).stdout.trim();
  } catch (error) {
    throw new Failure(
      { kind: 'environment', doing, wrong: `"${nodePath}" cannot be started`, tryThis },
      { cause: error },
    );
  }
  if (!isNewEnough(version))
    throw new Failure({
      kind: 'environment',
      doing,
      wrong: `"${nodePath}" is ${/^v\d/.test(version) ? `Node.js ${version}` : 'not Node.js'}`,
      tryThis,
    });
}

export function isNewEnough(version: string): boolean {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
}
