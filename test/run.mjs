// `npm test`: sets up what the tests need, builds what ships, and runs every part: unit areas, the package,
// the extension host, the packaged extension in the real workbench. The last line is the sum.
//   npm test                          the quick run: without the tests that have "@all" in their title
//   npm test -- --all                 everything
//   npm test -- --only store,query    these parts alone, on a development build
//   npm test -- --no-build            on the dist/ that is there
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { pMapIterable } from 'p-map';
import { runMocha, runPart, runStep, skippedPart } from './setup/part.mjs';
import { setUpChromium } from './setup/chromium.mjs';
import { dataFolder } from './setup/data.mjs';
import { setUpNative } from './setup/native.mjs';
import { releases, setUpNode } from './setup/nodes.mjs';
import { setUpPython, setUpTrainingPython } from './setup/python.mjs';
import { findOnPath, run } from './setup/shell.mjs';
import { setUpWorkbench } from './setup/workbench.mjs';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, all: { type: 'boolean' }, 'no-build': { type: 'boolean' } },
});
const only = options.only?.split(',');
const wanted = (name) => !only || only.includes(name);

/** The parts that need a VS Code. */
const driven = ['workbench', 'host', ...(options.all ? ['host-oldest'] : [])];

/**
 * Parts share nothing but dist/, the package and the caches; each is a process that mostly waits for one core, and
 * one quarter of the time for a disk, a browser or a process to end.
 */
const partsAtOnce = availableParallelism() === 1 ? 1 : 3;

/** Minutes each: they begin first, so that none is left to run by itself. */
const LONGEST = [
  ...['workbench', 'webview', 'recorder', 'python', 'trust', 'recordings', 'host', 'host-oldest'],
  ...['hostile', 'faults', 'store', 'cli', 'engine'],
];

/** The parts that also record on the native engine, or under other releases of Node.js. */
const RECORDING = ['recorder', 'recordings'];

/** A test whose title, or whose describe's title, has this mark is left out of the quick run. */
const quickly = options.all ? [] : ['--grep', '@all', '--invert'];

/** So many skipped tests of a part are named one by one. */
const MOST_NAMED = 5;

