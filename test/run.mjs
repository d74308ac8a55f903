// `npm test`: sets up what the tests need, builds what ships, and runs every part: unit areas, the package,
// the extension host, the packaged extension in the real workbench. The last line is the sum.
//   npm test                          everything
//   npm test -- --fast                without the extension host and the workbench
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
import { setUpNative } from './setup/native.mjs';
import { releases, setUpNode } from './setup/nodes.mjs';
import { setUpPython } from './setup/python.mjs';
import { run } from './setup/shell.mjs';
import { setUpWorkbench } from './setup/workbench.mjs';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, fast: { type: 'boolean' }, 'no-build': { type: 'boolean' } },
});
const only = options.only?.split(',');
/** What is tested as it ships, after the unit areas. */
const shippedParts = ['package', 'host', 'host-oldest', 'workbench'];

/** Areas share nothing but dist/ and the caches; each is a process that mostly waits for one core. */
const areasAtOnce = Math.min(2, availableParallelism());

/** Minutes each: they begin first, so that none is left to run by itself. */
const LONGEST = ['webview', 'recorder', 'recordings', 'trust', 'faults'];

/** So many skipped tests of a part are named one by one. */
const MOST_NAMED = 5;

/** Folders with test files, the longest first; host and workbench need a VS Code and come last. */
async function unitAreas() {
  const folders = (await readdir('test', { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const areas = folders.map(({ name }) => name).filter((name) => !['host', 'workbench', 'fixtures'].includes(name));
  const hasTests = async (area) =>
    (await readdir(join('test', area), { recursive: true })).some((name) => /\.test\.tsx?$/.test(name));
  const found = await Promise.all(areas.map(async (area) => ((await hasTests(area)) ? [area] : [])));
  const place = (area) => (LONGEST.includes(area) ? LONGEST.indexOf(area) : LONGEST.length);
  return found.flat().sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

async function unitPart(area, env) {
  return runMocha(area, [`test/${area}/**/*.test.ts`, `test/${area}/**/*.test.tsx`], { env, timeoutSeconds: 900 });
}

async function build() {
  const shipped = !only || ['package', 'workbench'].some((name) => only.includes(name));
  await run(process.execPath, ['esbuild.mjs', ...(shipped ? ['--production'] : [])]);
}

async function packageExtension(...args) {
  await run(process.execPath, ['test/package.mjs', ...args]);
}

/** The host suites in the newest VS Code, and in the oldest that the extension says it supports. */
async function hostPart(name, env) {
  const results = `test-artifacts/results/${name}.json`;
  const release = name === 'host-oldest' ? 'oldest' : 'current';
  return runPart(name, ['--import', 'tsx', 'test/workbench/hostRun.ts', results, '--release', release], results, {
    env,
  });
}

async function workbenchPart(env) {
  return runMocha('workbench', ['test/workbench/**/*.test.ts'], {
    env,
    args: ['--timeout', '180000'],
    timeoutSeconds: 900,
  });
}

/** Downloads go on while areas are tested; each part waits for its own. */
const workbenches = new Map();
function workbenchFor(name) {
  const release = name === 'host-oldest' ? 'oldest' : 'current';
  if (!workbenches.has(release)) workbenches.set(release, setUpWorkbench({ release }));
  return workbenches.get(release);
}

/** The reason why the part's VS Code cannot be driven here, or undefined. */
async function reasonAgainst(name) {
  const { reason } = await setUpChromium();
  return reason ?? (await workbenchFor(name)).reason;
}

/** What recordings are tried on besides this Node.js and WASM. Built first: the product builds its own engine. */
async function* engineSetUps() {
  const native = await setUpNative();
  if (native.reason) yield skippedPart('native engine', `${native.reason}; tests that train on it are skipped`);
  for (const major of Object.keys(releases)) {
    const { reason } = await setUpNode(major);
    if (reason) yield skippedPart(`Node.js ${major}`, `${reason}; tests that record under it are skipped`);
  }
}

async function* parts() {
  const areas = await unitAreas();
  const unknown = (only ?? []).filter((name) => ![...areas, ...shippedParts].includes(name));
  if (unknown.length > 0)
    throw new Error(`no part is called ${unknown}: there are ${[...areas, ...shippedParts].join(', ')}`);
  const wanted = (name) => !only || only.includes(name);
  const python = await setUpPython();
  const env = python.path ? { CNNSLICER_PYTHON: python.path } : {};
  if (python.reason) yield skippedPart('python', `${python.reason}; tests that compare with it are skipped`);

  let built = options['no-build'] ? existsSync('dist') : undefined;
  if (built === undefined) {
    const outcome = await runStep('build', build);
    built = outcome.failures.length === 0;
    yield outcome;
  }
  const drivenParts = built && !options.fast ? shippedParts.slice(1).filter(wanted) : [];
  // VS Code is large: it is not downloaded where no browser can drive it.
  const browser = drivenParts.length > 0 || wanted('webview') ? await setUpChromium() : {};
  if (browser.reason) yield skippedPart('Chromium', `${browser.reason}; tests in a browser are skipped`);
  else for (const name of drivenParts) void workbenchFor(name);
  if (built && wanted('recorder')) yield* engineSetUps();
  yield* pMapIterable(areas.filter(wanted), (area) => unitPart(area, env), { concurrency: areasAtOnce });
  if (options.fast || !built) return;

  // Two claims: the package is fit to ship, and a second build makes the same bytes.
  if (wanted('package')) yield await runStep('package', () => packageExtension('--compare'), 2);
  else if (wanted('workbench')) yield await runStep('package', packageExtension, 1);
  for (const name of drivenParts) {
    const reason = await reasonAgainst(name);
    if (reason) yield skippedPart(name, reason);
    else yield await (name === 'workbench' ? workbenchPart(env) : hostPart(name, env));
  }
}

const SLOWEST_NAMED = 10;

/** "7 min 30 s" */
function duration(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Each skipped test by name where they are few; many lack the same, which a part of its own has named. */
function skippedLines(skips) {
  if (skips.length > MOST_NAMED) return [`  skipped: ${skips.length} tests, for what is named as skipped above`];
  return skips.map(({ name, reason }) => `  skipped: ${name}${reason ? ` (${reason})` : ''}`);
}

function describe({ name, passed, failures, skips, seconds }) {
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
console.log(`in ${duration((performance.now() - started) / 1000)}`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
