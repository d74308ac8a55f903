/** TypeScript where the workspace has no compiler: what of its imports stays, and what its own names stand for. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { elideImports } from '../../src/recorder/typescript/elideImports.js';
import { aliasedPaths, typescriptFileAt } from '../../src/recorder/typescript/pathAliases.js';
import { Workspace } from './support/workspace.js';

/** What is left of the first line, in front of the second, which uses some of its names; its types are blanks. */
function imported(first: string, second: string): string {
  const lines = elideImports(`${first}\n${second}\n`).split('\n');
  assert.equal(lines.length, 3, 'no line moves');
  return (lines[0] ?? '').replace(/\s+/g, ' ').trim();
}

describe('an import in TypeScript', () => {
  it('stays where its name is used', () => {
    assert.equal(imported(`import { A } from './a';`, 'new A();'), `import { A } from './a';`);
    assert.equal(imported(`import { A } from './a';`, 'f({ A });'), `import { A } from './a';`);
    assert.equal(imported(`import a from './a';`, 'f({ key: a });'), `import a from './a';`);
  });
  it('goes where its names are types alone', () => {
    assert.equal(imported(`import { A, B } from './a';`, 'const f = (a   )    => a;'), '');
    assert.equal(imported(`import A from './a';`, 'const a = {}     ;'), '');
    assert.equal(imported(`import * as a from './a';`, 'let b     ;'), '');
  });
  it('loses the names that are types, first, in the middle or last', () => {
    assert.equal(imported(`import { T, a } from './a';`, 'a(1     );'), `import { a } from './a';`);
    assert.equal(imported(`import { a, T, b } from './a';`, 'a(b     );'), `import { a, b } from './a';`);
    assert.equal(imported(`import { a, T } from './a';`, 'a(1     );'), `import { a, } from './a';`);
    assert.equal(imported(`import a, { T } from './a';`, 'a(1     );'), `import a, { } from './a';`);
  });
  it('goes where the name is that of a property, or stands in a text or a comment', () => {
    assert.equal(imported(`import { T } from './a';`, `f.T = { T: 'T' }; // T`), '');
  });
  it('stays where it names nothing: it is there for its effects', () => {
    assert.equal(imported(`import './a';`, 'f();'), `import './a';`);
  });
});

describe('names of a tsconfig.json', () => {
  const workspace = new Workspace([]);
  const script = workspace.write('train.ts', '');
  workspace.write(
    'tsconfig.json',
    `{ // "paths" with a comment
      "extends": "./tsconfig.base", "compilerOptions": { "paths": { "@/*": ["src/*", "lib/*"], "one": ["src/only"], }, }, }`,
  );
  workspace.write('tsconfig.base.json', '{ "compilerOptions": { "baseUrl": "code" } }');
  const below = (path: string): string => join(workspace.folder, 'code', path);
  after(() => workspace.remove());

  it('stand for files, in order, and for those below baseUrl', () => {
    assert.deepEqual(aliasedPaths('@/net', script), [below('src/net'), below('lib/net'), below('@/net')]);
    assert.deepEqual(aliasedPaths('one', script), [below('src/only'), below('one')]);
  });
  it('are not those of files beside it, of Node or of addresses', () => {
    assert.deepEqual(
      ['./net', '../net', '/net', 'node:fs', 'file:///net'].flatMap((name) => aliasedPaths(name, script)),
      [],
    );
  });
  it('lead to the file that is there, with or without an ending', () => {
    const file = workspace.write('code/src/net.ts', '');
    const index = workspace.write('code/src/data/index.ts', '');
    assert.equal(typescriptFileAt(below('src/net')), file);
    assert.equal(typescriptFileAt(below('src/net.js')), file);
    assert.equal(typescriptFileAt(below('src/data')), index);
    assert.equal(typescriptFileAt(below('src/nothing')), null);
  });
});
