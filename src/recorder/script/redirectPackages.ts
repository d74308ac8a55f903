/**
 * Lets names of packages stand for a file elsewhere: TensorFlow.js where the workspace has none, and
 * tfjs-node where its native library is missing.
 */
import Module from 'node:module';
import type { StartedEngine } from '../engine/startEngine.js';

const BUNDLED = ['@tensorflow/tfjs', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'];
const NATIVE = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];

export type Redirects = Readonly<Record<string, string>>;

/** What has to be redirected for an engine; empty when the workspace's own packages do. */
export function redirectsFor(engine: StartedEngine): Redirects {
  const names = [...(engine.bundled ? BUNDLED : []), ...(engine.name === 'tensorflow' ? [] : NATIVE)];
  return Object.fromEntries(names.map((name) => [name, engine.entry]));
}

/** For `require`, and for `import` of what is CommonJS. */
export function redirectRequire(redirects: Redirects): void {
  const module = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string };
  const original = module._resolveFilename;
  module._resolveFilename = function (request, ...rest) {
    return redirects[request] ?? original.call(this, request, ...rest);
  };
}
