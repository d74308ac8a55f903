/**
 * What VS Code calls. Activation registers providers and nothing else: tree-sitter, the store, the
 * analysis engine and the launcher are loaded when the first question needs them.
 */
import * as vscode from 'vscode';
import { LayerDocuments } from './detect/layerDocuments.js';
import { guarded } from './failureMessage.js';
import { DocumentChanges } from './compare/documentChanges.js';
import { LayerHover } from './hover/layerHover.js';
import { InlineValues } from './inline/inlineValues.js';
import { LayerLenses } from './lens/layerLenses.js';
import type { ShowEntropyArguments } from './showEntropy.js';
import { OpenLinks } from './links/openLinks.js';
import { Log } from './log.js';
import { followModelFile } from './modelFileContext.js';
import { PanelMemory } from './panel/panelMemory.js';
import { ViewerPanels } from './panel/viewerPanels.js';
import { LayerProblems } from './problems/layerProblems.js';
import { LearnedStates } from './problems/learnedState.js';
import { explainRefusal, ProblemActions } from './problems/problemActions.js';
import { RecordingCommands } from './record/recordingCommands.js';
import { RecordingTasks } from './record/recordingTasks.js';
import { Recordings } from './record/recordings.js';
import { AnnotationCommands } from './commands/annotationCommands.js';
import { DocumentRuns } from './runs/documentRun.js';
import { RunCatalog } from './runs/runCatalog.js';
import { RunCommands } from './commands/runCommands.js';
import { RunFacts } from './runs/runFacts.js';
import { RunTree, type RunNode } from './tree/runTree.js';
import { LayerSource } from './source/layerSource.js';

const LANGUAGES = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'python'].map((language) => ({
  language,
  scheme: 'file',
}));

export function activate(context: vscode.ExtensionContext): void {
  const hold = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const inDist = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, 'dist', ...path);

  const log = hold(new Log());
  const catalog = hold(new RunCatalog(log));
  const facts = hold(new RunFacts(inDist('analysisWorker.cjs').fsPath, log, () => vscode.workspace.isTrusted));
  const documents = hold(new LayerDocuments(inDist('tree-sitter').fsPath));
  const runs = new DocumentRuns(catalog, facts, documents, log);
  const states = new LearnedStates(facts, log);
  const source = new LayerSource(catalog, facts, documents, runs);
  const openSource = guardedSource(source, log);
  const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(context.extensionUri, 'media', `panel-${theme}.svg`);
  const icons = { light: icon('light'), dark: icon('dark') };
  const memory = new PanelMemory(context.workspaceState);
  const panels = hold(new ViewerPanels(inDist('webview'), icons, catalog, facts, openSource, log, memory));
  const recordings = hold(new Recordings(inDist('recorder.cjs').fsPath, catalog, log));
  const tree = hold(new RunTree(catalog, facts, states, recordings, log));
  const changes = new DocumentChanges(runs, facts);
  const lenses = hold(new LayerLenses(documents, runs, facts, states, changes, log));
  const commands = new RunCommands(catalog, facts, panels);
  const notes = new AnnotationCommands(catalog, commands);
  const recording = new RecordingCommands(recordings, catalog, facts, commands, log);

  hold(
    vscode.window.createTreeView('cnnslicer.runs', {
      treeDataProvider: tree,
      showCollapseAll: true,
      canSelectMany: true,
    }),
  );
  hold(vscode.languages.registerCodeLensProvider(LANGUAGES, lenses));
  const media = vscode.Uri.joinPath(context.extensionUri, 'media');
  const inline = hold(new InlineValues(documents, runs, facts, states, media, log));
  hold(vscode.languages.registerInlayHintsProvider(LANGUAGES, inline));
  hold(vscode.window.registerUriHandler(new OpenLinks(catalog, facts, panels, log)));
  hold(vscode.languages.registerHoverProvider(LANGUAGES, new LayerHover(documents, runs, facts, states, changes, log)));
  const problems = hold(new LayerProblems(documents, runs, states, log));
  hold(
    vscode.languages.registerCodeActionsProvider(LANGUAGES, new ProblemActions(problems, log), ProblemActions.metadata),
  );
  hold(vscode.tasks.registerTaskProvider(RecordingTasks.type, new RecordingTasks(inDist('cli.cjs').fsPath)));
  hold(followModelFile());

  const command = <A extends unknown[]>(name: string, run: (...args: A) => Promise<void> | void): void => {
    hold(vscode.commands.registerCommand(`cnnslicer.${name}`, guarded(log, run)));
  };
  command('analyze', (resource?: vscode.Uri) => recordings.analyze(resource));
  command('stop', () => recordings.stop());
  command('pause', () => recordings.pause(true));
  command('resume', () => recordings.pause(false));
  const atCursor = async (): Promise<ShowEntropyArguments> =>
    (await import('./source/layerAtCursor.js')).layerAtCursor(documents, runs);
  command('showEntropy', async (target?: ShowEntropyArguments) => commands.showEntropy(target ?? (await atCursor())));
  command('findEpoch', async (target?: ShowEntropyArguments | RunNode) =>
    commands.findEpoch(target ?? (await atCursor())),
  );
  command('openRun', (node?: RunNode) => commands.open(node));
  command('revealRun', (node?: RunNode) => commands.reveal(node));
  command('deleteRun', (node?: RunNode, all?: RunNode[]) => commands.delete(node, all));
  command('compareRuns', (node?: RunNode, all?: RunNode[]) => commands.compare(node, all));
  command('compareWith', (first?: string, second?: string) => commands.compareWith(first, second));
  command('controlExperiment', async (node?: RunNode) =>
    (await import('./compare/controlCommand.js')).controlExperiment(commands, node),
  );
  command('renameRun', (node?: RunNode) => notes.rename(node));
  command('pinRun', (node?: RunNode, all?: RunNode[]) => notes.pin(node, all ?? [], true));
  command('unpinRun', (node?: RunNode, all?: RunNode[]) => notes.pin(node, all ?? [], false));
  command('editTags', (node?: RunNode, all?: RunNode[]) => notes.editTags(node, all));
  command('recordAgain', (node?: RunNode) => recording.again(node));
  command('recordConfiguration', (name?: unknown) =>
    recording.configuration(typeof name === 'string' ? name : undefined),
  );
  command('refreshRuns', () => catalog.rescan());
  command('goToLayer', async (node?: RunNode) => {
    const chosen = node?.kind === 'layer' ? { run: node.run, layer: node.layer } : await commands.pickLayer();
    if (chosen) await source.open(chosen.run, chosen.layer.index);
  });
  command('explainRefusal', (title?: string, reason?: string) => explainRefusal(title, reason));
  command('getStarted', () => openWalkthrough(context.extension.id));
  command('showLog', () => log.show());
}

async function openWalkthrough(extension: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extension}#start`, false);
}

/** The view is told of a failure by its own call; the person is shown it here, at the editor. */
function guardedSource(source: LayerSource, log: Log): LayerSource['open'] {
  return guarded(log, (...args: Parameters<LayerSource['open']>) => source.open(...args));
}
