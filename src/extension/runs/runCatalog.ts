/**
 * The runs of every workspace folder, and word when they change. A file watcher says so at once; a poll
 * stands behind it for file systems and limits where watchers stay silent.
 */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { isInside } from '../../store/safety/isInside.js';
import type { KnownRuns } from '../../store/runs/listRuns.js';
import { Disposables } from '../disposables.js';
import type { Log } from '../log.js';
import { nestedRoots } from './nestedRoots.js';
import { annotated, readAnnotations, type AnnotatedRun } from './runAnnotations.js';
import { runsFolderOf } from './runPlaces.js';

/** Many files change while an epoch is written: at most one listing in this time. */
const SETTLE_MILLISECONDS = 400;
const POLL_RECORDING_MILLISECONDS = 2_000;
const POLL_IDLE_MILLISECONDS = 15_000;
const WATCHED = '.cnnslicer/runs/*/{zarr.json,owner.json,end.json,annotations.json,commits/*}';

export interface RunsOfFolder {
  /** The workspace folder, or one below it that has runs of its own. */
  readonly root: string;
  readonly name: string;
  /** Newest first. */
  readonly runs: readonly AnnotatedRun[];
}

export class RunCatalog implements vscode.Disposable {
  readonly #disposables = new Disposables();
  readonly #watchers = this.#disposables.add(new Disposables());
  readonly #changed = this.#disposables.add(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;
  /** Roots below the workspace's folders, and those outside that a script of this session was recorded in. */
  readonly #extraRoots = new Set<string>();
  /** Runs that need not be read again. */
  readonly #ended: KnownRuns = new Map();
  #folders: Promise<readonly RunsOfFolder[]> | undefined;
  /** Listings so far, and which of them is the one that is shown. */
  #begun = 0;
  #shown = 0;
  readonly #lookedAt = new Set<string>();
  #known = '';
  #marks = '';
  #settling: NodeJS.Timeout | undefined;
  #polling: NodeJS.Timeout | undefined;
  #recording = false;

  constructor(readonly log: Log) {
    this.#watch();
    this.#disposables.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.#rewatch()));
  }

  get roots(): readonly string[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return [...folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath), ...this.#extraRoots];
  }

  folders(): Promise<readonly RunsOfFolder[]> {
    this.#schedulePoll();
    return (this.#folders ??= this.#first());
  }

  /** Looks for folders below the workspace's once, with the first question. */
  async #first(): Promise<readonly RunsOfFolder[]> {
    await this.#addNested();
    const known = this.#known;
    const folders = await this.#list();
    // A listing of fewer folders may have come between, and have been told of.
    if (known !== '' && this.#known !== known) this.#changed.fire();
    return folders;
  }

  async #addNested(): Promise<void> {
    const before = this.#extraRoots.size;
    for (const root of await nestedRoots()) if (!this.roots.includes(root)) this.#extraRoots.add(root);
    if (this.#extraRoots.size === before || this.#disposables.closed) return;
    this.#watchers.clear();
    this.#watch();
  }

  /**
   * A file's own folder and those up to the workspace's may have runs that no search has found: some editors
   * have none. Each folder is looked at once.
   */
  async addRootsAround(file: string): Promise<void> {
    const top = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath;
    if (top === undefined) return;
    for (let folder = dirname(file); isInside(top, folder) && !this.#lookedAt.has(folder); folder = dirname(folder)) {
      this.#lookedAt.add(folder);
      if ((await stat(runsFolderOf(folder)).catch(() => null))?.isDirectory()) this.addRoot(folder);
    }
  }

  /** Lists anew, folders below the workspace's included. */
  async rescan(): Promise<void> {
    await this.#addNested();
    this.refresh();
  }

  /** All runs, newest first. */
  async runs(): Promise<readonly AnnotatedRun[]> {
    const all = (await this.folders()).flatMap(({ runs }) => runs);
    return all.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
  }

  async find(folder: string): Promise<AnnotatedRun | undefined> {
    return (await this.runs()).find((run) => run.folder === folder);
  }

  addRoot(root: string): void {
    if (this.roots.includes(root)) return;
    this.#extraRoots.add(root);
    this.#rewatch();
  }

  /** Lists again soon; tells listeners only when something is different. */
  refresh(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      void this.#reload();
    }, SETTLE_MILLISECONDS);
  }

  async #reload(): Promise<void> {
    const known = this.#known;
    await this.#list();
    if (!this.#disposables.closed && this.#known !== known) this.#changed.fire();
  }

  /** Of listings that overlap the one that was begun last stays, whichever ends last. */
  async #list(): Promise<readonly RunsOfFolder[]> {
    const number = ++this.#begun;
    const folders = await this.#read();
    if (number < this.#shown) return this.#folders ?? folders;
    this.#shown = number;
    this.#folders = Promise.resolve(folders);
    this.#known = JSON.stringify(folders);
    this.#recording = folders.some(({ runs }) => runs.some(({ status }) => status.state === 'recording'));
    return folders;
  }

  async #read(): Promise<readonly RunsOfFolder[]> {
    const { listRuns } = await import('../../store/runs/listRuns.js');
    return Promise.all(
      this.roots.map(async (root): Promise<RunsOfFolder> => {
        const runs = await listRuns(runsFolderOf(root), this.#ended).catch((error: unknown) => {
          this.log.error(error);
          return [];
        });
        const all = runs.map(async (run) => annotated(run, await readAnnotations(run.folder)));
        return { root, name: nameOf(root), runs: await Promise.all(all) };
      }),
    );
  }

  #watch(): void {
    for (const root of this.roots) {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(root), WATCHED);
      const watcher = this.#watchers.add(vscode.workspace.createFileSystemWatcher(pattern));
      const refresh = (): void => this.refresh();
      this.#watchers.add(watcher.onDidCreate(refresh));
      this.#watchers.add(watcher.onDidChange(refresh));
      this.#watchers.add(watcher.onDidDelete(refresh));
    }
  }

  #rewatch(): void {
    this.#watchers.clear();
    this.#watch();
    this.refresh();
  }

  /** Begins with the first question, so that an editor in which nobody looks at runs does not poll. */
  #schedulePoll(): void {
    if (this.#polling || this.#disposables.closed) return;
    const wait = this.#recording ? POLL_RECORDING_MILLISECONDS : POLL_IDLE_MILLISECONDS;
    this.#polling = setTimeout(() => void this.#poll(), wait);
  }

  async #poll(): Promise<void> {
    const marks = await this.#folderMarks();
    if (marks !== this.#marks || this.#recording) this.refresh();
    this.#marks = marks;
    this.#polling = undefined;
    this.#schedulePoll();
  }

  /** When each folder of runs last changed: enough to see a run come or go without reading any. */
  async #folderMarks(): Promise<string> {
    const marks = this.roots.map(async (root) => (await stat(runsFolderOf(root)).catch(() => null))?.mtimeMs ?? 0);
    return (await Promise.all(marks)).join(' ');
  }

  dispose(): void {
    clearTimeout(this.#settling);
    clearTimeout(this.#polling);
    this.#disposables.dispose();
  }
}

/** A workspace folder's name; below it, the path from there. */
function nameOf(root: string): string {
  const uri = vscode.Uri.file(root);
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return folder?.uri.fsPath === root ? folder.name : vscode.workspace.asRelativePath(uri, true);
}
