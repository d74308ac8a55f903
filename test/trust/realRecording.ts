/** Trainings recorded by the built recorder under a fault, compared with the same training unrecorded. */
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRecording, type RecordingOutcome, type RecordingTask } from '../../src/launch/recordingTask.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { bundles, root } from '../recorder/support/bundles.js';
import { PREAMBLE, runBare, Workspace } from '../recorder/support/workspace.js';

/** Trains by `fits` fits, waiting a moment after each epoch, and prints its losses and the bits of its weights. */
export const training = (epochs: number, waitMilliseconds = 0, fits = 1): string => `${PREAMBLE}
const { x, y } = samples(48, 3);
const model = compiled(network());
const callbacks = { onEpochEnd: () => new Promise((next) => setTimeout(next, ${waitMilliseconds})) };
const fit = () => model.fit(x, y, { epochs: ${epochs / fits}, batchSize: 16, verbose: 0, callbacks });
Array.from({ length: ${fits - 1} }).reduce((before) => before.then(fit), fit()).then(({ history }) =>
  console.log(history.loss.join(), model.getWeights().map((w) => Buffer.from(w.dataSync().buffer.slice(0)).toString('base64')).join()));`;

export interface Followed extends RecordingOutcome {
  readonly output: string;
  readonly notices: readonly string[];
  /** Epochs that were said to be whole. */
  readonly saved: readonly number[];
}

export interface Follow {
  readonly runsFolder: string;
  /** Folder of recorder.cjs; the built one by default. */
  readonly dist?: string;
  onEvent?(event: RecorderEvent, task: RecordingTask): void;
}

export async function follow(workspace: Workspace, script: string, options: Follow): Promise<Followed> {
  const dist = options.dist ?? (await bundles()).dist;
  const notices: string[] = [];
  const saved: number[] = [];
  let output = '';
  const task = startRecording({
    ...{ nodePath: process.execPath, recorderFile: join(dist, 'recorder.cjs'), script, arguments: [] },
    ...{ workingFolder: workspace.folder, workspace: workspace.folder, runsFolder: options.runsFolder },
    ...{ probes: 40, byteBudget: 2 ** 30, timeShare: 1000, nativeFolder: null },
    onOutput: (chunk, stream) => (output += stream === 'stdout' ? Buffer.from(chunk).toString() : ''),
    onEvent: (event) => {
      if (event.type === 'notice') notices.push(event.text);
      if (event.type === 'epoch-whole') saved.push(event.epoch);
      options.onEvent?.(event, task);
    },
  });
  return { ...(await task.done), output, notices, saved };
}

/** What must hold of a training that a disk disturbed: it ends as it does unrecorded, and saved epochs are whole. */
export async function violationsAfter(
  followed: Followed,
  bare: { exitCode: number | null; stdout: string },
): Promise<string[]> {
  const found: string[] = [];
  if (followed.exitCode !== bare.exitCode) found.push(`the training ended with ${followed.exitCode}`);
  if (followed.output !== bare.stdout) found.push('losses or weights are others than without recording');
  for (const folder of followed.runFolders) {
    const { summary, epochStates } = await (await openRun(folder)).describe();
    const lost = followed.saved.filter((epoch) => !summary.epochs.includes(epoch));
    found.push(...lost.map((epoch) => `epoch ${epoch} was said to be whole and is not`));
    found.push(
      ...epochStates.filter(({ state }) => state === 'damaged').map(({ epoch }) => `epoch ${epoch} is damaged`),
    );
  }
  return found;
}

/** Fails the `at`th call of write or sync of a file by the writer's thread; the worker itself is as it ships. */
const FAILING = (at: number): string => `
const { promises: fs } = require('node:fs');
const open = fs.open;
let left = ${at};
const refuse = async (act) => {
  if (--left === 0) throw Object.assign(new Error('EIO: i/o error, injected'), { code: 'EIO' });
  return act();
};
fs.open = async (...args) => {
  const handle = await open(...args);
  for (const name of ['write', 'sync']) {
    const act = handle[name].bind(handle);
    handle[name] = (...given) => refuse(() => act(...given));
  }
  return handle;
};
require('./soundWriter.cjs');`;

/** The bundles with something in front of the writer's thread. */
async function distWith(before: string): Promise<{ dist: string; remove(): void }> {
  const { dist: shipped } = await bundles();
  const dist = mkdtempSync(join(tmpdir(), 'cnnslicer-dist-'));
  cpSync(shipped, dist, { recursive: true, filter: (path) => !/\.vsix$|webview|\.map$/.test(path) });
  symlinkSync(join(root, 'node_modules'), join(dist, 'node_modules'));
  renameSync(join(dist, 'writerWorker.cjs'), join(dist, 'soundWriter.cjs'));
  writeFileSync(join(dist, 'writerWorker.cjs'), before);
  return { dist, remove: () => rmSync(dist, { recursive: true, force: true }) };
}

/** One training whose writer fails once. */
export async function failingWriter(at: number): Promise<string[]> {
  const workspace = new Workspace();
  const { dist, remove } = await distWith(FAILING(at));
  try {
    const script = workspace.write('train.js', training(8));
    const bare = await runBare(script);
    const followed = await follow(workspace, script, { runsFolder: workspace.runsFolder, dist });
    const wasTold = followed.notices.some((text) => text.includes('EIO')) || followed.failure !== null;
    const untold = wasTold ? [] : ['nobody was told'];
    return [...untold, ...(await violationsAfter(followed, bare))].map((one) => `EIO at ${at}: ${one}`);
  } finally {
    remove();
    workspace.remove();
  }
}
