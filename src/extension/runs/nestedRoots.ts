/** Folders below the workspace's that have runs of their own: packages of a monorepo, experiments side by side. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { rootOfRun } from './runPlaces.js';

const RUN_FILES = '**/.cnnslicer/runs/*/zarr.json';
/** Runs looked at; more than a tree can show. */
const MOST_RUNS = 2000;
/** Folders that are watched at most: watchers are few on some systems. */
const MOST_ROOTS = 50;

/** Empty where the editor has no search, as in some browsers' ones. */
export async function nestedRoots(): Promise<string[]> {
  try {
    const found = await vscode.workspace.findFiles(RUN_FILES, '**/node_modules/**', MOST_RUNS);
    const roots = found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => rootOfRun(dirname(fsPath)));
    return [...new Set(roots)].sort().slice(0, MOST_ROOTS);
  } catch {
    return [];
  }
}
