/** A PyTorch training that is recorded under a fault, and what must hold of it afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordingOutcome, RecordingTask } from '../../src/launch/recordingTask.js';
import type { RecorderEvent } from '../../src/protocol/recorderEvents.js';
import type { RunStatus } from '../../src/protocol/run.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { bundles, type Sabotage } from '../recorder/support/bundles.js';
import { type Workspace, type Options } from '../recorder/support/workspace.js';
import { readEverything } from '../store/readEverything.js';

const python = process.env['CNNSLICER_TRAINING_PYTHON'];

/** Why nothing can be recorded here; null where it can. */
export const pythonMissing = (): string | null =>
  python ? null : '"node test/setup/python.mjs training" provides PyTorch; its path in CNNSLICER_TRAINING_PYTHON';

export const trainingPython = (): string => python!;

export const EPOCHS = 8;

/** Prints its losses and, at its end, a digest of its weights and what its generator draws next; `between`: after each epoch. */
export const training = (between = 'pass', epochs = EPOCHS): string => `import hashlib, os, socket, sys, time, torch
from torch import nn
torch.set_num_threads(1)
torch.manual_seed(1)

def sockets():
    """That the script did not open; those of its output are not counted."""
    links = [(int(fd), os.path.realpath(f"/proc/self/fd/{fd}")) for fd in os.listdir("/proc/self/fd")]
    return [fd for fd, link in links if fd > 2 and "socket:" in link]

class Momentum(torch.optim.Optimizer):
    # The wrapper imports the compiler of PyTorch, which takes as long as all else.
    add_param_group = torch.optim.Optimizer.add_param_group.__wrapped__
    @torch.no_grad()
    def step(self):
        for p in self.param_groups[0]["params"]:
            velocity = self.state[p].setdefault("velocity", torch.zeros_like(p))
            p.sub_(velocity.mul_(0.9).add_(p.grad), alpha=0.1)
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Dropout(0.2), nn.Flatten(), nn.Linear(4 * 36, 3))
optimizer = Momentum(model.parameters(), {})
images, labels = torch.randn(96, 1, 8, 8), torch.arange(96) % 3
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=16, shuffle=True)
for epoch in range(1, ${epochs} + 1):
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x), y)
        model.zero_grad(); loss.backward(); optimizer.step()
        time.sleep(0.005)
    print(epoch, loss.item(), flush=True)
    ${between}
digest = hashlib.sha256(b"".join(p.detach().numpy().tobytes() for p in model.parameters())).hexdigest()
print(digest, torch.rand(1).item(), flush=True)
`;

export interface Printed {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The script as it is without us. */
export function bare(script: string, cwd: string): Promise<Printed> {
  const child = spawn(trainingPython(), [script], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  return printed(child);
}

export function printed(child: ChildProcess): Promise<Printed> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr })));
}

export interface Processes {
  readonly script: number;
  readonly recorder: number;
}

/** Of the process that recorded the script's file, and those that have it in their command lines. */
export function processesOf(script: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(script) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function theTwo(script: string): Processes | null {
  const found = processesOf(script);
  const isRecorder = (id: number): boolean => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('pythonRecorder.cjs');
    } catch {
      return false;
    }
  };
  const recorder = found.find(isRecorder);
  const other = found.find((id) => !isRecorder(id));
  return recorder !== undefined && other !== undefined ? { script: other, recorder } : null;
}

export interface Recorded extends RecordingOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly notices: readonly string[];
  /** Epochs that were said to be whole. */
  readonly saved: readonly number[];
  readonly seconds: number;
}

/** When, of a recording, something is done to its processes. */
export type Moment =
  | { readonly milliseconds: number }
  /** After so many events that the recorder has told, and a little later. */
  | { readonly events: number; readonly milliseconds: number };

export interface Trial {
  readonly workspace: Workspace;
  readonly script: string;
  readonly options?: Options;
  readonly moment?: Moment;
  act?(processes: Processes, task: RecordingTask): void;
  onEvent?(event: RecorderEvent, task: RecordingTask): void;
}

