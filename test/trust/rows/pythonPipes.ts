/**
 * Row 34: what lies between Python and its recorder. Frames that are none, replies that are none, a socket that is
 * closed or half closed, a recorder that stops reading, a disk that is full.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { seededRandom } from '../../../src/recorder/model/seededRandom.js';
import { forEachLimited } from '../../../src/system/forEachLimited.js';
import { brokenRecorder, root } from '../../recorder/support/bundles.js';
import { Workspace, type Options } from '../../recorder/support/workspace.js';
import { cutOff, HOSTILE, mutated, violationsOf, type Hostile } from '../hostileFrames.js';
import { mountMissing, tmpfs } from '../mounts.js';
import {
  bare,
  changedPython,
  differences,
  leftBehind,
  opened,
  pythonMissing,
  record,
  soundAnswers,
  training,
  trainingPython,
  type Printed,
  type Recorded,
  type Sound,
} from '../pythonTrials.js';
import { reason, spread, upTo, type Control, type Effort, type Part, type Tried, type TrustRow } from '../row.js';

const AT_ONCE = 2;

async function frames(what: string, hostile: readonly Hostile[], dist?: string): Promise<Tried> {
  const violations: string[] = [];
  await forEachLimited(hostile, AT_ONCE, async (one) => {
    violations.push(...(await violationsOf(one, dist).catch((error: unknown) => [`${one.what}: ${reason(error)}`])));
  });
  return { what, count: hostile.length, violations };
}

/** Replies to Python that are none, of `most` kinds. */
function replies(most: number): Tried {
  const what = 'replies to Python that are none';
  const args = [join(root, 'test/python/garbled_replies.py'), '--most', String(most)];
  const options = { encoding: 'utf8', timeout: 3_600_000, maxBuffer: 2 ** 26 } as const;
  const { status, stdout, stderr } = spawnSync(trainingPython(), args, options);
  if (status !== 0) return { what, count: 0, violations: [`it ended with ${status}: ${stderr.slice(-500)}`] };
  const { trials, violations } = JSON.parse(stdout) as { trials: number; violations: string[] };
  return { what, count: trials, violations };
}

/** After the third epoch, to the socket; from then on an epoch takes longer than a script takes to end. */
const afterThree = (statement: string): string => `if epoch == 3: ${statement}
    time.sleep(1 if epoch >= 3 else 0)`;
const toSocket = (call: string): string =>
  afterThree(`[(s.${call}, s.detach()) for s in [socket.socket(fileno=fd) for fd in sockets()]]`);

const CLOSES: readonly (readonly [what: string, between: string])[] = [
  ['closes all descriptors', afterThree('os.closerange(3, 1024)')],
  ['sends no more', toSocket('shutdown(socket.SHUT_WR)')],
  ['reads no more', toSocket('shutdown(socket.SHUT_RD)')],
  ['neither sends nor reads', toSocket('shutdown(socket.SHUT_RDWR)')],
  ['writes to it', toSocket('send(b"x" * 100)')],
];

/** The run ends at the third epoch, with a reason. */
async function closed(between: string, sound: Sound): Promise<string[]> {
  const workspace = new Workspace([]);
  try {
    const script = workspace.write('train.py', training(between));
    const alone = await bare(script, workspace.folder);
    const recorded = await record({ workspace, script });
    return [...differences(recorded, alone), ...(await endedAt(recorded, sound, 2)), ...(await leftBehind(script))];
  } finally {
    workspace.remove();
  }
}

/** The run is broken after at least so many epochs, and somebody was told. */
async function endedAt(recorded: Recorded, sound: Sound, least: number): Promise<string[]> {
  const [folder] = recorded.runFolders;
  if (folder === undefined) return ['there is no run'];
  const { status, epochs, violations } = await opened(folder, recorded, sound);
  const isTold = recorded.notices.length > 0 || recorded.failure !== null;
  return [
    ...violations,
    ...(status.state === 'broken' && epochs.length >= least
      ? []
      : [`it is ${JSON.stringify(status)}, ${epochs.join()}`]),
    ...(isTold ? [] : ['nobody was told']),
  ];
}

