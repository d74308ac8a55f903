/**
 * Files whose lines say themselves which layers they construct: `//= Conv2D` or `#= Conv2d` at the line where a
 * construction begins. Precision and recall are over these marks together with the files of detectLayers.test.ts.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GrammarName, LayerDefinition, TextSpan } from '../../src/extension/detect/layerDefinition.js';
import { detect } from './detector.js';

const folder = fileURLToPath(new URL('../fixtures/marked/', import.meta.url));
const corpus = fileURLToPath(new URL('../fixtures/detection/', import.meta.url));
const GRAMMARS: Record<string, GrammarName> = {
  '.tsx': 'tsx',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.py': 'python',
};
const LEAST = 0.98;

interface Mark {
  /** "file:line class" */
  readonly said: string;
  /** Literal arguments that it has, each as JSON; others are not said. */
  readonly given: readonly string[];
}

/** Every mark; arguments stand before them: `//@ filters=8 padding="same"|units=3 //= Conv2D Dense`. */
function marksOf(file: string, text: string): Mark[] {
  return text.split('\n').flatMap((line, index) => {
    const marked = /(?:\/\/|#)= (.*)$/.exec(line)?.[1] ?? '';
    const given = (/(?:\/\/|#)@ (.*?)\s*(?:\/\/|#)=/.exec(line)?.[1] ?? '').split('|');
    return marked
      .split(' ')
      .filter(Boolean)
      .map((name, i): Mark => ({
        said: `${file}:${index + 1} ${name}`,
        given: (given[i] ?? '').split(' ').filter((one) => one.includes('=')),
      }));
  });
}

/** Those of a mark's arguments that were not read so. */
function unread({ given }: Mark, { arguments: read }: LayerDefinition): string[] {
  return given.filter((one) => {
    const at = one.indexOf('=');
    return JSON.stringify(read[one.slice(0, at)]?.value) !== one.slice(at + 1);
  });
}

function textIn(text: string, { start, end }: TextSpan): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = lines[lines.length - 1]!.slice(0, end.character);
  return [lines[0]!.slice(start.character), ...lines.slice(1)].join('\n');
}

/** Whether a text is one call: after the name that is called there is one pair of brackets, and it ends there. */
function isWholeCall(text: string, callee: string, isPython: boolean): boolean {
  const comment = isPython ? /#(?![\w])[^\n]*/g : /\/\/[^\n]*|\/\*[^]*?\*\//g;
  const code = text.replace(comment, '');
  // `(0, layers.dense)(…)`, `layers['dense'](…)`, `layers.dense!(…)`
  const rest = code.slice(code.indexOf(callee) + callee.length).replace(/^[\]!?.)\s]*/, '');
  const brackets = rest.replace(/'[^'\n]*'|"[^"\n]*"/g, '');
  let depth = 0;
  for (const [at, letter] of [...brackets].entries()) {
    if (at === 0 && letter !== '(') return false;
    if (letter === '(') depth++;
    if (letter === ')' && --depth === 0) return at === [...brackets].length - 1;
  }
  return false;
}

interface Score {
  files: number;
  readonly missed: string[];
  readonly wrong: string[];
  /** Arguments of layers that were found. */
  readonly unread: string[];
  found: number;
}

async function score(isOf: (file: string) => boolean): Promise<Score> {
  const files = readdirSync(folder).filter(isOf);
  const result: Score = { files: files.length, missed: [], wrong: [], unread: [], found: 0 };
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8');
    const expected = marksOf(file, text);
    for (const layer of await detect(text, GRAMMARS[extname(file)] ?? 'javascript')) {
      if (layer.isTentative) continue;
      const said = `${file}:${layer.line + 1} ${layer.className}`;
      const at = expected.findIndex((mark) => mark.said === said);
      const mark = expected[at];
      if (!mark) result.wrong.push(said);
      else if (!isWholeCall(textIn(text, layer.span), textIn(text, layer.callee), file.endsWith('.py')))
        result.wrong.push(`${said}: ${textIn(text, layer.span)}`);
      else {
        expected.splice(at, 1);
        result.found++;
        result.unread.push(...unread(mark, layer).map((one) => `${said} ${one}`));
      }
    }
    result.missed.push(...expected.map((mark) => mark.said));
  }
  return result;
}

describe('detection in marked files', () => {
  for (const [language, isOf] of [
    ['TypeScript and JavaScript', (file: string): boolean => !file.endsWith('.py')],
    ['Python', (file: string): boolean => file.endsWith('.py')],
  ] as const)
    it(`finds layers and spans of ${language} with precision and recall of at least ${LEAST}`, async function () {
      const { files, missed, wrong, unread: lost, found } = await score(isOf);
      const precision = found / (found + wrong.length);
      const recall = found / (found + missed.length);
      this.test!.title += `: ${precision.toFixed(3)} and ${recall.toFixed(3)} of ${found + missed.length} layers in ${files} files`;
      const told = `missed:\n${missed.join('\n')}\nwrong:\n${wrong.join('\n')}`;
      assert.deepEqual(lost, []);
      assert.ok(found > 60 && precision >= LEAST && recall >= LEAST, told);
    });

  it('has at least 40 files of each with the other corpus', () => {
    const all = [...readdirSync(folder), ...readdirSync(corpus).filter((file) => file !== 'expected.json')];
    const python = all.filter((file) => file.endsWith('.py')).length;
    assert.ok(python >= 40 && all.length - python >= 40, `${python} and ${all.length - python}`);
  });

  it('control: a file without a mark for a layer lowers precision', async () => {
    const text = "const tf = require('@tensorflow/tfjs');\ntf.layers.flatten();\n";
    const layers: readonly LayerDefinition[] = await detect(text);
    assert.deepEqual([marksOf('x', text).length, layers.length], [0, 1]);
  });
});