export async function record({ workspace, script, options, moment, act, onEvent }: Trial): Promise<Recorded> {
  const started = performance.now();
  const notices: string[] = [];
  const saved: number[] = [];
  const output = { stdout: '', stderr: '' };
  let events = 0;
  let hasActed = false;
  const later = (milliseconds: number): void => {
    if (hasActed) return;
    hasActed = true;
    setTimeout(() => {
      const both = theTwo(script);
      if (both) act?.(both, task);
    }, milliseconds);
  };
  const task = await workspace.start(
    script,
    { pythonPath: trainingPython(), ...options },
    (event) => {
      events++;
      if (event.type === 'notice') notices.push(event.text);
      if (event.type === 'epoch-whole') saved.push(event.epoch);
      onEvent?.(event, task);
      if (moment && 'events' in moment && events >= moment.events) later(moment.milliseconds);
    },
    (chunk, stream) => (output[stream] += Buffer.from(chunk).toString()),
  );
  if (moment && !('events' in moment)) later(moment.milliseconds);
  const outcome = await task.done;
  return { ...outcome, ...output, notices, saved, seconds: (performance.now() - started) / 1000 };
}

/** The script ended as without us. */
export function differences(recorded: Printed, alone: Printed): string[] {
  return [
    ...(recorded.exitCode === alone.exitCode ? [] : [`the script ended with ${recorded.exitCode}`]),
    ...(recorded.stdout === alone.stdout ? [] : [`it printed ${JSON.stringify(recorded.stdout.slice(-200))}`]),
    ...(recorded.stderr === alone.stderr ? [] : [`stderr is ${JSON.stringify(recorded.stderr.slice(-300))}`]),
  ];
}

/** Answers of an undisturbed recording to all questions about its epochs. */
export type Sound = ReadonlyMap<string, string | null>;

export async function soundAnswers(folder: string): Promise<Sound> {
  return new Map((await readEverything(folder, EPOCHS)).map(({ question, digest }) => [question, digest]));
}

export interface Opened {
  readonly status: RunStatus;
  readonly epochs: readonly number[];
  readonly violations: readonly string[];
}

/** The run opens without repair at its last complete epoch, and everything in it is what was recorded. */
export async function opened(folder: string, { saved }: Pick<Recorded, 'saved'>, sound: Sound): Promise<Opened> {
  const { summary, epochStates } = await (await openRun(folder)).describe();
  const { epochs, status } = summary;
  const answers = await readEverything(folder, EPOCHS);
  const isOf = (question: string): number => Number(question.split(' ').at(-1));
  const wrong = answers.filter(
    ({ question, digest }) =>
      / \d+$/.test(question) && epochs.includes(isOf(question)) && digest !== sound.get(question),
  );
  const violations = [
    ...epochStates.flatMap((one) => (one.state === 'damaged' ? [`epoch ${one.epoch} is damaged: ${one.reason}`] : [])),
    ...saved.filter((epoch) => !epochs.includes(epoch)).map((epoch) => `epoch ${epoch} was said to be whole`),
    ...(epochs.every((epoch, place) => epoch === place) ? [] : [`epochs ${epochs.join()} are whole`]),
    ...wrong.slice(0, 3).map(({ question }) => `other values than undisturbed: ${question}`),
    ...(status.state === 'recording' ? ['it is shown as being recorded'] : []),
  ];
  return { status, epochs, violations };
}

/** Processes of the script that are still there after a moment. */
export async function leftBehind(script: string, seconds = 5): Promise<string[]> {
  for (let waited = 0; waited < seconds && processesOf(script).length > 0; waited += 0.1) await sleep(100);
  return processesOf(script).map((id) => `process ${id} is left`);
}

/** Open files of this process that are sockets or pipes. */
export function openSockets(): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return /^(socket|pipe):/.test(readlinkSync(`/proc/self/fd/${name}`));
    } catch {
      return false;
    }
  }).length;
}

/** The bundles with a part in Python that is broken on purpose, or in a hurry. */
export async function changedPython({ file, text, broken }: Sabotage): Promise<{ options: Options; remove(): void }> {
  const { dist } = await bundles();
  const folder = mkdtempSync(join(tmpdir(), 'cnnslicer-python-'));
  for (const name of readdirSync(dist)) if (name !== 'python') symlinkSync(join(dist, name), join(folder, name));
  cpSync(join(dist, 'python'), join(folder, 'python'), { recursive: true });
  const changed = join(folder, 'python', file);
  const source = readFileSync(changed, 'utf8');
  if (source.split(text).length !== 2) throw new Error(`${file} does not hold "${text}" exactly once`);
  writeFileSync(
    changed,
    source.replace(text, () => broken),
  );
  return {
    options: { recorderFile: join(folder, 'recorder.cjs') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
