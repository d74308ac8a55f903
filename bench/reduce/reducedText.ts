/** What the editor's "Reduce filters" makes of a text after a recording of it: every layer that can do with fewer. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { AnalysisEngine } from '../../src/analysis/engine.js';
import type { ReductionEdit } from '../../src/extension/reduce/coupledPlaces.js';
import type { TextSpan } from '../../src/extension/detect/layerDefinition.js';
import { Grammars, LayerDetector } from '../../src/extension/detect/syntaxTrees.js';
import { inEnglish } from '../../src/extension/localize.js';
import { matchLayers } from '../../src/extension/match/matchLayers.js';
import { neededOf } from '../../src/extension/problems/layerFindings.js';
import { reductionPlan } from '../../src/extension/reduce/reductionPlan.js';
import type { RedundancyResult } from '../../src/protocol/measure.js';
import type { Layer, RunManifest } from '../../src/protocol/run.js';
import { openRun } from '../../src/store/reading/openRun.js';

const require = createRequire(import.meta.url);
const grammars = new Grammars(join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm'));

export interface Reduced {
  readonly text: string;
  readonly manifest: RunManifest;
  readonly layers: readonly { readonly layer: Layer; readonly count: number }[];
  /** Layers that could do with fewer and may not be edited, with the reason. */
  readonly refused: readonly { readonly layer: Layer; readonly reason: string }[];
}

export async function reducedText(engine: AnalysisEngine, runFolder: string, text: string): Promise<Reduced> {
  const { manifest, summary } = await (await openRun(runFolder)).describe();
  const wanted = await wantedCounts(engine, runFolder, manifest, summary.epochs.at(-1) ?? 0);
  const detector = new LayerDetector(grammars, 'javascript', text);
  try {
    const definitions = await detector.layers();
    const { layers: recorded, metrics } = manifest;
    const matches = matchLayers(definitions, recorded, true);
    const textOf = (span: TextSpan): string => textIn(text, span);
    const facts = { definitions, matches, layers: recorded, metrics, isUnchanged: true, textOf };
    const edits: ReductionEdit[] = [];
    const refused: Reduced['refused'][number][] = [];
    const layers: Reduced['layers'][number][] = [];
    for (const [layer, count] of wanted) {
      const at = facts.matches.findIndex((match) => match.state === 'current' && match.layers.includes(layer));
      const plan = await detector.read((tree, source) => reductionPlan(tree, source, facts, at, count, inEnglish));
      if (plan?.state === 'possible') {
        edits.push(...plan.edits);
        layers.push({ layer, count });
      } else refused.push({ layer, reason: plan?.reason ?? 'no layers were found' });
    }
    return { text: withEdits(text, edits), manifest, layers, refused };
  } finally {
    detector.dispose();
  }
}

/** The stable recommended counts that the editor would offer. */
async function wantedCounts(
  engine: AnalysisEngine,
  runFolder: string,
  { layers }: RunManifest,
  epoch: number,
): Promise<Map<Layer, number>> {
  const counts = new Map<Layer, number>();
  for (const layer of layers) {
    const feedsOthers = layers.some(({ inputs }) => inputs.includes(layer.index));
    if ((layer.kind !== 'conv' && layer.kind !== 'dense') || !feedsOthers) continue;
    const query = `dCNN(-, ${layer.name}, -, ${epoch})`;
    const result = (await engine.measure(runFolder, { query, measure: 'redundancy' })) as RedundancyResult;
    const needed = neededOf(layer, result.values.find((value) => value.layer === layer.index) ?? null);
    if (needed !== null) counts.set(layer, needed);
  }
  return counts;
}

function textIn(text: string, { start, end }: TextSpan): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  lines.push((lines.pop() ?? '').slice(0, end.character));
  return lines.join('\n').slice(start.character);
}

/** The spans of the edits do not overlap. */
function withEdits(text: string, edits: readonly ReductionEdit[]): string {
  const lines = text.split('\n');
  const backwards = [...edits].sort((a, b) => b.span.start.character - a.span.start.character);
  for (const { span, text: by } of backwards) {
    const line = lines[span.start.line];
    lines[span.start.line] = line.slice(0, span.start.character) + by + line.slice(span.end.character);
  }
  return lines.join('\n');
}
