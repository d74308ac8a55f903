/**
 * Names of TensorFlow.js packages that belong to one folder: the built native engine brings tfjs and what it
 * is made of, and a second copy of any of them would know neither its backend nor its layers.
 */
import { join, sep } from 'node:path';

const MOVED =
  /^@tensorflow\/tfjs(?:-node|-node-gpu|-core|-layers|-data|-converter|-backend-cpu|-backend-webgl)?(?=\/|$)/;

/** A file that is not there, whose `require` finds what the folder has. */
export function homeFile(home: string): string {
  return join(home, 'index.js');
}

/** What `request` is called in `home`; null where it stays: other packages, and what `home` itself asks for. */
export function nameInHome(request: string, parentFile: string | undefined, home: string): string | null {
  if (!MOVED.test(request) || parentFile?.startsWith(home + sep)) return null;
  return request.replace(/^@tensorflow\/tfjs-node-gpu/, '@tensorflow/tfjs-node');
}