/** How long a script waits for a recorder that takes nothing, in a copy that is in a hurry. */
const PATIENCE = 3;
const HURRIED = {
  file: 'cnnslicer_recorder/channel.py',
  text: '_PATIENCE = 60\n',
  broken: `_PATIENCE = ${PATIENCE}\n`,
};

interface Stopped {
  readonly alone: Printed;
  readonly sound: Sound;
  readonly options: Options;
  readonly seconds: number;
}

/** The recorder is stopped at a moment, for as long or for good: then the script ends by itself, in bounded time. */
async function stopped(events: number, forSeconds: number | null, about: Stopped): Promise<string[]> {
  const workspace = new Workspace([]);
  try {
    const script = workspace.write('train.py', training());
    let wasLate = false;
    const started = performance.now();
    const recorded = await record({
      ...{ workspace, script, options: about.options, moment: { events, milliseconds: 0 } },
      act: ({ script: python, recorder }) => {
        process.kill(recorder, 'SIGSTOP');
        if (forSeconds !== null) return void setTimeout(() => process.kill(recorder, 'SIGCONT'), 1000 * forSeconds);
        // It goes on when the script has ended, or when that is long overdue.
        const timer = setInterval(() => {
          wasLate = performance.now() - started > 1000 * (2 * about.seconds + 30);
          if (isThere(python) && !wasLate) return;
          clearInterval(timer);
          process.kill(recorder, 'SIGCONT');
        }, 50);
      },
    });
    const found = [
      ...differences(recorded, about.alone),
      ...(wasLate ? ['the script waits for ever'] : []),
      ...(forSeconds === null ? [] : await whole(recorded, about.sound)),
      ...(forSeconds === null && recorded.runFolders[0]
        ? (await opened(recorded.runFolders[0], recorded, about.sound)).violations
        : []),
      ...(await leftBehind(script)),
    ];
    return found.map((one) => `after ${events} events: ${one}`);
  } finally {
    workspace.remove();
  }
}

