/**
 * `doctor --install-native` around programs that stand for npm, pip and the compiler: what is asked of them,
 * in which order, and what happens when one is missing or fails. That the real ones build an engine which
 * trains is the claim of test/recorder/engineNative.test.ts.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNative, refuseOtherSystems } from '../../src/cli/nativeEngine/installNative.js';
import { installedNativeFolder } from '../../src/launch/nativeEngine.js';
import { Failure } from '../../src/protocol/failure.js';

/** A package that answers as tfjs-node does when it is loaded. */
const PACKAGE = `exports.getBackend = () => 'tensorflow';
exports.scalar = (x) => ({ square: () => ({ dataSync: () => [x * x] }) });`;

/** Each notes its arguments in $LOG and does as little as the next step needs. */
const NPM = `if [ "$1" = install ]; then mkdir -p node_modules/@tensorflow/tfjs-node
  printf '%s' "$PACKAGE" > node_modules/@tensorflow/tfjs-node/index.js; fi`;
const PYTHON = `if [ "$3" = download ]; then for last; do :; done
  while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"; : > "$2/tensorflow.whl"; fi
if [ "$1" = -c ]; then mkdir -p "$4/tensorflow/include"
  : > "$4/tensorflow/libtensorflow_cc.so.2"; : > "$4/tensorflow/libtensorflow_framework.so.2"; fi`;
const TOOLS = { npm: NPM, python3: PYTHON, 'g++': '', make: '' };

