/**
 * Where `cnnslicer doctor --install-native` keeps the native engine that it builds, and whether it is whole.
 * The recorder is told the folder when it starts; it never looks for it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { userFolder } from '../system/userFolder.js';

/** What is built: tfjs-node from npm on the libtensorflow that Python's wheel of TensorFlow carries. */
export const NATIVE_VERSIONS = { tfjsNode: '4.22.0', libtensorflow: '2.15.1' } as const;

/** What the marker of a whole folder says. Another text, or none, is another recipe or a part of one. */
export const NATIVE_RECIPE = JSON.stringify(NATIVE_VERSIONS);

/** The folder of the native engine, there or not: `cnnslicer/native` in the person's cache folder. */
export function nativeFolder(environment: NodeJS.ProcessEnv): string {
  return join(userFolder(environment), 'native');
}

/** The file that is written last. */
export function nativeMarker(folder: string): string {
  return `${folder}.done`;
}

/** The folder when everything is in it, else null. */
export function installedNativeFolder(environment: NodeJS.ProcessEnv): string | null {
  const folder = nativeFolder(environment);
  const marker = nativeMarker(folder);
  if (!existsSync(marker) || !existsSync(folder)) return null;
  return readFileSync(marker, 'utf8') === NATIVE_RECIPE ? folder : null;
}
