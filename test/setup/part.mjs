// A part of the whole test run: a process that writes mocha's JSON, and what came of it. A process that
// dies, hangs, or says something else than its results counts as a failure of its own.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { killGroup } from './shell.mjs';

const folder = join('test-artifacts', 'results');

/**
 * @typedef {{ name: string, reason: string }} Trouble
 * @typedef {{ name: string, seconds: number }} Timing
 * @typedef {{ name: string, passed: number, failures: Trouble[], skips: Trouble[], timings: Timing[], leftOut?: number, seconds: number }} Outcome
 */

/** Runs mocha over test files. @returns {Promise<Outcome>} */
export async function runMocha(name, patterns, options = {}) {
  const results = join(folder, `${name}.json`);
  const reporter = ['--reporter', './test/setup/reporter.mjs', '--reporter-option', `output=${results}`];
  const args = ['node_modules/mocha/bin/mocha.js', ...reporter, ...(options.args ?? []), ...patterns];
  return runPart(name, args, results, options);
}

/** Runs Node with `args`, which write mocha's JSON to `results`. @returns {Promise<Outcome>} */
export async function runPart(name, args, results, { env = {}, timeoutSeconds = 600 } = {}) {
  await mkdir(folder, { recursive: true });
  await rm(results, { force: true });
  const started = performance.now();
  const { ending, output } = await execute(args, env, timeoutSeconds);
  await writeFile(join(folder, `${name}.log`), output);
  const outcome = {
    name,
    ...judge(await readResults(results), ending, output),
    seconds: (performance.now() - started) / 1000,
  };
  return outcome;
}

/** A step that is no mocha run: it fails when it throws, else `claims` things were shown. @returns {Promise<Outcome>} */
export async function runStep(name, step, claims = 0) {
  const started = performance.now();
  const failures = await step().then(
    () => [],
    (error) => [{ name, reason: error.message }],
  );
  return {
    name,
    passed: failures.length > 0 ? 0 : claims,
    failures,
    skips: [],
    timings: [],
    seconds: (performance.now() - started) / 1000,
  };
}

/** A part that cannot run here. @returns {Outcome} */
export function skippedPart(name, reason) {
  return { name, passed: 0, failures: [], skips: [{ name, reason }], timings: [], seconds: 0 };
}

/** Resolves to how the process ended ("0" is well) and everything that it printed. */
function execute(args, env, timeoutSeconds) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    let late = false;
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    const interrupted = () => (killGroup(child.pid, 'SIGKILL'), process.exit(130));
    process.once('SIGINT', interrupted);
    const timer = setTimeout(() => ((late = true), killGroup(child.pid, 'SIGKILL')), timeoutSeconds * 1000);
    child.once('exit', () => setTimeout(() => (child.stdout.destroy(), child.stderr.destroy()), 2000).unref());
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      killGroup(child.pid, 'SIGKILL');
      resolve({ ending: late ? `no end within ${timeoutSeconds} s` : String(code ?? signal), output });
    });
  });
}

async function readResults(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function judge(results, ending, output) {
  if (!results)
    return {
      passed: 0,
      failures: [died(`it ended with ${ending} and wrote no results`, output)],
      skips: [],
      timings: [],
    };
  const failures = results.failures.map((test) => ({
    name: test.fullTitle,
    reason: test.err.stack ?? test.err.message ?? '',
  }));
  if (failures.length === 0 && ending !== '0')
    failures.push(died(`every test passed, yet it ended with ${ending}`, output));
  if (results.stats.tests === 0) failures.push(died('no test was found', output));
  const skips = results.pending.map((test) => ({ name: test.fullTitle, reason: '' }));
  const timings = [...results.tests, ...(results.stats.hooks ?? [])].map(({ fullTitle, duration = 0 }) => ({
    name: fullTitle,
    seconds: duration / 1000,
  }));
  return { passed: results.stats.passes, failures, skips, timings, leftOut: results.stats.leftOut };
}

function died(what, output) {
  return { name: 'the process', reason: `${what}\n${output.slice(-4000)}` };
}
