/** Two runs of one script at the line: what changed stands above the layer, and a click opens the comparison. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { largeManifest } from '../../bench/generate/largeManifest.js';
import { writeLayerScript } from '../../bench/generate/largeRun.js';
import { noiseEpoch, noiseProbes } from '../../bench/generate/noiseEpoch.js';
import { VALUE_STATISTICS } from '../../src/protocol/run.js';
import { createRun } from '../../src/store/writing/createRun.js';
import type { EpochRecord } from '../../src/store/format/runAccess.js';
import { extension } from './workspace.js';

const SIZES = { layers: 3, channels: 2, side: 4, probes: 40, epochs: 1, classes: 2 };
type Manifest = ReturnType<typeof largeManifest>;

describe('a comparison at the line', () => {
  const root = (): string => join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'two runs');

  before(async () => {
    await writeLayerScript(root(), SIZES);
    await written(0, (record, manifest) => worse(record, manifest));
    await written(1, (record) => record);
    await extension().activate();
    await vscode.commands.executeCommand('cnnslicer.refreshRuns');
  });
  after(() => rm(root(), { recursive: true, force: true, maxRetries: 20, retryDelay: 200 }));

  /** Run 0 is right less often than run 1; its entropies are half and its first channels dead. */
  async function written(
    number: number,
    altered: (record: EpochRecord, manifest: Manifest) => EpochRecord,
  ): Promise<void> {
    const manifest = largeManifest(root(), number, SIZES);
    const probes = noiseProbes(manifest);
    const writer = await createRun(join(root(), '.cnnslicer', 'runs'), manifest, probes);
    for (let epoch = 0; epoch <= SIZES.epochs; epoch++) {
      const right = number === 1 ? 36 : 31;
      const predictions = probes.labels.map((label, probe) => (probe < right ? label : 1 - label));
      await writer.writeEpoch(altered({ ...noiseEpoch(manifest, epoch), predictions }, manifest));
    }
    await writer.end({ state: 'finished', stopped: false });
  }

  function worse(record: EpochRecord, manifest: Manifest): EpochRecord {
    const layers = record.layers.map((layer) => {
      const { channelCount } = manifest.layers[layer.layer] ?? { channelCount: 0 };
      const entropy = layer.entropy.map((value, at) => ((at / (3 * SIZES.channels)) % 3 < 1 ? value / 2 : value));
      const values = layer.values.slice();
      const row = (statistic: number): number => (statistic * (SIZES.classes + 1) + SIZES.classes) * channelCount;
      const [minimum, maximum] = [VALUE_STATISTICS.indexOf('minimum'), VALUE_STATISTICS.indexOf('maximum')];
      values[row(maximum)] = values[row(minimum)] ?? 0;
      return { ...layer, entropy, values };
    });
    return { ...record, layers };
  }

  async function changeLenses(): Promise<vscode.CodeLens[]> {
    const uri = vscode.Uri.file(join(root(), 'large.js'));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    for (let waited = 0; waited < 240_000; waited += 500) {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        100,
      );
      const found = lenses.filter(({ command }) => command?.command === 'cnnslicer.compareWith');
      if (found.length > 0) return found;
      await sleep(500);
    }
    return [];
  }

  it('says entropy, dead channels and accuracy of both runs, and a click compares them', async () => {
    const [lens] = await changeLenses();
    const title = lens?.command?.title.replaceAll('\u2002', ' ') ?? '';
    const change =
      /^\$\(git-compare\) line unchanged: entropy \d\.\d\d → \d\.\d\d bits, dead 1 → 0 \(possibly due to random initialization\)$/;
    assert.match(title, change);
    const tooltip = lens?.command?.tooltip ?? '';
    assert.match(tooltip, /held-out accuracy 77\.5 % \(40 probes\) → 90\.0 % \(40 probes\)/);
    assert.match(tooltip, /Based on one training each; a different random initialization could also explain this\./);
    await vscode.commands.executeCommand('cnnslicer.compareWith', ...(lens?.command?.arguments ?? []));
    const tabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    for (let waited = 0; !tabs().some(({ label }) => label === 'generated 1') && waited < 10_000; waited += 200)
      await sleep(200);
    assert.ok(tabs().some(({ label }) => label === 'generated 1'));
  });

  it('is gone when its setting is off', async () => {
    const settings = vscode.workspace.getConfiguration('cnnslicer');
    await settings.update('codeLens.changes', false, vscode.ConfigurationTarget.Workspace);
    const uri = vscode.Uri.file(join(root(), 'large.js'));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100);
    await settings.update('codeLens.changes', undefined, vscode.ConfigurationTarget.Workspace);
    assert.deepEqual(
      [lenses.length > 0, lenses.some(({ command }) => command?.command === 'cnnslicer.compareWith')],
      [true, false],
    );
  });
});