/** Folders with test files, but for those whose tests need a VS Code. */
async function unitAreas() {
  const folders = (await readdir('test', { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const areas = folders.map(({ name }) => name).filter((name) => !['host', 'workbench', 'fixtures'].includes(name));
  const hasTests = async (area) =>
    (await readdir(join('test', area), { recursive: true })).some((name) => /\.test\.tsx?$/.test(name));
  const found = await Promise.all(areas.map(async (area) => ((await hasTests(area)) ? [area] : [])));
  return found.flat().sort();
}

function longestFirst(names) {
  const place = (name) => (LONGEST.includes(name) ? LONGEST.indexOf(name) : LONGEST.length);
  return names.sort((a, b) => place(a) - place(b));
}

async function build() {
  const shipped = !only || ['package', 'workbench'].some((name) => only.includes(name));
  await run(process.execPath, ['esbuild.mjs', ...(shipped ? ['--production'] : [])]);
}

/** Fit to ship; with `--all` a second build makes the same bytes. */
async function packagePart() {
  const args = options.all ? ['--compare'] : [];
  return runStep('package', () => run(process.execPath, ['test/package.mjs', ...args]), 1 + args.length);
}

async function testPart(name, env) {
  const reason = driven.includes(name) ? await reasonAgainst(name) : undefined;
  if (reason) return skippedPart(name, reason);
  if (name.startsWith('host')) return hostPart(name, env);
  return runMocha(name, [`test/${name}/**/*.test.ts`, `test/${name}/**/*.test.tsx`], {
    env,
    args: quickly,
    timeoutSeconds: 1800,
  });
}

/** The host suites in the newest VS Code, and in the oldest that the extension says it supports. */
async function hostPart(name, env) {
  const results = `test-artifacts/results/${name}.json`;
  return runPart(
    name,
    ['--import', 'tsx', 'test/workbench/hostRun.ts', results, '--release', releaseOf(name)],
    results,
    {
      env,
    },
  );
}

const releaseOf = (name) => (name === 'host-oldest' ? 'oldest' : 'current');

/** What no set-up provides: each lacking thing with the command that does. */
function lacking() {
  const hasData = dataFolder('mnist') && dataFolder('cifar10');
  const hasStrace = !options.all || process.platform !== 'linux' || findOnPath('strace');
  return [
    ...(hasData ? [] : [skippedPart('data sets', 'MNIST or CIFAR-10 is missing: "npm run data" provides it')]),
    ...(hasStrace ? [] : [skippedPart('strace', 'strace is missing: on Debian "apt-get install strace" provides it')]),
  ];
}

/** Downloads go on while areas are tested; each part waits for its own. */
const workbenches = new Map();
function workbenchFor(name) {
  const release = releaseOf(name);
  if (!workbenches.has(release)) workbenches.set(release, setUpWorkbench({ release }));
  return workbenches.get(release);
}

/** The reason why the part's VS Code cannot be driven here, or undefined. */
async function reasonAgainst(name) {
  const { reason } = await setUpChromium();
  return reason ?? (await workbenchFor(name)).reason;
}

/**
 * What recordings are tried on besides this Node.js and WASM: resolves to those that cannot be had. The build comes
 * first, since the product builds its own engine.
 */
async function setUpEngines() {
  const missing = [];
  const native = await setUpNative();
  if (native.reason) missing.push(skippedPart('native engine', `${native.reason}; tests that train on it are skipped`));
  for (const major of Object.keys(releases)) {
    const { reason } = await setUpNode(major);
    if (reason) missing.push(skippedPart(`Node.js ${major}`, `${reason}; tests that record under it are skipped`));
  }
  return missing;
}

async function* parts() {
  const names = [...(await unitAreas()), ...driven];
  const unknown = (only ?? []).filter((name) => ![...names, 'package'].includes(name));
  if (unknown.length > 0) throw new Error(`no part is called ${unknown}: there are ${names.join(', ')}, package`);
  const settingUp = [
    setUpPython(),
    wanted('python') ? setUpTrainingPython({ isMade: !options.all }) : {},
    setUpChromium(),
  ];

  let built = options['no-build'] ? existsSync('dist') : undefined;
  if (built === undefined) {
    const outcome = await runStep('build', build);
    built = outcome.failures.length === 0;
    yield outcome;
  }
  const [python, training, browser] = await Promise.all(settingUp);
  const env = {
    ...(python.path ? { CNNSLICER_PYTHON: python.path } : {}),
    ...(training.path ? { CNNSLICER_TRAINING_PYTHON: training.path } : {}),
  };
  if (python.reason) yield skippedPart('Python', `${python.reason}; tests that compare with it are skipped`);
  if (training.reason) yield skippedPart('PyTorch and Keras', `${training.reason}; tests that record them are skipped`);
  yield* lacking();
  if (browser.reason) yield skippedPart('Chromium', `${browser.reason}; tests in a browser are skipped`);
  const tested = longestFirst(names.filter(wanted)).filter((name) => built || !driven.includes(name));
  // VS Code is large: it is not downloaded where no browser can drive it.
  if (!browser.reason) for (const name of tested) if (driven.includes(name)) void workbenchFor(name);
  const engines = built && options.all && RECORDING.some(wanted) ? setUpEngines() : [];
  if (built && (wanted('package') || wanted('workbench'))) yield await packagePart();
  const test = async (name) => {
    if (RECORDING.includes(name)) await engines;
    return testPart(name, env);
  };
  yield* pMapIterable(tested, test, { concurrency: partsAtOnce, preserveOrder: false });
  yield* await engines;
}

const SLOWEST_NAMED = 10;

/** "7 min 30 s" */
function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Each skipped test by name where they are few; many lack the same, which a part of its own has named. */
function skippedLines(skips) {
  if (skips.length > MOST_NAMED)
    return [`  skipped: ${skips.length} tests, for what is named as skipped in a line of its own`];
  return skips.map(({ name, reason }) => `  skipped: ${name}${reason ? ` (${reason})` : ''}`);
}

function describe({ name, passed, failures, skips, seconds }) {
  if (seconds === 0) return skips.forEach(({ reason }) => console.log(`- ${name}: skipped: ${reason}`));
  const counts = [
    `${passed} passed`,
    `${failures.length} failed`,
    ...(skips.length > 0 ? [`${skips.length} skipped`] : []),
  ];
  console.log(`${failures.length > 0 ? '✗' : '✓'} ${name}: ${counts.join(', ')} (${seconds.toFixed(1)} s)`);
  for (const line of skippedLines(skips)) console.log(line);
  for (const failure of failures) console.log(`  failed: ${failure.name}\n${failure.reason.replace(/^/gm, '    ')}`);
}

/** The tests, and the hooks that tests share, on which most time is spent. */
function describeSlowest(outcomes) {
  const timings = outcomes.flatMap(({ name: part, timings }) => timings.map((timing) => ({ part, ...timing })));
  const slowest = timings.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_NAMED);
  if (slowest.length > 0) console.log('slowest:');
  for (const { part, name, seconds } of slowest) console.log(`  ${seconds.toFixed(1)} s  ${part}: ${name}`);
}

const started = performance.now();
const outcomes = [];
for await (const outcome of parts()) {
  describe(outcome);
  outcomes.push(outcome);
}
describeSlowest(outcomes);
const sum = (count) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
const [passed, failed, skipped] = [sum((o) => o.passed), sum((o) => o.failures.length), sum((o) => o.skips.length)];
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
const leftOut = sum((o) => o.leftOut ?? 0);
if (leftOut > 0) console.log(`${leftOut} tests run only with --all`);
console.log(`in ${duration((performance.now() - started) / 1000)}`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
