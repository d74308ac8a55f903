/**
 * TensorFlow.js on libtensorflow: the workspace's own tfjs-node where it loads, else the one that
 * `cnnslicer doctor --install-native` has built. That brings the rest of TensorFlow.js with it, which then
 * stands for the workspace's.
 */
import { availableParallelism } from 'node:os';
import type { EngineName } from './engineTypes.js';
import { firstLine } from './firstLine.js';
import type { StartedEngine } from './startEngine.js';
import { hasNativeAddon, loadFirst, resolvePackage, type Workspace } from './workspaceModules.js';

const NAMES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

export interface NativeRequest extends Workspace {
  /** Settles the choice. */
  readonly preferred?: EngineName | undefined;
  /** Absolute folder of the built native engine; null or undefined where none was built. */
  readonly nativeFolder?: string | null | undefined;
  /** Whether the script asks for tfjs-node by name. */
  readonly asksForNative?: boolean | undefined;
}

/** The started engine, or null with the `reasons` why there is none. */
export function startNativeEngine(request: NativeRequest, reasons: string[]): StartedEngine | null {
  return startOwn(request, reasons) ?? startBuilt(request, reasons);
}

function startOwn(request: NativeRequest, reasons: string[]): StartedEngine | null {
  const unloadable = new Set<string>(NAMES.filter((name) => isWithoutAddon(request, name)));
  for (const name of NAMES) {
    if (unloadable.has(name)) reasons.push(`The workspace's ${name} has no native library (its download is broken).`);
    else if (resolvePackage(request, name)) {
      const started = load(request, [name], `The workspace's ${name}`, reasons);
      if (!started) unloadable.add(name);
      else return { ...started, unloadable: [...unloadable], notice: insteadOf(reasons, name) };
    }
  }
  return null;
}

function isWithoutAddon(request: NativeRequest, name: string): boolean {
  const entry = resolvePackage(request, name);
  return entry !== null && !hasNativeAddon(entry);
}

/** Null where nothing was tried before. */
function insteadOf(reasons: readonly string[], name: string): string | null {
  return reasons.length === 0 ? null : `${reasons.join(' ')} Training runs on the workspace's ${name}.`;
}

/** Only where tfjs-node is meant: asked for by a setting, by the script, or by a package that does not load. */
function startBuilt(request: NativeRequest, reasons: string[]): StartedEngine | null {
  const { nativeFolder, preferred, asksForNative } = request;
  if (!nativeFolder) return null;
  if (preferred !== 'tensorflow' && !asksForNative && reasons.length === 0) return null;
  const place = { ...request, resolveFrom: nativeFolder };
  const started = load(place, ['@tensorflow/tfjs-node'], `The native engine in ${nativeFolder}`, reasons);
  if (!started) return null;
  const notice = [...reasons, `Training runs on the native engine in ${nativeFolder}.`].join(' ');
  return { ...started, home: nativeFolder, notice };
}

function load(place: NativeRequest, names: readonly string[], what: string, reasons: string[]): StartedEngine | null {
  try {
    putBackIsNullOrUndefined(place);
    const loaded = loadFirst(place, names);
    if (!loaded) throw new Error('it does not exist');
    const { tf, entry, version } = loaded;
    const chosen = place.preferred === 'tensorflow';
    const own = { bundled: false, home: null, unloadable: [], chosen };
    return { tf, entry, version, name: 'tensorflow', threads: threadCount(), notice: null, ...own };
  } catch (cause) {
    reasons.push(`${what} could not be loaded: ${firstLine(cause)}.`);
    return null;
  }
}

/** tfjs-node calls it; Node 23 took it away. */
function putBackIsNullOrUndefined({ require }: Workspace): void {
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

/** libtensorflow runs an operation on all processors unless this variable of its own says otherwise. */
function threadCount(): number {
  const asked = Number(process.env['TF_NUM_INTRAOP_THREADS']);
  return Number.isInteger(asked) && asked > 0 ? asked : availableParallelism();
}
