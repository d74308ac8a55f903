/**
 * The gallery's page. `?example=NAME&theme=THEME&width=PIXELS` draws one example; without a name, all
 * small ones under each other with links to every theme and width.
 */
import { render, type VNode } from 'preact';
import '../../webview/theme/theme.css';
import '../../webview/shell/shell.css';
import '../../webview/chart/chart.css';
import '../../webview/views/views.css';
import './gallery.css';
import { allViews } from '../../webview/report/allViews.js';
import { ViewLoader } from '../../webview/views/views.js';
import { followTheme } from '../../webview/theme/theme.js';
import type { Example } from './example.js';

const THEMES = ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light'];
const WIDTHS = [500, 900, 1400];

export function showGallery(examples: readonly Example[]): void {
  const parameters = new URLSearchParams(location.search);
  const theme = parameters.get('theme') ?? 'vscode-light';
  document.body.classList.add('plain', ...theme.split(' '));
  followTheme();
  const place = document.getElementById('app');
  if (!place) throw new Error('the page has no place for the gallery');
  const name = parameters.get('example');
  const example = examples.find((one) => one.name === name);
  const width = Number(parameters.get('width') ?? 900);
  render(
    <ViewLoader.Provider value={allViews}>
      {example?.whole ? (
        example.draw()
      ) : (
        <Gallery examples={example ? [example] : examples} theme={theme} width={width} />
      )}
    </ViewLoader.Provider>,
    place,
  );
}

function Gallery({ examples, theme, width }: { examples: readonly Example[]; theme: string; width: number }): VNode {
  return (
    <main class="gallery">
      <nav>
        {THEMES.flatMap((one) =>
          WIDTHS.map((pixels) => (
            <a
              key={`${one}${pixels}`}
              href={`?theme=${one}&width=${pixels}`}
              class={one === theme && pixels === width ? 'current' : ''}
            >
              {one.replace('vscode-', '')} {pixels}
            </a>
          )),
        )}
      </nav>
      {examples.map((example) => (
        <section key={example.name} id={example.name}>
          <h2>
            <a href={`?example=${encodeURIComponent(example.name)}&theme=${theme}&width=${width}`}>{example.name}</a>
          </h2>
          {!example.whole && (
            <div class="gallery-example" style={{ width: `${width}px` }}>
              {example.draw()}
            </div>
          )}
        </section>
      ))}
    </main>
  );
}
