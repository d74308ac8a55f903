/** Runs as zarr-python sees them; null where no Python with zarr is set up. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ArrayDigests {
  readonly shape: readonly number[];
  readonly type: string;
  readonly dimensions: readonly (string | null)[];
  readonly attributes: Readonly<Record<string, unknown>>;
  /** By epoch, or of the whole array; `error` where zarr-python refuses. */
  readonly digests: string | { readonly error: string } | Readonly<Record<string, string | { readonly error: string }>>;
}

export interface RunDigests {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ArrayDigests>>;
}

export const python = process.env['CNNSLICER_PYTHON'] ?? join(homedir(), '.cache/cnnslicer/python/bin/python');
const script = fileURLToPath(new URL('zarrDigests.py', import.meta.url));

/** Why tests that need Python are skipped; null when they run. */
export const pythonMissing = existsSync(python) ? null : `skipped: no Python at ${python} (set CNNSLICER_PYTHON)`;

/** All folders in one Python process, since it takes a second to start. */
export function zarrDigests(folders: readonly string[]): Readonly<Record<string, RunDigests>> {
  const output = execFileSync(python, [script], { input: JSON.stringify(folders), maxBuffer: 2 ** 30 });
  return JSON.parse(output.toString()) as Record<string, RunDigests>;
}

const ROUND = `
import hashlib, json, sys
import numpy as np
parts = [bytes.fromhex(part) for part in json.load(sys.stdin)]
halves = [np.frombuffer(part, dtype="<f4").astype("<f2").tobytes() for part in parts]
json.dump([hashlib.sha256(part).hexdigest() for part in halves], sys.stdout)
`;

/** Digests of what numpy rounds each of the arrays to. */
export function numpyHalves(arrays: readonly Float32Array[]): readonly string[] {
  const input = JSON.stringify(arrays.map((array) => Buffer.from(array.buffer).toString('hex')));
  return JSON.parse(execFileSync(python, ['-c', ROUND], { input, maxBuffer: 2 ** 30 }).toString()) as string[];
}

export function digest(values: ArrayBufferView): string {
  return createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');
}
