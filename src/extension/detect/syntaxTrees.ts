/** Tree-sitter, loaded when the first file asks for it, and syntax trees that follow edits of their text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import type { Edit, Language, Node, Parser, Point, Tree } from '@vscode/tree-sitter-wasm';
import { inTurnsWhile } from '../../system/steps.js';
import { isTurnDue, turnWhenDue } from '../../system/turns.js';
import { detection } from './detectLayers.js';
import { EditedDetection } from './editedDetection.js';
import type { GrammarName, LayerDefinition } from './layerDefinition.js';
import { mentionsLayers } from './mentionsLayers.js';
import { pythonDetection } from './python/detectPythonLayers.js';

/** Characters; about 15 ms. */
const SOON_PARSED = 50_000;

/** One change of a text, as editors report it: what it replaced, in the text before it. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Makes trees; `folder` holds tree-sitter.wasm and the grammars. */
export class Grammars {
  readonly #parsers = new Map<GrammarName, Promise<Parser>>();
  /** The last parse of each parser: it does one at a time. */
  readonly #turns = new Map<GrammarName, Promise<unknown>>();
  #library: Promise<typeof TreeSitter> | undefined;

  constructor(readonly folder: string) {}

  parser(name: GrammarName): Promise<Parser> {
    let parser = this.#parsers.get(name);
    if (!parser) this.#parsers.set(name, (parser = this.#load(name)));
    return parser;
  }

  /**
   * Parses in slices; null when the result was no longer wanted after one of them. `before` is the tree of the text
   * before its edits, which it was told of, and stays the caller's.
   */
  parse(name: GrammarName, text: string, before: Tree | null, isWanted: () => boolean): Promise<Tree | null> {
    const last = this.#turns.get(name) ?? Promise.resolve();
    const turn = last.then(() => this.#parse(name, text, before, isWanted));
    this.#turns.set(
      name,
      turn.catch(() => null),
    );
    return turn;
  }

  async #parse(name: GrammarName, text: string, before: Tree | null, isWanted: () => boolean): Promise<Tree | null> {
    const parser = await this.parser(name);
    await turnWhenDue();
    for (let pauses = 0; isWanted(); pauses++) {
      // What was begun goes on with the next call.
      const tree = parser.parse(text, before, { progressCallback: isTurnDue });
      if (tree && pauses > 0 && !before && isSoonParsed(text) && tree.rootNode.hasError) {
        // What recovery makes of an error depends on where parsing paused.
        tree.delete();
        return parser.parse(text, null);
      }
      if (tree) return tree;
      await turnWhenDue();
    }
    parser.reset();
    return null;
  }

  async #load(name: GrammarName): Promise<Parser> {
    this.#library ??= this.#initialise();
    const library = await this.#library;
    const language: Language = await library.Language.load(
      await readFile(join(this.folder, `tree-sitter-${name}.wasm`)),
    );
    return new library.Parser().setLanguage(language);
  }

  async #initialise(): Promise<typeof TreeSitter> {
    const imported = await import('@vscode/tree-sitter-wasm');
    // Bundled and unbundled, the CommonJS module arrives with or without a `default` around it.
    const library = 'Parser' in imported ? imported : (imported as { default: typeof imported }).default;
    await library.Parser.init({ locateFile: (file: string) => join(this.folder, file) });
    return library;
  }

  async dispose(): Promise<void> {
    for (const parser of this.#parsers.values()) (await parser).delete();
    this.#parsers.clear();
  }
}

/**
 * The layers of one document. Reparses only what changed, looks for layers anew only where the change can matter to
 * them, and does both in slices.
 */
export class LayerDetector {
  #text: string;
  #tree: Tree | null = null;
  #layers: readonly LayerDefinition[] | null = null;
  #pending: Promise<readonly LayerDefinition[]> | undefined;
  /** What was found before the edits that were made since; null when all is to be looked for. */
  #before: EditedDetection | null = null;
  #version = 0;
  #closed = false;

