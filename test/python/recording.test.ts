/**
 * Python scripts recorded the whole way: the recorder in Python, its socket, the recorder in Node.js, the run. What
 * Python does alone is tested with pytest beside this file (pytest.test.ts).
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPythonScript, defaultPython } from '../../src/launch/pythonInterpreter.js';
import type { RecordingOutcome } from '../../src/launch/recordingTask.js';
import { openRun } from '../../src/store/reading/openRun.js';
import { root } from '../recorder/support/bundles.js';
import { Workspace, type Options } from '../recorder/support/workspace.js';

const python = process.env['CNNSLICER_TRAINING_PYTHON'];

/** A loop without data or imports but PyTorch's own; writes its last weights when it ends well. */
const LOOP = `import sys, time, hashlib, torch
from torch import nn
torch.manual_seed(1)
model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
images, labels = torch.randn(96, 1, 8, 8), torch.arange(96) % 3
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size=16, shuffle=True)
for epoch in range(int(sys.argv[1])):
    for x, y in loader:
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad(); loss.backward(); optimizer.step()
        time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 0)
    print(epoch, loss.item(), flush=True)
digest = hashlib.sha256(b"".join(p.detach().numpy().tobytes() for p in model.parameters())).hexdigest()
print(digest, torch.rand(1).item(), flush=True)
`;

describe('which Python runs a script', () => {
  it('is the nearest environment up to the workspace, else the one on the PATH', () => {
    const workspace = new Workspace([]);
    const script = workspace.write('project/src/train.py', '');
    const expected = workspace.write('project/.venv/bin/python', '');
    assert.equal(defaultPython(script, workspace.folder, {}), expected);
    assert.equal(defaultPython(script, join(workspace.folder, 'project', 'src'), {}), 'python3');
    const active = workspace.write('active/bin/python', '');
    assert.equal(defaultPython(script, workspace.folder, { VIRTUAL_ENV: join(workspace.folder, 'active') }), active);
    assert.ok(isPythonScript('a/B.PY') && !isPythonScript('a.pyc') && !isPythonScript('py.js'));
    workspace.remove();
  });
});

