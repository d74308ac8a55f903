/**
 * "Reduce filters" on networks as public projects write them. Their lines say themselves what is expected:
 * `//= 5` – reduced to 5 the file builds, its shapes agree, and as many parameters are gone (by TensorFlow.js's own
 * countParams) as the plan and its title say;
 * `//= not: …` – refused, with these words in the reason.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GrammarName, LayerDefinition, TextSpan } from '../../src/extension/detect/layerDefinition.js';
import { LayerDetector } from '../../src/extension/detect/syntaxTrees.js';
import { inEnglish } from '../../src/extension/localize.js';
import { matchLayers } from '../../src/extension/match/matchLayers.js';
import { reductionPlan, type ReductionPlan } from '../../src/extension/reduce/reductionPlan.js';
import { savingTitle } from '../../src/extension/reduce/reductionText.js';
import type { Layer } from '../../src/protocol/run.js';
import { grammars } from '../detection/detector.js';
import { builtModels, type ModelFile } from './builtModels.js';
import type { Built } from './buildProgram.js';

const folder = fileURLToPath(new URL('../fixtures/reduce/', import.meta.url));

interface Mark {
  /** Zero-based. */
  readonly line: number;
  /** null: refused. */
  readonly count: number | null;
  readonly words: string;
}

interface Trial {
  readonly file: ModelFile;
  readonly mark: Mark;
  readonly layer: Layer | undefined;
  readonly plan: ReductionPlan;
}

function marksOf(text: string): Mark[] {
  return text.split('\n').flatMap((one, line): Mark[] => {
    const said = /\/\/= (?:(\d+)|not: (.*))$/.exec(one);
    return said ? [{ line, count: said[1] ? Number(said[1]) : null, words: said[2] ?? '' }] : [];
  });
}

/** The smallest definition around a line. */
function definitionAt(definitions: readonly LayerDefinition[], line: number): number {
  const around = definitions.flatMap(({ span }, at) => (span.start.line <= line && line <= span.end.line ? [at] : []));
  const size = (at: number): number => (definitions[at]?.span.end.line ?? 0) - (definitions[at]?.span.start.line ?? 0);
  return around.sort((a, b) => size(a) - size(b))[0] ?? -1;
}

async function trialsOf(file: ModelFile, built: Built): Promise<Trial[]> {
  if (built.state === 'failed') throw new Error(`${file.name} does not build: ${built.reason}`);
  const grammar: GrammarName = extname(file.name) === '.ts' ? 'typescript' : 'javascript';
  const detector = new LayerDetector(grammars, grammar, file.text);
  try {
    const definitions = await detector.layers();
    const matches = matchLayers(definitions, built.layers, true);
    const facts = { definitions, matches, layers: built.layers, metrics: [], isUnchanged: true, textOf: () => '' };
    const trials: Trial[] = [];
    for (const mark of marksOf(file.text)) {
      const at = definitionAt(definitions, mark.line);
      const plan = await detector.read((root, text) =>
        reductionPlan(root, text, facts, at, mark.count ?? 1, inEnglish),
      );
      assert.ok(plan);
      const match = matches[at];
      trials.push({ file, mark, plan, layer: match?.state === 'current' ? match.layers[0] : undefined });
    }
    return trials;
  } finally {
    detector.dispose();
  }
}

function edited({ file, plan }: Trial): ModelFile {
  if (plan.state === 'refused') return file;
  const lines = file.text.split('\n');
  const backwards = [...plan.edits].sort((a, b) => compare(b.span.start, a.span.start));
  for (const { span, text } of backwards) {
    const line = lines[span.start.line] ?? '';
    lines[span.start.line] = line.slice(0, span.start.character) + text + line.slice(span.end.character);
  }
  return { ...file, text: lines.join('\n') };
}

function compare(a: TextSpan['start'], b: TextSpan['start']): number {
  return a.line - b.line || a.character - b.character;
}

/** What is wrong with an edit, in a sentence; null where all agrees. */
function wrongIn({ plan, mark, layer, file }: Trial, before: Built, after: Built): string | null {
  const where = `${file.name}:${mark.line + 1}`;
  if (mark.count === null) {
    if (plan.state === 'possible') return `${where} is possible, expected: ${mark.words}`;
    return plan.reason.includes(mark.words) ? null : `${where} is refused with "${plan.reason}", not "${mark.words}"`;
  }
  if (plan.state === 'refused') return `${where} is refused: ${plan.reason}`;
  if (after.state === 'failed') return `${where} no longer builds: ${after.reason}`;
  if (before.state === 'failed') return null;
  const reduced = after.layers.find(({ index }) => index === layer?.index);
  if (reduced?.channelCount !== mark.count) return `${where} has ${reduced?.channelCount}, not ${mark.count}`;
  if (JSON.stringify(after.outputShapes) !== JSON.stringify(before.outputShapes)) return `${where} answers otherwise`;
  const saved = before.parameters - after.parameters;
  if (saved !== Math.round(plan.savedParameters)) return `${where} saves ${saved}, not ${plan.savedParameters}`;
  if (before.parameters !== plan.totalParameters) return `${where} has ${before.parameters} parameters before`;
  const percent = (100 * saved) / before.parameters;
  const expected = `Reduce: ${percent.toFixed(percent < 1 ? 1 : 0)} % fewer parameters (−${saved.toLocaleString('en-US')})`;
  const title = savingTitle('Reduce', plan, inEnglish);
  return title === expected ? null : `${where} is offered as "${title}", not "${expected}"`;
}

describe('"reduce filters" on networks of public projects’ styles', () => {
  const files = readdirSync(folder).map((name): ModelFile => ({
    name,
    text: readFileSync(join(folder, name), 'utf8'),
  }));
  let originals: Built[];
  let trials: Trial[];
  let reduced: Built[];

  before(async () => {
    originals = await builtModels(files);
    trials = (await Promise.all(files.map((file, at) => trialsOf(file, originals[at]!)))).flat();
    reduced = await builtModels(trials.map(edited));
  });

  it('has at least ten of them, with edits and refusals', () => {
    assert.ok(files.length >= 10);
    assert.ok(trials.filter(({ mark }) => mark.count !== null).length >= 20);
    assert.ok(trials.filter(({ mark }) => mark.count === null).length >= 10);
  });

  for (const { name } of files)
    it(`${name}: the edited file builds and its shapes agree, or the refusal is right`, () => {
      const wrong = trials.flatMap((trial, at) =>
        trial.file.name === name ? (wrongIn(trial, originals[files.indexOf(trial.file)]!, reduced[at]!) ?? []) : [],
      );
      assert.deepEqual(wrong, []);
    });

  it('control: an edit without its coupled layers does not build', async () => {
    const coupled = trials.find(({ plan }) => plan.state === 'possible' && plan.edits.length > 1);
    assert.ok(coupled?.plan.state === 'possible');
    const [own] = coupled.plan.edits;
    const half = { ...coupled, plan: { ...coupled.plan, edits: own ? [own] : [] } };
    const [built] = await builtModels([edited(half)]);
    assert.equal(built?.state, 'failed');
  });
});
