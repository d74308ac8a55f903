/**
 * Numbers of the command line to hold against those on the screen. It reads a copy of the recording, so that neither
 * finds in the cache what the other computed.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SizeRow } from '../../../src/cli/trainSizes.js';
import type { MeasureResult } from '../../../src/protocol/measure.js';

export interface CommandLine {
  /** Id of the run. */
  readonly run: string;
  /** What the recording of the group printed, a row a size. */
  readonly sizes: readonly SizeRow[];
  /** What a measure of a query is; asked once. */
  query<R extends MeasureResult>(
    measure: R['measure'],
    query: string,
    options?: readonly string[],
    run?: string,
  ): Promise<R>;
  /** The JSON of any other command. */
  json<T>(...args: string[]): Promise<T>;
  /** What a command that fails says. */
  failure(...args: string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function commandLineOn(folder: string, run: string, sizes: readonly SizeRow[]): Promise<CommandLine> {
  const copy = await mkdtemp(join(tmpdir(), 'cnnslicer-tour-copy-'));
  await cp(join(folder, '.cnnslicer'), join(copy, '.cnnslicer'), { recursive: true });
  const asked = new Map<string, Promise<unknown>>();
  const json = (...args: string[]): Promise<unknown> => {
    const key = JSON.stringify(args);
    const answer = asked.get(key) ?? cnnslicer(copy, args).then((text) => JSON.parse(text) as unknown);
    asked.set(key, answer);
    return answer;
  };
  return {
    ...{ run, sizes },
    // The command answers with what was asked for.
    query: (measure, query, options = [], of = run) =>
      json('query', of, query, '--measure', measure, ...options, '--json') as Promise<never>,
    json: (...args) => json(...args, '--json') as Promise<never>,
    failure: (...args) =>
      cnnslicer(copy, args).then(
        () => '',
        (error: { stderr?: string }) => error.stderr ?? '',
      ),
    remove: () => rm(copy, { recursive: true, force: true }),
  };
}

const cli = resolve('dist/cli.cjs');

/** What the command prints. */
export async function cnnslicer(folder: string, args: readonly string[]): Promise<string> {
  const options = { cwd: folder, maxBuffer: 2 ** 28 };
  return (await promisify(execFile)(process.execPath, [cli, ...args], options)).stdout;
}
