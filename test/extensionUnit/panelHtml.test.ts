import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { panelHtml, type PanelPage } from '../../src/extension/panel/panelHtml.js';

const HOSTILE = `</script><img src=x onerror=alert(1)>"'&\u2028`;
const page: PanelPage = {
  nonce: 'N0nce',
  source: 'https://assets',
  scripts: ['https://assets/viewer.js', 'https://assets/chunk-A1B2C3D4.js'],
  style: 'https://assets/viewer.css',
  title: 'train',
  language: 'en',
  run: '/w/.cnnslicer/runs/1-train',
  link: 'vscode://cnnslicer.cnnslicer/open?run=1-train',
  show: null,
};

/** Runs the page's first script against an editor that remembers. */
function start(of: PanelPage, kept: unknown) {
  const script = /<script nonce="N0nce">([^]*?)<\/script>/.exec(panelHtml(of))![1]!;
  const editor = { state: kept, posted: [] as unknown[] };
  const api = {
    getState: () => editor.state,
    setState: (state: unknown) => void (editor.state = state),
    postMessage: (message: unknown) => void editor.posted.push(message),
  };
  const scope: Record<string, unknown> = { acquireVsCodeApi: () => api };
  scope['globalThis'] = scope;
  runInNewContext(script, scope);
  const plain = (): unknown => JSON.parse(JSON.stringify(editor.state));
  return { editor, plain, acquire: scope['acquireVsCodeApi'] as () => typeof api };
}

describe('the page of a panel', () => {
  it('loads nothing but its own script and style', () => {
    const html = panelHtml(page);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)![1]!.replaceAll('&#39;', "'");
    assert.match(policy, /^default-src 'none'; script-src 'nonce-N0nce'; /);
    assert.doesNotMatch(
      policy.split(';').find((part) => part.includes('script-src'))!,
      /unsafe/,
    );
    assert.doesNotMatch(policy, /connect-src|frame-src|https:[^/]/);
    assert.match(
      html,
      /<div id="app"><\/div>[^]*<script nonce="N0nce" type="module" src="https:\/\/assets\/viewer\.js">/,
    );
  });

  it('names what its script imports beforehand, under the same nonce', () => {
    const links = [...panelHtml(page).matchAll(/<link rel="modulepreload" nonce="N0nce" href="([^"]+)">/g)];
    assert.deepEqual(
      links.map(([, address]) => address),
      page.scripts,
    );
  });

  it('shows names of runs and folders as text', () => {
    const html = panelHtml({ ...page, title: HOSTILE, run: HOSTILE, show: { id: '1', state: { query: HOSTILE } } });
    assert.equal(html.match(/<script/g)?.length, 2);
    assert.equal(html.match(/<\/script>/g)?.length, 2);
    assert.doesNotMatch(html, /<img/);
    assert.deepEqual((start({ ...page, run: HOSTILE }, undefined).plain() as { run: string }).run, HOSTILE);
  });

  it('keeps the run in every state that the view keeps', () => {
    const { acquire, plain, editor } = start(page, undefined);
    acquire().setState({ query: 'q' } as unknown as undefined);
    assert.deepEqual(plain(), { query: 'q', run: page.run });
    assert.deepEqual(JSON.parse(JSON.stringify(editor.posted)), [{ type: 'loaded' }]);
  });

  it('shows what it was opened for once, and then what a person chose', () => {
    const show = { id: 's1', state: { query: 'dCNN(-, conv, -, -)' } };
    const first = start({ ...page, show }, { query: 'old', epoch: 3 });
    assert.deepEqual(first.plain(), { query: show.state.query, epoch: 3, run: page.run, shown: 's1' });
    first.acquire().setState({ query: 'chosen' } as unknown as undefined);
    assert.deepEqual(start({ ...page, show }, first.plain()).plain(), { query: 'chosen', run: page.run, shown: 's1' });
  });
});
