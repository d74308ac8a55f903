/** What is noted about the surroundings of a run: source files, git, versions, platform. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { release, type } from 'node:os';
import { resolve } from 'node:path';
import type { Layer, RunManifest } from '../../protocol/run.js';

/** SHA-256 of every file that a layer's span names, as it is now. */
export function sourceFiles(layers: readonly Layer[], workspace: string): RunManifest['files'] {
  const paths = [...new Set(layers.flatMap((layer) => layer.source?.file ?? []))];
  return paths.flatMap((path) => {
    try {
      return [
        {
          path,
          sha256: createHash('sha256')
            .update(readFileSync(resolve(workspace, path)))
            .digest('hex'),
        },
      ];
    } catch {
      // Code that was never a file (eval, a URL) has nothing to hash.
      return [];
    }
  });
}

const GIT_MILLISECONDS = 3000;

/** Commit, branch and whether something is not committed; null where there is no repository or no git. */
export function gitState(folder: string): RunManifest['git'] {
  const commit = git(folder, ['rev-parse', 'HEAD']);
  if (commit === null) return null;
  const branch = git(folder, ['symbolic-ref', '--short', '--quiet', 'HEAD']);
  const changes = git(folder, ['status', '--porcelain', '--untracked-files=no']);
  return { commit, branch, dirty: changes !== '' };
}

function git(folder: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    timeout: GIT_MILLISECONDS,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    // Looking must not lock the repository for a person who commits meanwhile.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
  });
  return status === 0 ? stdout.trim() : null;
}

export function platform(): RunManifest['platform'] {
  return { node: process.versions.node, os: `${type()} ${release()}`, architecture: process.arch };
}

declare const CNNSLICER_VERSION: string | undefined;

export function cnnslicerVersion(): string {
  return typeof CNNSLICER_VERSION === 'string' ? CNNSLICER_VERSION : 'source';
}

/** Versions of CNNSlicer, of the TensorFlow.js packages that the script uses, and of libtensorflow where it is used. */
export function packageVersions(tf: object): Record<string, string> {
  const { version, backend } = tf as {
    version?: Readonly<Record<string, string>>;
    backend?: () => { binding?: { TF_Version?: string } };
  };
  const libtensorflow = backend?.().binding?.TF_Version;
  const versions = Object.entries(version ?? {}).map(
    ([name, text]) => [name.startsWith('@') ? name : `@tensorflow/${name}`, text] as const,
  );
  return {
    cnnslicer: cnnslicerVersion(),
    ...Object.fromEntries(versions),
    ...(libtensorflow === undefined ? {} : { libtensorflow }),
  };
}
