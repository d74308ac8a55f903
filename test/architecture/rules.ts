/**
 * Who may import whom. The path of a file says where it runs and what it may touch; this is that table,
 * and a pure function that tells which imports break it.
 */
import { folderOf, type Import } from './imports.js';

interface Rule {
  /** Other folders of ours that this one may import, types included. */
  readonly folders: readonly string[];
  /** Packages by full name or as a pattern: only these, or all but these. */
  readonly packages: { readonly only: readonly (string | RegExp)[] } | { readonly never: readonly (string | RegExp)[] };
}

const tensorflow = /^@tensorflow\//;
const vscode = 'vscode';
/** What draws on a page, and so needs a DOM. */
const browser = ['preact', 'd3', /^d3-/, '@dagrejs/dagre', /^@preact\//, '@vscode/webview-ui-toolkit'];

export const RULES: Readonly<Record<string, Rule>> = {
  // MessagePack is how frames cross; like valibot it is arithmetic on bytes and runs everywhere.
  'src/protocol': { folders: [], packages: { only: ['valibot', '@msgpack/msgpack'] } },
  // What a framework calls things and how it lays them out; it runs everywhere.
  'src/frameworks': { folders: ['src/protocol'], packages: { only: [] } },
  // Turns of a thread's time, limits of the machine, a person's folder.
  'src/system': { folders: ['src/protocol'], packages: { never: [tensorflow, vscode, ...browser] } },
  'src/store': { folders: ['src/protocol', 'src/system'], packages: { never: [tensorflow, vscode, ...browser] } },
  // Reads data sets from files, whoever needs them.
  'src/data': { folders: ['src/protocol'], packages: { never: [tensorflow, vscode, ...browser] } },
  'src/analysis': {
    folders: ['src/protocol', 'src/frameworks', 'src/system', 'src/store'],
    packages: { never: [tensorflow, vscode, ...browser] },
  },
  'src/recorder': {
    folders: ['src/protocol', 'src/frameworks', 'src/system', 'src/store', 'src/analysis', 'src/data'],
    packages: { never: [vscode, ...browser] },
  },
  // Starts the recorder as a process and reads what it says: the built file's path, never its code.
  'src/launch': {
    folders: ['src/protocol', 'src/system', 'src/store'],
    packages: { never: [tensorflow, vscode, ...browser] },
  },
  'src/extension': {
    folders: ['src/protocol', 'src/frameworks', 'src/system', 'src/store', 'src/analysis', 'src/launch'],
    packages: { never: [tensorflow, ...browser] },
  },
  'src/cli': {
    folders: ['src/protocol', 'src/system', 'src/store', 'src/analysis', 'src/launch', 'src/data'],
    packages: { never: [tensorflow, vscode, ...browser] },
  },
  webview: { folders: ['src/protocol'], packages: { only: [...browser, 'valibot', '@msgpack/msgpack'] } },
};

/** One sentence for each import that breaks a rule, and for each folder that has none. */
export function breaches(imports: readonly Import[]): string[] {
  return imports.flatMap((one) => {
    const from = folderOf(one.file);
    const rule = RULES[from];
    if (!rule) return [`${one.file}: the folder ${from} has no rule in test/architecture/rules.ts`];
    return isAllowed(one, from, rule)
      ? []
      : [`${one.file}:${one.line} imports ${one.specifier}, which ${from} must not`];
  });
}

function isAllowed({ file, target }: Import, from: string, rule: Rule): boolean {
  if ('folder' in target)
    return target.folder === from || rule.folders.includes(target.folder) || isExample(file, target.folder);
  const isNamed = (names: readonly (string | RegExp)[]) =>
    names.some((name) => (typeof name === 'string' ? name === target.package : name.test(target.package)));
  return 'only' in rule.packages ? isNamed(rule.packages.only) : !isNamed(rule.packages.never);
}

/** A view's example is drawn by the gallery and its tests, never shipped: it may use what they bring. */
function isExample(file: string, folder: string): boolean {
  return file.endsWith('.example.tsx') && folder === 'test';
}
