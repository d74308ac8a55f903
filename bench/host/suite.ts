/**
 * Runs inside the extension host, where it measures what people feel: how long the extension takes to wake, the
 * longest that the host is blocked, and what memory it keeps after views were opened and closed. Whose a block is only
 * a profile tells, which costs time of its own: CNNSLICER_MEASUREMENTS says whether one is taken.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { VIEWS } from '../../src/protocol/viewState.js';
import { activationSpans } from './activation.js';
import { worstBlock, type WorstBlock } from './ownShare.js';
import { startProfile } from './profile.js';
import { processorWithin, watchTurns } from './turns.js';

const EXTENSION = 'cnnslicer.cnnslicer';
const OURS = /dist\/extension\.cjs|tree-sitter/;
/** The first time that a view is shown it stays until all of its questions are answered. */
const FIRST_SHOWN_MS = 5000;
const SHOWN_MS = 700;

/** CNNSLICER_MEASUREMENTS, as JSON. */
export interface Measurement {
  /** Where the figures are written to. */
  readonly output: string;
  readonly profiler: boolean;
  /** How often each view is opened and closed. */
  readonly rounds: number;
}

export async function run(): Promise<void> {
  const asked = JSON.parse(process.env['CNNSLICER_MEASUREMENTS'] ?? '') as Measurement; // written by measure.ts
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await untilQuiet();
  delay.enable();
  const turns = watchTurns();
  const phases: Record<string, { readonly wallMs: number; readonly processor: WorstBlock | null }> = {};
  const phase = async (name: string, work: () => Thenable<unknown>): Promise<void> => {
    const profile = asked.profiler ? await startProfile() : null;
    // Starting a profile lists all functions of the host, some 100 ms that are nobody's.
    await sleep(50);
    delay.reset();
    turns?.take();
    await work();
    await sleep(300);
    const taken = turns?.take();
    const wallMs = delay.max / 1e6;
    const profiled = profile && (await profile(name, taken ?? []));
    phases[name] = { wallMs, processor: taken ? worstBlock(taken, profiled, isOurs) : null };
  };
  turns?.take();
  const editor = await openScript();
  const extension = vscode.extensions.getExtension(EXTENSION);
  while (!extension?.isActive) await sleep(5);
  await sleep(100);
  const taken = turns?.take();
  const marked = activationSpans(EXTENSION);
  const activation = {
    wallMs: marked.reduce((sum, { from, to }) => sum + (to - from) / 1000, 0),
    // At most: what else ran in these turns is counted too.
    processorMs: taken ? processorWithin(taken, marked) : null,
  };
  await phase('lenses', () => untilLenses(editor.document));
  await phase('hovers', () => hovers(editor.document));
  await phase('typing', () => typing(editor));
  await phase('runs', () => vscode.commands.executeCommand('cnnslicer.runs.focus'));
  await phase('problems', () => sleep(3000));
  const memory = { before: memoryMB(), after: {} as Record<string, number> };
  for (const view of VIEWS) {
    await phase(`view ${view}`, () => openAndClose(editor.document, view, asked.rounds));
    memory.after[view] = memoryMB();
  }
  const { profiler, rounds } = asked;
  writeFileSync(asked.output, JSON.stringify({ profiler, rounds, activation, worstBlock: phases, heapMB: memory }));
}

/** The bundle, and the parser that it loads. */
function isOurs(url: string): boolean {
  return OURS.test(url);
}

/** The host has work of its own when a window opens. */
async function untilQuiet(): Promise<void> {
  await sleep(4000);
}

async function openScript(): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('the host was started without a folder');
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, 'large.js'));
}

async function lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    document.uri,
    1000,
  );
  return all.filter(({ command }) => command?.command.startsWith('cnnslicer.'));
}

async function untilLenses(document: vscode.TextDocument): Promise<void> {
  for (let waited = 0; waited < 240_000; waited += 500) {
    if ((await lenses(document)).some(({ command }) => command?.title.includes('bits'))) return;
    await sleep(500);
  }
  throw new Error('no lens has told an entropy within 4 minutes');
}

async function hovers(document: vscode.TextDocument): Promise<void> {
  for (let line = 3; line < 23; line++)
    await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, new vscode.Position(line, 22));
}

/** Thirty keystrokes in the middle of the file, each followed by what the editor asks for after it. */
async function typing(editor: vscode.TextEditor): Promise<void> {
  const { document } = editor;
  const end = document.lineAt(Math.floor(document.lineCount / 2)).range.end;
  for (let key = 0; key < 30; key++) {
    await editor.edit((edit) => edit.insert(end, key === 0 ? ' // ' : 'x'), {
      undoStopBefore: false,
      undoStopAfter: false,
    });
    await lenses(document);
  }
  await vscode.commands.executeCommand('workbench.action.files.revert');
}

async function openAndClose(document: vscode.TextDocument, view: string, rounds: number): Promise<void> {
  const lens = (await lenses(document)).find(({ command }) => command?.title.includes('bits'));
  const [target] = (lens?.command?.arguments ?? []) as [object];
  for (let round = 0; round < rounds; round++) {
    await vscode.commands.executeCommand('cnnslicer.showEntropy', { ...target, view });
    await sleep(round === 0 ? FIRST_SHOWN_MS : SHOWN_MS);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter(({ input }) => input instanceof vscode.TabInputWebview));
  }
}

/** After a collection: what is held, not what waits to be collected. */
function memoryMB(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return Math.round(((heapUsed + external) / 2 ** 20) * 10) / 10;
}