class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), 'cnnslicer-install-'));
  readonly environment = {
    PATH: `${join(this.folder, 'bin')}`,
    XDG_CACHE_HOME: join(this.folder, 'cache'),
    LOG: join(this.folder, 'log'),
    PACKAGE,
  };
  readonly steps: string[] = [];

  constructor(tools: Readonly<Record<string, string>> = TOOLS) {
    mkdirSync(join(this.folder, 'bin'));
    writeFileSync(this.environment.LOG, '');
    for (const [name, body] of Object.entries(tools)) this.tool(name, body);
  }

  tool(name: string, body: string): void {
    const file = join(this.folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\nPATH=/usr/bin:/bin\necho "${name} $*" >> "$LOG"\n${body}\n`);
    chmodSync(file, 0o755);
  }

  install(signal = new AbortController().signal, force = false) {
    const progress = (step: number, count: number, doing: string): void => {
      this.steps.push(`${step}/${count} ${doing.split(' ')[0]}`);
    };
    return installNative({ environment: this.environment, signal, force, progress });
  }

  /** The calls of a program, without those that ask whether it is there. */
  calls(program: string): string[] {
    const lines = readFileSync(this.environment.LOG, 'utf8').split('\n');
    return lines.filter((line) => line.startsWith(`${program} `) && !line.endsWith('--version'));
  }
}

const machines: Machine[] = [];
function machine(tools?: Readonly<Record<string, string>>): Machine {
  machines.push(new Machine(tools));
  return machines.at(-1) as Machine;
}

async function refusal(promise: Promise<unknown>): Promise<Failure> {
  const thrown = await promise.then(
    () => assert.fail('it was not refused'),
    (cause: unknown) => cause,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  return thrown;
}

const onLinux = process.platform === 'linux' && process.arch === 'x64' ? describe : describe.skip;

onLinux('installing the native engine', () => {
  after(() => machines.forEach(({ folder }) => rmSync(folder, { recursive: true, force: true })));

  it('takes its steps in order, is whole afterwards, and leaves neither wheel nor headers', async () => {
    const here = machine();
    const { folder, wasThere } = await here.install();
    assert.equal(folder, join(here.environment.XDG_CACHE_HOME, 'cnnslicer', 'native'));
    assert.equal(wasThere, false);
    assert.equal(installedNativeFolder(here.environment), folder);
    assert.deepEqual(
      here.steps.map((step) => step.split(' ')[0]),
      ['1/6', '2/6', '3/6', '4/6', '5/6', '6/6'],
    );
    const [lib, name] = [join(folder, 'node_modules/@tensorflow/tfjs-node/deps/lib'), 'libtensorflow.so'];
    assert.ok(statSync(join(lib, name)).isFile(), 'the link leads to the library');
    assert.equal(existsSync(join(folder, 'wheel')) || existsSync(join(lib, '../include')), false);
    assert.deepEqual(readdirSync(join(folder, '..')).sort(), ['native', 'native.done']);
  });

  it('names versions, wheel and build options', async () => {
    const here = machine();
    await here.install();
    const manifest = join(here.environment.XDG_CACHE_HOME, 'cnnslicer', 'native', 'package.json');
    assert.match(readFileSync(manifest, 'utf8'), /"@tensorflow\/tfjs-node": "4\.22\.0"/);
    assert.match(here.calls('npm')[0] ?? '', /install --ignore-scripts/);
    assert.match(here.calls('python3')[0] ?? '', /download --no-deps .*--abi cp311 .*tensorflow-cpu==2\.15\.1$/);
    assert.match(here.calls('npm')[1] ?? '', /node-gyp rebuild '--module_name=tfjs_binding' .*napi-v8' '--napi_build_/);
  });

  it('does nothing the second time, and all of it again when forced', async () => {
    const here = machine();
    await here.install();
    const before = here.calls('npm').length;
    assert.equal((await here.install()).wasThere, true);
    assert.equal(here.calls('npm').length, before);
    assert.equal((await here.install(undefined, true)).wasThere, false);
    assert.equal(here.calls('npm').length, 2 * before);
  });

  it('goes on at the step where it failed, and is not whole before', async () => {
    const here = machine({ ...TOOLS, python3: 'if [ "$3" = download ]; then echo "ERROR: no network"; exit 1; fi' });
    const failure = await refusal(here.install());
    assert.match(failure.message, /downloading libtensorflow 2\.15\.1 .*: ERROR: no network\. Check that the network/);
    assert.equal(failure.kind, 'environment');
    assert.equal(installedNativeFolder(here.environment), null);
    here.tool('python3', PYTHON);
    await here.install();
    assert.equal(
      here.calls('npm').filter((call) => call.startsWith('npm install ')).length,
      1,
      'npm is not asked again',
    );
    assert.notEqual(installedNativeFolder(here.environment), null);
  });

  it('throws away what is damaged when forced', async () => {
    const here = machine({
      ...TOOLS,
      python3: PYTHON.replace('if [ "$1" = -c ]', 'if [ "$1" = -c ]; then exit 1; fi; if [ "$1" = -c ]'),
    });
    assert.match(
      (await refusal(here.install())).message,
      /unpacking libtensorflow .* --force, which downloads it again/,
    );
    here.tool('python3', PYTHON);
    await here.install(undefined, true);
    assert.equal(here.calls('python3').filter((call) => call.includes('download')).length, 2);
  });

  it('says that the disk is full where that is why a step failed', async () => {
    const here = machine({
      ...TOOLS,
      npm: 'if [ "$1" = install ]; then echo "npm error ENOSPC: no space left"; exit 1; fi',
    });
    assert.match((await refusal(here.install())).message, /installing .*: the disk is full\. Free some space/);
  });

  for (const [lacking, says] of Object.entries({
    python3: /no Python with pip was found\. Install them \(Debian: apt-get install python3-pip\)/,
    npm: /npm was not found\. Install Node\.js with npm/,
    'g++': /no C\+\+ compiler was found\. Install them \(Debian: apt-get install build-essential\)/,
    make: /no make was found\. Install/,
  })) {
    it(`needs ${lacking}, and says how to get it`, async () => {
      const here = machine(Object.fromEntries(Object.entries(TOOLS).filter(([name]) => name !== lacking)));
      assert.match((await refusal(here.install())).message, says);
      assert.deepEqual(here.steps, [], 'before anything is downloaded');
    });
  }

  it('can be cancelled in the middle of a step, ends what that had started, and goes on later', async () => {
    const here = machine({ ...TOOLS, npm: `if [ "$1" = install ]; then echo $$ > "$LOG.pid"; exec sleep 60; fi` });
    const controller = new AbortController();
    const pidFile = `${here.environment.LOG}.pid`;
    const timer = setInterval(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') && controller.abort(), 20);
    const failure = await refusal(here.install(controller.signal));
    clearInterval(timer);
    assert.equal(failure.kind, 'cancelled');
    const holder = readFileSync(pidFile, 'utf8').trim();
    assert.notEqual(spawnSync('kill', ['-0', holder]).status, 0, 'npm is gone');
    here.tool('npm', NPM);
    assert.equal((await here.install()).wasThere, false);
  });

  it('is refused while another process is at it, and not by one that is gone', async () => {
    const here = machine();
    const lock = join(here.environment.XDG_CACHE_HOME, 'cnnslicer', 'native.lock');
    mkdirSync(join(lock, '..'), { recursive: true });
    writeFileSync(lock, String(process.pid));
    assert.match((await refusal(here.install())).message, new RegExp(`process ${process.pid} is already doing this`));
    writeFileSync(lock, String(spawnSync('true').pid));
    await here.install();
  });
});

describe('other systems', () => {
  it('are told that the native engine is not for them, and what is', () => {
    const said = (platform: string, architecture: string) => () => refuseOtherSystems(platform, architecture);
    assert.throws(said('darwin', 'arm64'), /for Linux on x64 only; this is darwin on arm64\. Train on WASM/);
    assert.throws(said('win32', 'x64'), /this is win32 on x64/);
    assert.doesNotThrow(said('linux', 'x64'));
  });
});
