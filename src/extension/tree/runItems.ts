/** How the nodes of the runs tree look: label, description, icon, tooltip, and what they are for menus. */
import * as vscode from 'vscode';
import { deadText, entropyName, entropyText, showsDead } from '../words/layerText.js';
import type { ProgressState } from '../words/progressState.js';
import type { RunsOfFolder } from '../runs/runCatalog.js';
import type { RunEntry } from '../runs/runOrder.js';
import { accuracyDetail, brokenText, liveText, runDescription, sizesText, sizeText } from '../words/runText.js';
import type { RunNode } from './runTree.js';

const t = vscode.l10n.t;

export function folderItem({ root, name, runs }: RunsOfFolder): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = root;
  item.description = runs.length === 1 ? t('1 run') : t('{0} runs', runs.length);
  item.iconPath = vscode.ThemeIcon.Folder;
  item.contextValue = 'folder';
  return item;
}

/** "training sizes  100, 500, 1,000": one script, trained on nested parts of its data. */
export function groupItem({ id, name, runs }: RunEntry & { kind: 'group' }): vscode.TreeItem {
  const item = new vscode.TreeItem(t('{0}: training set sizes', name), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `group ${id}`;
  item.description = sizesText(runs);
  item.iconPath = new vscode.ThemeIcon('layers-active');
  item.tooltip = t('{0} was trained on nested subsets of its training data: {1} samples.', name, sizesText(runs));
  item.contextValue = 'group';
  return item;
}

const RUN_ICONS = {
  recording: new vscode.ThemeIcon('loading~spin'),
  finished: new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed')),
  broken: new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed')),
};

/** `live` is what a recording of this window says between two whole epochs. */
export function runItem(
  { run, hasNamesake, isInGroup }: RunNode & { kind: 'run' },
  live: ProgressState | undefined,
): vscode.TreeItem {
  const label = isInGroup && run.group ? sizeText(run.group, t) : run.name;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  const { state } = run.status;
  const { pinned, tags } = run.annotations;
  const said = state === 'recording' && live ? liveText(live, t) : runDescription(run, t);
  item.id = run.folder;
  // Runs of one script have one name: the time tells them apart.
  item.description = [said, hasNamesake && !isInGroup ? timeText(run.createdAt) : '', ...tags.map((tag) => `#${tag}`)]
    .filter(Boolean)
    .join(' ');
  item.iconPath =
    pinned && state !== 'recording' ? new vscode.ThemeIcon('pinned', RUN_ICONS[state].color) : RUN_ICONS[state];
  item.contextValue = `run.${state}${pinned ? '.pinned' : ''}`;
  item.tooltip = [
    run.name,
    run.name === run.recordedName ? null : t('recorded as {0}', run.recordedName),
    said,
    accuracyDetail(run, t),
    brokenText(run, t),
    tags.length > 0 ? t('tags: {0}', tags.join(', ')) : null,
    new Date(run.createdAt).toLocaleString(),
    run.folder,
  ]
    .filter(Boolean)
    .join('\n');
  item.accessibilityInformation = {
    label: [label, said, pinned ? t('pinned') : '', ...tags].filter(Boolean).join(', '),
  };
  return item;
}

/** The time of today's runs, the day of others. */
function timeText(createdAt: string): string {
  const created = new Date(createdAt);
  const isToday = created.toDateString() === new Date().toDateString();
  return isToday
    ? created.toLocaleTimeString(vscode.env.language, { hour: '2-digit', minute: '2-digit' })
    : created.toLocaleDateString(vscode.env.language, { day: 'numeric', month: 'short' });
}

export function noteItem({ run, text, icon }: RunNode & { kind: 'note' }): vscode.TreeItem {
  const item = new vscode.TreeItem(text);
  item.id = `${run.folder}#${icon}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = text;
  return item;
}

export function layerItem(node: RunNode & { kind: 'layer' }): vscode.TreeItem {
  const { run, layer, report, needed } = node;
  const item = new vscode.TreeItem(layer.name);
  const entropy = report ? entropyText(report)?.split(' ')[0] : undefined;
  const dead = report && showsDead(report, layer) ? deadText(report, layer, t) : null;
  const enough = needed === undefined ? '' : t('{0} of {1} needed', needed, layer.channelCount);
  item.id = `${run.folder}#${layer.index}`;
  // What asks for something comes first: the rest of the line may be cut off.
  item.description = [
    enough,
    entropy === undefined ? '' : t('{0} {1} bits', entropyName([layer], t), entropy),
    dead ?? '',
  ]
    .filter(Boolean)
    .join(', ');
  item.iconPath =
    dead === null && needed === undefined
      ? new vscode.ThemeIcon('layers')
      : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.tooltip = `${layer.name}: ${layer.className}, ${layer.outputShape.join('×')}`;
  item.contextValue = layer.source ? 'layer.withSource' : 'layer';
  if (layer.source)
    item.command = { command: 'cnnslicer.goToLayer', title: t('Go to Layer Source'), arguments: [node] };
  return item;
}
