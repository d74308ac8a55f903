/** A detection and the edits made since: after the next parse it says whether its layers are the same, only moved. */
import type { Edit, Tree } from '@vscode/tree-sitter-wasm';
import type { Detection } from './detectLayers.js';
import { moved, movedRegion, placeOf, wholeStatements, type Region } from './editedRegion.js';

export class EditedDetection {
  readonly #edits: Edit[] = [];
  /** Around the layers, where they are now. */
  #statements: readonly Region[];
  /** The statements that were edited, whole, where they are now. */
  #edited: Region | null = null;
  #place = '';

  constructor(readonly detection: Detection) {
    this.#statements = detection.statements;
  }

  /** Takes an edit that neither `tree` nor `text` has yet; false when it touches what matters. */
  take(edit: Edit, tree: Tree, text: string): boolean {
    const touched = wholeStatements(tree.rootNode, { start: edit.startIndex, end: edit.oldEndIndex });
    if (!this.#isSilent(touched, text)) return false;
    this.#edits.push(edit);
    this.#statements = this.#statements.map((one) => movedRegion(one, edit));
    const whole = this.#edited ? union(this.#edited, touched) : touched;
    // Errors make a tree of what is around them, too.
    this.#place = tree.rootNode.hasError ? '' : placeOf(tree.rootNode, whole);
    this.#edited = movedRegion(whole, edit);
    return true;
  }

  /** The detection for the text after the edits, from the edited tree and the one parsed from it; null: look anew. */
  in(edited: Tree, parsed: Tree, text: string): Detection | null {
    if (!this.#edited) return null;
    const touched = this.#touched(this.#edited, edited, parsed);
    if (!this.#isSilent(touched, text)) return null;
    const layers = this.#edits.reduce(moved, this.detection.layers);
    return { layers, statements: this.#statements, matters: this.detection.matters };
  }

  /** The statements of the new tree that are not as they were. */
  #touched(statements: Region, edited: Tree, parsed: Tree): Region {
    const now = wholeStatements(parsed.rootNode, statements);
    const isInPlace = now.start === statements.start && now.end === statements.end;
    // Whole statements that give way to whole statements of the same block leave all around them as it was.
    if (isInPlace && !parsed.rootNode.hasError && placeOf(parsed.rootNode, now) === this.#place) return now;
    const changed = edited
      .getChangedRanges(parsed)
      .map((one): Region => ({ start: one.startIndex, end: one.endIndex }));
    return wholeStatements(parsed.rootNode, changed.reduce(union, statements));
  }

  #isSilent({ start, end }: Region, text: string): boolean {
    const isInLayer = this.#statements.some((one) => one.start < end && start < one.end);
    return !isInLayer && !this.detection.matters.test(text.slice(start, end));
  }
}

function union(a: Region, b: Region): Region {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