function isThere(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

async function whole(recorded: Recorded, sound: Sound): Promise<string[]> {
  const { status, violations } = await opened(recorded.runFolders[0]!, recorded, sound);
  return [...violations, ...(status.state === 'finished' ? [] : [`it is ${JSON.stringify(status)}`])];
}

async function onSmallDisk(kibibytes: number, alone: Printed, sound: Sound): Promise<string[]> {
  const workspace = new Workspace([]);
  const disk = tmpfs(`size=${kibibytes}k`);
  try {
    const script = workspace.write('train.py', training());
    const recorded = await record({ workspace, script, options: { runsFolder: join(disk.folder, 'runs') } });
    const [folder] = recorded.runFolders;
    const found = [
      ...differences(recorded, alone),
      ...(recorded.notices.length > 0 || recorded.failure ? [] : ['nobody was told']),
      ...(folder === undefined ? [] : (await opened(folder, recorded, sound)).violations.filter(isNoGap)),
    ];
    return found.map((one) => `${kibibytes} KiB: ${one}`);
  } finally {
    disk.remove();
    workspace.remove();
  }
}

/** Epochs are left out while the disk is full. */
const isNoGap = (violation: string): boolean => !/^epochs .* are whole$/.test(violation);

async function reference(): Promise<{ alone: Printed; sound: Sound; seconds: number }> {
  const workspace = new Workspace([]);
  try {
    const script = workspace.write('train.py', training());
    const alone = await bare(script, workspace.folder);
    const recorded = await record({ workspace, script });
    if (recorded.failure) throw new Error(`${recorded.failure.wrong} ${recorded.stderr}`);
    return { alone, sound: await soundAnswers(recorded.runFolders[0]!), seconds: recorded.seconds };
  } finally {
    workspace.remove();
  }
}

async function each<T>(what: string, cases: readonly T[], check: (one: T) => Promise<string[]>): Promise<Tried> {
  const violations: string[] = [];
  await forEachLimited(cases, AT_ONCE, async (one) => {
    violations.push(...(await check(one).catch((error: unknown) => [reason(error)])));
  });
  return { what, count: cases.length, violations };
}

async function* inTrainings(effort: Effort): AsyncGenerator<Part, void, void> {
  const skipped = pythonMissing();
  if (skipped) {
    yield { what: 'trainings whose socket is closed, filled or garbled', skipped };
    return;
  }
  if (effort.full) yield replies(1000);
  const { alone, sound, seconds } = await reference();
  const closes = CLOSES.slice(0, effort.count(1, CLOSES.length));
  yield each(
    `scripts that close the socket (${closes.map(([what]) => what).join(', ')})`,
    closes,
    async ([what, between]) => (await closed(between, sound)).map((one) => `${what}: ${one}`),
  );
  const random = seededRandom(Date.now() % 2 ** 31);
  const moments = upTo(effort.count(1, 10)).map(() => 1 + random(12));
  const patient = { alone, sound, seconds, options: {} };
  yield each('a recorder that is stopped for a second', moments, (events) => stopped(events, 1, patient));
  if (!effort.full) return;
  const { options, remove } = await changedPython(HURRIED);
  try {
    const hurried = { ...patient, options };
    yield each('a recorder that stops for good', moments, (events) => stopped(events, null, hurried));
  } finally {
    remove();
  }
  const missing = mountMissing();
  if (missing) yield { what: 'small disks', skipped: missing };
  else
    yield each(
      'full disks',
      spread(effort.count(1, 12), 12).map((one) => 40 + 20 * one),
      (kibibytes) => onSmallDisk(kibibytes, alone, sound),
    );
}

async function control(effort: Effort): Promise<Control> {
  const what = 'a recorder that believes the sizes of a network; a script that waits for ever';
  const file = 'src/recorder/python/pythonRun.ts';
  const broken = await brokenRecorder(
    { file, text: '    checkBegin(begin, layers);\n', broken: '' },
    'pythonRecorder.cjs',
  );
  const large = HOSTILE.filter((one) => /^(2147483648|4294967296) classes$/.test(one.what));
  const { violations } = await frames(what, large, dirname(broken.recorderFile));
  broken.remove();
  if (!effort.full || pythonMissing()) return { what: 'a recorder that believes the sizes of a network', violations };
  const { alone, sound } = await reference();
  const { options, remove } = await changedPython({ ...HURRIED, broken: '_PATIENCE = 10**6\n' });
  try {
    const waits = await stopped(2, null, { alone, sound, options, seconds: 1 });
    return { what, violations: waits.length === 0 ? [] : [...violations, ...waits] };
  } finally {
    remove();
  }
}

async function* everyPipe(effort: Effort): AsyncGenerator<Part, void, void> {
  const seed = Date.now() % 2 ** 30;
  const hostile = spread(effort.count(8, HOSTILE.length), HOSTILE.length).map((place) => HOSTILE[place - 1]!);
  yield await frames('frames that are none', hostile);
  const count = effort.count(4, 200);
  yield await frames(
    'conversations with one change',
    upTo(count).map((place) => mutated(seed + place)),
  );
  yield await frames(
    'conversations cut off',
    upTo(effort.count(2, 50)).map((place) => cutOff(seed + place)),
  );
  yield* inTrainings(effort);
}

export const pythonPipes: TrustRow = {
  number: 34,
  what: 'between Python and its recorder: hostile frames and replies, closed sockets, a recorder that stops, a full disk',
  promise: 'the script ends as without us, in bounded time and memory; what was recorded opens',
  goal: '94 hostile frames, 250 conversations, every kind of reply; ≤ 512 MB',
  check: everyPipe,
  control,
};