describe('a Python script, recorded', function () {
  this.timeout(180_000);
  before(function () {
    if (!python) this.skip();
  });

  let workspace: Workspace;
  beforeEach(() => (workspace = new Workspace([])));
  afterEach(() => workspace.remove());

  const options = (...given: string[]): Options => ({ pythonPath: python!, arguments: given });
  const bare = (script: string, ...given: string[]): Promise<string> =>
    new Promise((resolve) => {
      const child = spawn(python!, [script, ...given], { cwd: workspace.folder, stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.on('close', () => resolve(text));
    });

  it('prints what it prints alone; each epoch has maps, weights and the accuracy', async () => {
    const script = workspace.write('train.py', LOOP);
    const alone = await bare(script, '3');
    const recorded = await workspace.record(script, options('3'));
    assert.equal(recorded.failure, null, recorded.stderr);
    assert.equal(recorded.stdout, alone);
    const run = await openRun(recorded.runFolders[0]!);
    const { summary } = await run.describe();
    assert.deepEqual([...summary.epochs], [0, 1, 2, 3]);
    assert.deepEqual(summary.status.state, 'finished');
    const { manifest } = run;
    assert.equal(manifest.framework?.name, 'pytorch');
    assert.equal(manifest.task, 'classification');
    assert.deepEqual(
      manifest.layers.map(({ className, source }) => [className, source && `${source.line}:${source.column}`]),
      [
        ['Input', null],
        ['Conv2d', '4:23'],
        ['ReLU', '4:43'],
        ['Flatten', '4:54'],
        ['Linear', '4:68'],
      ],
    );
    const weights = await run.readWeights(1, 3);
    assert.deepEqual(
      weights.map(({ shape }) => shape),
      [[4, 1, 3, 3], [4]],
    );
    const labels = await run.readLabels();
    assert.equal(labels.length, 40);
    assert.ok([0, 1, 2].every((label) => labels.includes(label)));
  });

  it('the maps are what the recorded weights make of the recorded inputs @all', async () => {
    const script = workspace.write('train.py', LOOP);
    const run = await openRun((await workspace.record(script, options('2'))).runFolders[0]!);
    const samples = [0, 7, 39];
    const inputs = new Float32Array(3 * 64);
    const maps = new Float32Array(3 * 4 * 36);
    await run.readMaps({ layer: 0, epoch: 2, samples, channels: [0] }, inputs);
    await run.readMaps({ layer: 1, epoch: 2, samples, channels: [0, 1, 2, 3] }, maps);
    const [kernel, bias] = await run.readWeights(1, 2);
    for (let sample = 0; sample < 3; sample++)
      for (let channel = 0; channel < 4; channel++)
        for (let y = 0; y < 6; y++)
          for (let x = 0; x < 6; x++) {
            let sum = bias!.values[channel]!;
            for (let dy = 0; dy < 3; dy++)
              for (let dx = 0; dx < 3; dx++)
                sum += kernel!.values[channel * 9 + dy * 3 + dx]! * inputs[sample * 64 + (y + dy) * 8 + x + dx]!;
            const got = maps[(sample * 4 + channel) * 36 + y * 6 + x]!;
            assert.ok(Math.abs(got - sum) < 1e-5, `${got} for ${sum}`);
          }
  });

  it('a script that fails keeps its epochs and says why @all', async () => {
    const script = workspace.write('train.py', LOOP.replace('digest =', 'raise ValueError("no more")\ndigest ='));
    const recorded = await workspace.record(script, options('2'));
    assert.equal(recorded.exitCode, 1);
    assert.match(recorded.failure?.wrong ?? '', /ValueError: no more \(train\.py:14\)/);
    const { summary } = await (await openRun(recorded.runFolders[0]!)).describe();
    assert.deepEqual([...summary.epochs], [0, 1, 2]);
  });

  it('a script without a training says what it did instead @all', async () => {
    const nothing = await workspace.record(workspace.write('a.py', 'print(1)\n'), options());
    assert.match(nothing.failure?.wrong ?? '', /imported neither PyTorch nor Keras/);
    const untrained = 'import torch\ntorch.nn.Linear(2, 2)\n';
    const layers = await workspace.record(workspace.write('b.py', untrained), options());
    assert.match(layers.failure?.wrong ?? '', /constructed 1 module or layer/);
    const missing = await workspace.record(workspace.write('c.py', 'import nowhere_to_be_found\n'), options());
    assert.match(missing.failure?.tryThis ?? '', /Install nowhere_to_be_found/);
    const none = await workspace.record(workspace.write('d.py', ''), { pythonPath: join(workspace.folder, 'python') });
    assert.match(none.failure?.wrong ?? '', /does not exist/);
  });

  it('a folder that cannot be written to is refused before the script starts', async () => {
    const script = workspace.write('train.py', 'open("started", "w").close()\n');
    const recorded = await workspace.record(script, { ...options(), runsFolder: workspace.write('file', '') });
    assert.match(recorded.failure?.wrong ?? '', /not writable/);
    assert.throws(() => readFileSync(join(workspace.folder, 'started')));
  });

  describe('that is interrupted', () => {
    /** Records until `when` is printed, does `act`, and waits for the end. */
    async function interrupted(
      act: (task: { stop(): Promise<void> }, processes: Processes) => void,
      epochs = '400',
    ): Promise<{ outcome: RecordingOutcome; stdout: string }> {
      const script = workspace.write('train.py', LOOP);
      let [stdout, acted] = ['', false];
      const task = await workspace.start(
        script,
        options(epochs, '0.01'),
        () => undefined,
        (chunk, stream) => {
          if (stream === 'stdout') stdout += Buffer.from(chunk).toString();
          if (acted || !stdout.includes('3 ')) return;
          acted = true;
          void processesOf(script).then((processes) => act(task, processes));
        },
      );
      return { outcome: await task.done, stdout };
    }

    async function epochsOf(outcome: RecordingOutcome): Promise<{ epochs: readonly number[]; state: string }> {
      const { summary } = await (await openRun(outcome.runFolders[0]!)).describe();
      return { epochs: summary.epochs, state: summary.status.state };
    }

    it('by Stop ends as with Ctrl-C, and its last epoch has maps @all', async () => {
      const { outcome } = await interrupted((task) => void task.stop());
      assert.equal(outcome.stopped, true);
      const { epochs, state } = await epochsOf(outcome);
      assert.equal(state, 'finished');
      assert.ok(epochs.length >= 4, String(epochs));
      const run = await openRun(outcome.runFolders[0]!);
      assert.ok(await run.keepsMaps(1, epochs.at(-1)!));
    });

    it('by SIGKILL of Python leaves a run that opens at its last epoch @all', async () => {
      const { outcome } = await interrupted((_, { script }) => process.kill(script, 'SIGKILL'));
      assert.equal(outcome.signal, 'SIGKILL');
      const { epochs, state } = await epochsOf(outcome);
      assert.equal(state, 'broken');
      assert.ok(epochs.length >= 3);
    });

    it('by SIGKILL of its recorder trains on to the same weights, and the run opens at its last epoch @all', async () => {
      const alone = await bare(workspace.write('train.py', LOOP), '12', '0.01');
      const { outcome, stdout } = await interrupted((_, { recorder }) => process.kill(recorder, 'SIGKILL'), '12');
      assert.equal(stdout, alone);
      assert.equal(outcome.exitCode, 0);
      assert.match(outcome.failure?.wrong ?? '', /SIGKILL/);
      const { epochs, state } = await epochsOf(outcome);
      assert.equal(state, 'broken');
      assert.ok(epochs.length >= 2, String(epochs));
    });
  });

  for (const engine of ['jax', 'torch'])
    it(`the Keras example on ${engine} is one run, with its losses and both accuracies @all`, async () => {
      copyExample(workspace);
      const environment = { ...process.env, KERAS_BACKEND: engine };
      const script = join(workspace.folder, 'train_keras.py');
      const recorded = await workspace.record(script, { ...options('1'), environment });
      assert.equal(recorded.failure, null, recorded.stderr);
      assert.equal(recorded.runFolders.length, 1);
      const run = await openRun(recorded.runFolders[0]!);
      const { manifest } = run;
      assert.deepEqual([manifest.framework?.name, manifest.engine.name], ['keras', engine]);
      assert.deepEqual(manifest.metrics, ['loss', 'accuracy', 'val_accuracy', 'val_loss', 'probe_accuracy']);
      assert.ok((await run.readMetrics(1)).every((value) => value !== null));
      const conv = manifest.layers.find(({ className }) => className === 'Conv2D');
      assert.deepEqual([conv?.source?.line, conv?.source?.column], [40, 13]);
    });

  it('the PyTorch example is recorded as its TensorFlow.js twin is', async () => {
    copyExample(workspace);
    const recorded = await workspace.record(join(workspace.folder, 'train_pytorch.py'), options('1'));
    assert.equal(recorded.failure, null, recorded.stderr);
    const { manifest } = await openRun(recorded.runFolders[0]!);
    assert.deepEqual(
      manifest.layers.map(({ name }) => name).filter((name) => !/input|dropout/.test(name)),
      [
        'conv1',
        'relu',
        'norm1',
        'pool',
        'conv2',
        'relu#2',
        'norm2',
        'pool#2',
        'flatten',
        'hidden',
        'relu#3',
        'classes',
      ],
    );
    const flatten = manifest.layers.find(({ name }) => name === 'flatten');
    assert.equal(flatten?.source?.line, 56);
  });
});

function copyExample({ folder }: Workspace): void {
  const filter = (path: string): boolean => !path.includes('.cnnslicer');
  cpSync(join(root, 'examples/digits'), folder, { recursive: true, filter });
}

interface Processes {
  readonly script: number;
  readonly recorder: number;
}

/** The two processes whose command has the script's path. */
async function processesOf(script: string): Promise<Processes> {
  const found = await new Promise<string>((resolve) => {
    const child = spawn('ps', ['-eo', 'pid,args']);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('close', () => resolve(text));
  });
  const lines = found.split('\n').filter((line) => line.includes(script));
  const idOf = (line: string | undefined): number => Number.parseInt(line?.trim() ?? '', 10);
  return {
    recorder: idOf(lines.find((line) => line.includes('pythonRecorder.cjs'))),
    script: idOf(lines.find((line) => !line.includes('pythonRecorder.cjs'))),
  };
}
