/** The runs of a workspace as the extension's own classes see them, in a real host: list, notes, nesting, links. */
import assert from 'node:assert/strict';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { writeLargeRun, writeLayerScript } from '../../bench/generate/largeRun.js';
import { Log } from '../../src/extension/log.js';
import { readAnnotations, writeAnnotations, NO_ANNOTATIONS } from '../../src/extension/runs/runAnnotations.js';
import { RunCatalog } from '../../src/extension/runs/runCatalog.js';
import { RunFacts } from '../../src/extension/runs/runFacts.js';
import { RunTree, type RunNode } from '../../src/extension/tree/runTree.js';
import { extension } from './workspace.js';

const SIZES = { layers: 4, channels: 2, side: 4, probes: 6, epochs: 2, classes: 2 };

describe('recorded runs', () => {
  const log = new Log();
  let root: string;
  let nested: string;
  let catalog: RunCatalog;

  before(async () => {
    root = join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'many runs ä');
    nested = join(root, 'below');
    for (const folder of [root, nested]) await writeLayerScript(folder, SIZES);
    for (const number of [0, 1]) await writeLargeRun(root, number, SIZES);
    await writeLargeRun(nested, 2, SIZES);
    await extension().activate();
    catalog = new RunCatalog(log);
    catalog.addRoot(root);
  });
  after(async () => {
    catalog.dispose();
    await rm(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });

  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      const listening = catalog.onDidChange(() => (listening.dispose(), resolve()));
    });
  /** Changes are told one by one, and the first may be of something else. */
  async function become(condition: () => Promise<boolean>): Promise<void> {
    for (;;) {
      const told = changed();
      if (await condition()) return;
      await told;
    }
  }
  const names = async (): Promise<string[]> =>
    (await catalog.runs()).map(({ name }) => name).filter((name) => name.startsWith('generated') || name === 'mine');

  it('are listed newest first, also where the path has spaces and letters beyond ASCII', async () => {
    assert.deepEqual((await names()).slice(-2), ['generated 1', 'generated 0']);
  });

  it('of a folder below are found from a file there', async () => {
    await catalog.addRootsAround(join(nested, 'large.js'));
    for (let waited = 0; !(await names()).includes('generated 2') && waited < 10_000; waited += 200) await sleep(200);
    assert.ok((await names()).includes('generated 2'));
  });

  it('are told of when a note is written, with the name that a person gave', async () => {
    const run = (await catalog.runs()).find(({ name }) => name === 'generated 0');
    assert.ok(run);
    await writeAnnotations(run.folder, { ...NO_ANNOTATIONS, name: 'mine', pinned: true, tags: ['a'] });
    catalog.refresh();
    await become(async () => (await names()).includes('mine'));
    assert.deepEqual((await readAnnotations(run.folder)).tags, ['a']);
  });

  it('are gone from the list when their folder is', async () => {
    const run = (await catalog.runs()).find(({ name }) => name === 'generated 1');
    assert.ok(run);
    await rename(run.folder, `${root}/aside`);
    catalog.refresh();
    await become(async () => !(await names()).includes('generated 1'));
  });

  it('are a tree: pinned first, with layers below, and a broken one that says why', async () => {
    const torn = join(root, '.cnnslicer', 'runs', '20270101-000000-torn');
    await mkdir(dirname(torn), { recursive: true });
    await cp(`${root}/aside`, torn, { recursive: true });
    await rm(join(torn, 'zarr.json'));
    catalog.refresh();
    await become(async () => (await catalog.runs()).some(({ name }) => name === '20270101-000000-torn'));
    const facts = new RunFacts(join(extension().extensionPath, 'dist', 'analysisWorker.cjs'), log);
    const live = { onProgress: new vscode.EventEmitter<string>().event, progressOf: () => undefined };
    const states = { needed: () => new Map([[2, 1]]), onArrival: new vscode.EventEmitter<void>().event };
    const tree = new RunTree(catalog, facts, states, live, log);
    const own = (await tree.getChildren()).find((node) => node.kind === 'folder' && node.folder.root === root);
    assert.ok(own);
    const runs = (await tree.getChildren(own)).filter((node): node is RunNode & { kind: 'run' } => node.kind === 'run');
    assert.deepEqual(
      runs.map(({ run }) => [run.name, run.status.state, run.annotations.pinned]),
      [
        ['mine', 'finished', true],
        ['20270101-000000-torn', 'broken', false],
      ],
    );
    const item = tree.getTreeItem(runs[0]!);
    assert.deepEqual([item.label, item.contextValue], ['mine', 'run.finished.pinned']);
    assert.match(String(item.description), /^2 epochs.*#a/);
    const below = await tree.getChildren(runs[0]);
    assert.deepEqual(
      below.map((node) => (node.kind === 'layer' ? node.layer.name : node.kind)),
      ['input', 'conv_1', 'conv_2', 'conv_3', 'conv_4'],
    );
    assert.match(String(tree.getTreeItem(below[1]!).description), /^map entropy \d\.\d\d bits$/);
    assert.match(String(tree.getTreeItem(below[2]!).description), /^1 of 2 needed, map entropy /);
    const [note] = await tree.getChildren(runs[1]);
    assert.equal(note?.kind, 'note');
    tree.dispose();
    await facts.dispose();
  });

  it('leave the workspace’s version control alone', async () =>
    assert.ok((await readdir(join(root, '.cnnslicer'))).includes('.gitignore')));
});

describe('what the extension declares', () => {
  const manifest = (): Record<string, never> => extension().packageJSON as Record<string, never>;

  it('views work in restricted mode, and settings that name programs or scripts are not read there', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest()['capabilities'] as unknown as {
      untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
      virtualWorkspaces: { supported: boolean; description: string };
    };
    assert.equal(untrustedWorkspaces.supported, 'limited');
    for (const setting of ['node.path', 'record.arguments', 'record.data', 'configurations'])
      assert.ok(untrustedWorkspaces.restrictedConfigurations.includes(`cnnslicer.${setting}`), setting);
    assert.equal(virtualWorkspaces.supported, false);
    assert.ok(virtualWorkspaces.description.length > 20);
  });

  it('inlay hints and gutter signs are off until somebody asks for them', () => {
    const settings = vscode.workspace.getConfiguration('cnnslicer');
    assert.deepEqual([settings.get('inlayHints.enabled'), settings.get('gutter.enabled')], [false, false]);
  });
});
