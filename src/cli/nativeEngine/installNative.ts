/**
 * `cnnslicer doctor --install-native`: builds the native engine in a folder of its own beside the place where
 * it is used, and moves it there when it is whole. Broken off, it goes on at the step where it ended.
 */
import { mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installedNativeFolder, NATIVE_RECIPE, nativeFolder, nativeMarker } from '../../launch/nativeEngine.js';
import { Failure, throwIfCancelled } from '../../protocol/failure.js';
import { lockFolder } from './lockFolder.js';
import { runTool, ToolError } from './runTool.js';
import { STEPS, type Building, type Step } from './steps.js';
import { findPython, requireCompiler, requireNpm } from './tools.js';

const DOING = 'installing the native engine';
/** The most that lies on the disk at once: packages, wheel, and what is unpacked from it. */
const NEEDED_BYTES = 1.4e9;

export interface InstallRequest {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Build again what is there already, and download again what was broken off. */
  readonly force: boolean;
  /** `step` of `count`, from 1, begins. */
  progress(step: number, count: number, doing: string): void;
}

/**
 * Resolves to the engine's folder, and whether it was there before. Throws a Failure: environment where a
 * tool, the network or room is lacking, unsupported on other systems, cancelled.
 */
export async function installNative(request: InstallRequest): Promise<{ folder: string; wasThere: boolean }> {
  const folder = nativeFolder(request.environment);
  if (!request.force && installedNativeFolder(request.environment)) return { folder, wasThere: true };
  refuseOtherSystems(process.platform, process.arch);
  await prepareFolder(dirname(folder));
  const unlock = await lockFolder(folder, DOING);
  try {
    const built = await build(`${folder}.partial`, request);
    await rm(nativeMarker(folder), { force: true });
    await rm(folder, { recursive: true, force: true });
    await rename(built, folder);
    await writeFile(nativeMarker(folder), NATIVE_RECIPE);
    return { folder, wasThere: false };
  } finally {
    await unlock();
  }
}

/** libtensorflow's wheel is for this system; others have a working way of their own, or none. */
export function refuseOtherSystems(platform: string, architecture: string): void {
  if (platform === 'linux' && architecture === 'x64') return;
  throw new Failure({
    kind: 'unsupported',
    doing: DOING,
    wrong: `it is available for Linux on x64 only; this is ${platform} on ${architecture}`,
    tryThis: 'Train on WASM, which needs no installation, or install @tensorflow/tfjs-node in the workspace',
  });
}

async function prepareFolder(cache: string): Promise<void> {
  try {
    await mkdir(cache, { recursive: true });
  } catch (cause) {
    throw environment(
      `${cache} cannot be created (${codeOf(cause)})`,
      'Set XDG_CACHE_HOME to a writable folder',
      cause,
    );
  }
}

async function build(folder: string, request: InstallRequest): Promise<string> {
  const { signal, environment: variables } = request;
  const python = await findPython(variables, signal);
  await requireNpm(variables, signal);
  await requireCompiler(variables, signal);
  await startAt(folder, request.force);
  const building: Building = { folder, python, environment: variables };
  for (const [index, step] of STEPS.entries()) {
    throwIfCancelled(signal, step.doing);
    const mark = join(folder, 'steps', step.name);
    if ((await textOf(mark)) === NATIVE_RECIPE) continue;
    request.progress(index + 1, STEPS.length, step.doing);
    await take(step, building, signal);
    await writeFile(mark, NATIVE_RECIPE);
  }
  return folder;
}

/** What another version began is thrown away; room is asked for only where all is still to come. */
async function startAt(folder: string, force: boolean): Promise<void> {
  const recipe = join(folder, 'steps', 'recipe');
  if (!force && (await textOf(recipe)) === NATIVE_RECIPE) return;
  await rm(folder, { recursive: true, force: true });
  await requireRoom(dirname(folder));
  await mkdir(dirname(recipe), { recursive: true });
  await writeFile(recipe, NATIVE_RECIPE);
}

async function requireRoom(cache: string): Promise<void> {
  const { bavail, bsize } = await statfs(cache);
  if (bavail * bsize >= NEEDED_BYTES) return;
  const [free, needed] = [bavail * bsize, NEEDED_BYTES].map((bytes) => `${(bytes / 1e9).toFixed(1)} GB`);
  throw environment(
    `${cache} has ${free} free, but ${needed} are needed`,
    'Free some space, or set XDG_CACHE_HOME to another disk',
  );
}

/** One step, whose failures are told in its own words. */
async function take(step: Step, building: Building, signal: AbortSignal): Promise<void> {
  try {
    await step.run(building, (tool) => runTool(tool, step.doing, signal));
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const isDisk =
      codeOf(cause) === 'ENOSPC' || (cause instanceof ToolError && /No space left|ENOSPC/.test(cause.output));
    throw new Failure(
      {
        kind: 'environment',
        doing: step.doing,
        wrong: isDisk ? 'the disk is full' : cause instanceof Error ? cause.message : String(cause),
        tryThis: isDisk ? 'Free some space and run the command again; it continues where it stopped' : step.tryThis,
      },
      { cause },
    );
  }
}

function environment(wrong: string, tryThis: string, cause?: unknown): Failure {
  return new Failure({ kind: 'environment', doing: DOING, wrong, tryThis }, { cause });
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | null)?.code ?? String(cause);
}

function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
