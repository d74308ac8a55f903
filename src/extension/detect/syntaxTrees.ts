/** Tree-sitter, loaded when the first file asks for it, and syntax trees that follow edits of their text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as TreeSitter from '@vscode/tree-sitter-wasm';
import type { Edit, Language, Node, Parser, Point, Tree } from '@vscode/tree-sitter-wasm';
import { detectLayers } from './detectLayers.js';
import type { GrammarName, LayerDefinition } from './layerDefinition.js';
import { detectPythonLayers } from './python/detectPythonLayers.js';
import { mentionsPythonLayers } from './python/pythonLayers.js';
import { mentionsTfjs } from './tfjsLayers.js';

/** One change of a text, as editors report it: what it replaced, in the text before it. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Makes trees; `folder` holds tree-sitter.wasm and the grammars. */
export class Grammars {
  readonly #parsers = new Map<GrammarName, Promise<Parser>>();
  #library: Promise<typeof TreeSitter> | undefined;

  constructor(readonly folder: string) {}

  parser(name: GrammarName): Promise<Parser> {
    let parser = this.#parsers.get(name);
    if (!parser) this.#parsers.set(name, (parser = this.#load(name)));
    return parser;
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

/** The layers of one document; reparses only what changed. */
export class LayerDetector {
  #text: string;
  #tree: Tree | null = null;
  #layers: readonly LayerDefinition[] | null = null;
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
      if (this.#tree) this.#tree.edit(editOf(before, change));
      before =
        before.slice(0, change.rangeOffset) + change.text + before.slice(change.rangeOffset + change.rangeLength);
    }
    // The editor's text is what counts: where the two differ, incremental parsing would go wrong.
    if (before !== text) this.#drop();
    this.#text = text;
    this.#layers = null;
  }

  async layers(): Promise<readonly LayerDefinition[]> {
    if (this.#layers) return this.#layers;
    const mentions = this.grammar === 'python' ? mentionsPythonLayers : mentionsTfjs;
    if (!mentions(this.#text)) return (this.#layers = []);
    const parser = await this.grammars.parser(this.grammar);
    if (this.#closed) return [];
    return (this.#layers ??= this.#detect(parser));
  }

  /** Reads today's tree; null where the text constructs no layers. The tree is only lent. */
  async read<T>(use: (root: Node, text: string) => T): Promise<T | null> {
    await this.layers();
    return this.#tree ? use(this.#tree.rootNode, this.#text) : null;
  }

  #detect(parser: Parser): readonly LayerDefinition[] {
    const tree = parser.parse(this.#text, this.#tree);
    this.#drop();
    this.#tree = tree;
    if (!tree) return [];
    return this.grammar === 'python' ? detectPythonLayers(tree, this.#text) : detectLayers(tree, this.#text);
  }

  #drop(): void {
    this.#tree?.delete();
    this.#tree = null;
  }

  dispose(): void {
    this.#closed = true;
    this.#drop();
  }
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
