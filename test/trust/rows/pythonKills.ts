/** Row 33: Python, its recorder, or both killed while a training is recorded, at progress and at times of chance. */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { forEachLimited } from '../../../src/system/forEachLimited.js';
import { listRuns } from '../../../src/store/runs/listRuns.js';
import { bundles } from '../../recorder/support/bundles.js';
import { Workspace, type Options } from '../../recorder/support/workspace.js';
import {
  bare,
  changedPython,
  differences,
  EPOCHS,
  leftBehind,
  opened,
  openSockets,
  printed,
  processesOf,
  pythonMissing,
  record,
  soundAnswers,
  training,
  trainingPython,
  type Moment,
  type Printed,
  type Processes,
  type Recorded,
  type Sound,
} from '../pythonTrials.js';
import { reason, type Effort, type Part, type TrustRow } from '../row.js';

const AT_ONCE = 2;
const WHICH = ['Python', 'the recorder', 'both'] as const;
type Which = (typeof WHICH)[number];

/** What an undisturbed recording and the script alone come to. */
interface Reference {
  readonly alone: Printed;
  readonly sound: Sound;
  /** From its start to its end, and to its first event. */
  readonly milliseconds: number;
  readonly firstEvent: number;
  readonly events: number;
}

async function reference(options: Options = {}): Promise<Reference> {
  const workspace = new Workspace([]);
  try {
    const script = workspace.write('train.py', training());
    const alone = await bare(script, workspace.folder);
    let [events, firstEvent] = [0, 0];
    const started = performance.now();
    const onEvent = (): void => {
      events++;
      firstEvent ||= performance.now() - started;
    };
    const recorded = await record({ workspace, script, options, onEvent });
    if (recorded.failure) throw new Error(`${recorded.failure.wrong} ${recorded.stderr}`);
    const sound = await soundAnswers(recorded.runFolders[0]!);
    return { alone, sound, events, firstEvent, milliseconds: 1000 * recorded.seconds };
  } finally {
    workspace.remove();
  }
}

/** Three in four while epochs are recorded, by what has been told; the others at any time from the start on. */
function moments(count: number, { events, firstEvent, milliseconds }: Reference, seed: number): Moment[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) =>
    index % 4 === 3
      ? { milliseconds: random(Math.ceil(index % 8 === 3 ? milliseconds : firstEvent)) }
      : { events: 1 + random(events), milliseconds: random(40) },
  );
}

const kill = (id: number): void => {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    return; // it has ended
  }
};

const killed = (which: Which, { script, recorder }: Processes): void => {
  if (which !== 'the recorder') kill(script);
  if (which !== 'Python') kill(recorder);
};

async function violationsOf(which: Which, moment: Moment, about: Reference, options?: Options): Promise<string[]> {
  const workspace = new Workspace([]);
  try {
    const script = workspace.write('train.py', training());
    let wasKilled = false;
    const recorded = await record({
      ...{ workspace, script, moment, options },
      act: (processes) => {
        wasKilled = true;
        killed(which, processes);
      },
    });
    const isCut = wasKilled && which !== 'the recorder' && recorded.signal === 'SIGKILL';
    const found = [
      ...(isCut ? cutOff(recorded, about.alone) : differences(recorded, about.alone)),
      ...(await violationsOfRun(recorded, wasKilled ? which : null, about.sound)),
      ...(await leftBehind(script)),
    ];
    return found.map((one) => `${which} at ${JSON.stringify(moment)}: ${one}`);
  } finally {
    workspace.remove();
  }
}

/** Of a script that was killed: what it had printed is what it would have, and the command says how it ended. */
function cutOff(recorded: Recorded, alone: Printed): string[] {
  return [
    ...(alone.stdout.startsWith(recorded.stdout) ? [] : [`it printed ${recorded.stdout.slice(-200)}`]),
    ...(recorded.exitCode === null ? [] : [`the exit code is ${recorded.exitCode}`]),
    ...(/SIGKILL/.test(recorded.failure?.wrong ?? '') ? [] : [`it is said: ${recorded.failure?.wrong}`]),
  ];
}

async function violationsOfRun(recorded: Recorded, which: Which | null, sound: Sound): Promise<string[]> {
  const { runFolders, saved, stdout, failure } = recorded;
  const [folder] = runFolders;
  if (folder === undefined) return [];
  const { status, epochs, violations } = await opened(folder, recorded, sound);
  const trained = stdout.split('\n').filter((line) => /^\d+ /.test(line)).length;
  const isWhole = epochs.at(-1) === EPOCHS;
  const isRight = status.state === 'broken' || (status.state === 'finished' && (isWhole || which === null));
  return [
    ...violations,
    ...(isRight ? [] : [`it is ${JSON.stringify(status)} with epochs ${epochs.join()}`]),
    ...(epochs.length <= trained + 2 ? [] : [`${epochs.length} epochs of ${trained}`]),
    // What Python had sent is written where the recorder lives.
    ...(which === 'Python' && epochs.length < trained ? [`epochs ${epochs.join()} of ${trained}`] : []),
    ...(which === null && failure ? [failure.wrong] : []),
    ...(which !== null && !isWhole && !failure ? [`nobody was told, epochs ${saved.join()}`] : []),
  ];
}

