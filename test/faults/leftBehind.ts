/** What is left of a run whose disk refused something, against what an undisturbed run holds. */
import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import type { FileSystem } from '../../src/store/safety/fileSystem.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { readEverything } from '../store/readEverything.js';
import { recordEnduring } from './enduringRecord.js';
import { EXTENDED_EPOCH } from './smallRun.js';

/** What must hold of the run that is left: the saved epochs whole and as they were written, nothing torn. */
export async function violationsLeft(
  folder: string,
  saved: readonly number[],
  sound: ReadonlyMap<string, string>,
): Promise<string[]> {
  const { summary, epochStates } = await (await openRun(folder)).describe();
  const torn = epochStates.filter(({ state }) => state !== 'whole');
  const partial = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.partial'));
  const unlisted = await filesOfOtherEpochs(folder, saved);
  const answers = await readEverything(folder, EXTENDED_EPOCH);
  const wrong = answers.filter(({ question, digest }) => {
    const epoch = Number(/ (\d+)$/.exec(question)?.[1] ?? -1);
    return saved.includes(epoch) && digest !== sound.get(question);
  });
  return [
    ...(summary.epochs.join() === saved.join()
      ? []
      : [`epochs ${summary.epochs.join()} are whole, ${saved.join()} were saved`]),
    ...torn.map(({ epoch, state }) => `epoch ${epoch} is ${state}`),
    ...partial.map((file) => `${file}: a torn file was left`),
    ...unlisted.map((file) => `${file}: a file of an epoch that is not there was left`),
    ...wrong.map(({ question }) => `${question}: wrong values`),
  ];
}

/** Array files of epochs that are not among the saved: "…/c.<epoch>.…" of an array that has that axis. */
async function filesOfOtherEpochs(folder: string, saved: readonly number[]): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).map((file) => file.split(sep).join('/'));
  return files.filter((file) => {
    const epoch = /^(?:layers|epochs)\/.*\/c\.(\d+)/.exec(file)?.[1];
    return epoch !== undefined && !saved.includes(Number(epoch));
  });
}

/** Everything that an undisturbed run in `runs` reads as. */
export async function soundAnswers(runs: string, fileSystem: FileSystem): Promise<ReadonlyMap<string, string>> {
  const { folder, failures } = await recordEnduring(runs, fileSystem, 'sound');
  if (folder === null || failures.length > 0) throw new Error(`the undisturbed run failed: ${String(failures[0])}`);
  const answers = await readEverything(folder, EXTENDED_EPOCH);
  return new Map(answers.map(({ question, digest }) => [question, digest!]));
}
