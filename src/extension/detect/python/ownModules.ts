/** Where a file constructs classes of its own that are derived from a layer: `Swish()` after `class Swish(nn.Module)`. */
import type { Node } from '@vscode/tree-sitter-wasm';
import type { LayerKind } from '../../../protocol/run.js';
import { isLayerBase, pythonLayer } from '../../../frameworks/python/pythonLayers.js';
import type { LayerDefinition, LayerFramework } from '../layerDefinition.js';
import { spanOf } from '../literals.js';
import { occurrences } from '../occurrences.js';
import type { PythonNames } from './pythonNames.js';
import { assignedField, calledBy, surroundingsOf } from './pythonSurroundings.js';

interface OwnClass {
  readonly framework: LayerFramework;
  readonly kind: LayerKind;
}

const CLASS = /^[ \t]*class\s+(\w+)\s*\(/gm;

export function* ownModules(names: PythonNames): Generator<void, LayerDefinition[]> {
  const declared = new Set([...names.text.matchAll(CLASS)].map(([, name = '']) => name));
  const nodes = occurrences(names.root, names.text, declared);
  const classes = new Map<string, OwnClass>();
  // A class may stand after those that are derived from it in a branch; two rounds find what one missed.
  for (let round = 0; round < 2; round++)
    for (const node of nodes) {
      yield;
      const own = node.parent?.type === 'class_definition' ? ownClass(node.parent, classes, names) : null;
      if (own) classes.set(names.textOf(node), own);
    }
  return nodes.flatMap((node) => {
    const call = calledBy(node);
    const own = node.parent?.type === 'attribute' ? undefined : classes.get(names.textOf(node));
    return call && own && names.bindingsOf(node).every(({ value }) => value === null)
      ? [definitionOf(call, node, own, names)]
      : [];
  });
}

function ownClass(definition: Node, known: ReadonlyMap<string, OwnClass>, names: PythonNames): OwnClass | null {
  for (const base of definition.childForFieldName('superclasses')?.namedChildren ?? []) {
    if (!base) continue;
    const path = names.pathOf(base);
    const layer = path === null ? undefined : pythonLayer(path);
    if (path !== null && (layer || isLayerBase(path)))
      return { framework: path.startsWith('torch.') ? 'pytorch' : 'keras', kind: layer?.kind ?? 'other' };
    const own = known.get(names.textOf(base));
    if (own) return own;
  }
  return null;
}

/** What a class of the file does with its arguments is not read. */
function definitionOf(call: Node, name: Node, { framework, kind }: OwnClass, names: PythonNames): LayerDefinition {
  const span = spanOf(call);
  return {
    framework,
    className: names.textOf(name),
    kind,
    factory: names.textOf(name),
    name: framework === 'pytorch' ? assignedField(call, names) : null,
    arguments: {},
    computedArguments: [],
    open: true,
    span,
    callee: spanOf(name),
    line: span.start.line,
    ...surroundingsOf(call, names),
    isTentative: true,
  };
}