async function* atRandomMoments(effort: Effort, about: Reference): AsyncGenerator<Part, void, void> {
  const count = effort.count(2, 50);
  const seed = Date.now() % 2 ** 31;
  for (const [place, which] of WHICH.entries()) {
    const before = openSockets();
    const violations: string[] = [];
    let recording = 0;
    await forEachLimited(moments(count, about, seed + place), AT_ONCE, async (moment) => {
      if ('events' in moment) recording++;
      violations.push(...(await violationsOf(which, moment, about).catch((error: unknown) => [reason(error)])));
    });
    const grown = openSockets() - before;
    if (grown > 0) violations.push(`${grown} sockets or pipes are left open`);
    yield { what: `SIGKILL of ${which} (${recording} while epochs were recorded)`, count, violations };
  }
}

/** The script failed; or what writes the recording did, as the docs of the command say. */
const EXIT_CODE: Record<Which, number> = { Python: 6, 'the recorder': 5, both: 5 };

/** `cnnslicer record`, whose exit code a shell sees. */
async function byCommand(which: Which, { alone }: Reference): Promise<string[]> {
  const workspace = new Workspace([]);
  try {
    const script = workspace.write('train.py', training());
    const cli = join((await bundles()).dist, 'cli.cjs');
    const args = [cli, 'record', '--probes', '40', '--python', trainingPython(), script];
    const child = spawn(process.execPath, args, { cwd: workspace.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const done = printed(child);
    const commits = (): number => {
      try {
        const [run = ''] = readdirSync(workspace.runsFolder);
        return readdirSync(join(workspace.runsFolder, run, 'commits')).filter((name) => /^\d+\.json$/.test(name))
          .length;
      } catch {
        return 0;
      }
    };
    while (commits() < 3 && child.exitCode === null) await sleep(10);
    const children = processesOf(script).filter((id) => id !== child.pid);
    for (const id of children)
      if (which === 'both' || isRecorder(children, id) === (which === 'the recorder')) kill(id);
    const { exitCode, stderr } = await done;
    const [run] = await listRuns(workspace.runsFolder);
    const isCut = which !== 'the recorder';
    // Of the losses, which may stand between progress, and the weights.
    const lost = isCut ? [] : alone.stdout.split('\n').filter((line) => !stderr.includes(line));
    return [
      ...(exitCode === EXIT_CODE[which] ? [] : [`cnnslicer ended with ${exitCode}`]),
      ...lost.map((line) => `the script did not print ${line}`),
      ...(run?.status.state === 'broken' && run.epochs.length >= 2
        ? []
        : [`the run is ${JSON.stringify(run?.status)}`]),
      ...(await leftBehind(script)),
    ].map((one) => `${which}, by command: ${one}`);
  } finally {
    workspace.remove();
  }
}

/** The recorder is started before Python. */
const isRecorder = (children: readonly number[], id: number): boolean => id === Math.min(...children);

async function* everyKill(effort: Effort): AsyncGenerator<Part, void, void> {
  const skipped = pythonMissing() ?? (process.platform === 'linux' ? null : 'processes are found in /proc');
  if (skipped) {
    yield { what: 'kills of Python and its recorder', skipped };
    return;
  }
  const about = await reference();
  yield* atRandomMoments(effort, about);
  const rounds = effort.count(1, 5);
  const violations: string[] = [];
  for (const which of effort.full ? WHICH : (['the recorder'] as const))
    for (let round = 0; round < rounds; round++) violations.push(...(await byCommand(which, about)));
  yield { what: 'SIGKILL under cnnslicer record', count: rounds * (effort.full ? WHICH.length : 1), violations };
}

export const pythonKills: TrustRow = {
  number: 33,
  what: 'SIGKILL of Python, of its recorder, of both',
  promise: 'the script ends as without us, the run opens at its last complete epoch, nothing is left behind',
  goal: '50 random moments each',
  check: everyKill,
  async control() {
    const what = 'a recorder in Python that ends the script when nobody listens';
    const skipped = pythonMissing();
    if (skipped) return { what, skipped };
    const file = 'cnnslicer_recorder/channel.py';
    const text = '            except Exception:\n                self.abandon()\n';
    const { options, remove } = await changedPython({
      file,
      text,
      broken: text.replace('self.abandon()', 'os._exit(3)'),
    });
    try {
      // Undisturbed, that recorder records as the true one does.
      const about = await reference(options);
      return { what, violations: await violationsOf('the recorder', { events: 3, milliseconds: 0 }, about, options) };
    } finally {
      remove();
    }
  },
};