  constructor(
    readonly grammars: Grammars,
    readonly grammar: GrammarName,
    text: string,
  ) {
    this.#text = text;
  }

  /** Takes changes in the order in which they are to be applied. */
  change(changes: readonly TextChange[], text: string): void {
    let before = this.#text;
    for (const change of changes) {
      const edit = editOf(before, change);
      if (this.#tree && !this.#before?.take(edit, this.#tree, before)) this.#before = null;
      this.#tree?.edit(edit);
      before =
        before.slice(0, change.rangeOffset) + change.text + before.slice(change.rangeOffset + change.rangeLength);
    }
    // The editor's text is what counts: where the two differ, incremental parsing would go wrong.
    if (before !== text) this.#drop();
    this.#text = text;
    this.#layers = null;
    this.#version++;
  }

  layers(): Promise<readonly LayerDefinition[]> {
    if (this.#layers) return Promise.resolve(this.#layers);
    return (this.#pending ??= this.#find().finally(() => (this.#pending = undefined)));
  }

  /** Reads today's tree; null where the text constructs no layers. The tree is only lent. */
  async read<T>(use: (root: Node, text: string) => T): Promise<T | null> {
    await this.layers();
    return this.#tree ? use(this.#tree.rootNode, this.#text) : null;
  }

  /** Begins again whenever the text has changed meanwhile. */
  async #find(): Promise<readonly LayerDefinition[]> {
    while (!this.#closed) {
      const version = this.#version;
      const found = await this.#findIn(this.#text, () => this.#version === version && !this.#closed);
      if (found && this.#version === version) return (this.#layers = found);
    }
    return [];
  }

  async #findIn(text: string, isWanted: () => boolean): Promise<readonly LayerDefinition[] | null> {
    if (!mentionsLayers(this.grammar, text)) return [];
    const tree = await this.#parse(text, isWanted);
    if (!tree) return null;
    const kept = this.#tree && this.#before?.in(this.#tree, tree, text);
    this.#drop();
    this.#tree = tree;
    if (this.grammar === 'python') return inTurnsWhile(isWanted, pythonDetection(tree, text));
    const detected = kept ?? (await inTurnsWhile(isWanted, detection(tree, text)));
    this.#before = detected && new EditedDetection(detected);
    return detected?.layers ?? null;
  }

  /** Recovery from an error depends on the tree before: a text that is soon parsed is parsed from nothing then. */
  async #parse(text: string, isWanted: () => boolean): Promise<Tree | null> {
    const isSoon = isSoonParsed(text);
    const before = isSoon && this.#tree?.rootNode.hasError ? null : this.#tree;
    const tree = await this.grammars.parse(this.grammar, text, before, isWanted);
    if (!tree || !before || !isSoon || !tree.rootNode.hasError) return tree;
    tree.delete();
    return this.grammars.parse(this.grammar, text, null, isWanted);
  }

  #drop(): void {
    this.#tree?.delete();
    this.#tree = null;
    this.#before = null;
  }

  dispose(): void {
    this.#closed = true;
    this.#drop();
  }
}

function isSoonParsed(text: string): boolean {
  return text.length <= SOON_PARSED;
}

function editOf(before: string, { rangeOffset, rangeLength, text }: TextChange): Edit {
  const startPosition = pointAt(before, rangeOffset);
  return {
    startIndex: rangeOffset,
    oldEndIndex: rangeOffset + rangeLength,
    newEndIndex: rangeOffset + text.length,
    startPosition,
    oldEndPosition: advance(startPosition, before.slice(rangeOffset, rangeOffset + rangeLength)),
    newEndPosition: advance(startPosition, text),
  };
}

function pointAt(text: string, offset: number): Point {
  return advance({ row: 0, column: 0 }, text.slice(0, offset));
}

function advance(from: Point, text: string): Point {
  const last = text.lastIndexOf('\n');
  if (last < 0) return { row: from.row, column: from.column + text.length };
  let rows = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) rows++;
  return { row: from.row + rows, column: text.length - last - 1 };
}
