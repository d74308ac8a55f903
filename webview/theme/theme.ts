/** Which theme is on, as a class of the body, and a signal that changes with it for what is painted by script. */
import { signal, type ReadonlySignal } from '@preact/signals';

const version = signal(0);

/** Read it in whatever paints pixels: it changes when the theme does. */
export const themeVersion: ReadonlySignal<number> = version;

const KINDS = ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light'];

/**
 * VS Code sets the body's class itself. In a plain browser this follows the system's preference, with
 * `plain` beside it, for which theme.css gives VS Code's variables values. Returns what undoes it.
 */
export function followTheme(page: Document = document): () => void {
  const view = page.defaultView;
  const observer = new MutationObserver(() => version.value++);
  observer.observe(page.body, { attributes: true, attributeFilter: ['class'] });
  const hasKind = KINDS.some((kind) => page.body.classList.contains(kind));
  if (hasKind || !view) return () => observer.disconnect();
  const dark = view.matchMedia('(prefers-color-scheme: dark)');
  const contrast = view.matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    page.body.classList.remove(...KINDS);
    page.body.classList.add('plain', kindOf(dark.matches, contrast.matches));
  };
  apply();
  dark.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
  return () => {
    observer.disconnect();
    dark.removeEventListener('change', apply);
    contrast.removeEventListener('change', apply);
  };
}

function kindOf(dark: boolean, contrast: boolean): string {
  if (contrast) return dark ? 'vscode-high-contrast' : 'vscode-high-contrast-light';
  return dark ? 'vscode-dark' : 'vscode-light';
}

/** Colours that were read before, by what CSS wrote: a canvas for each cost a millisecond. */
const readColours = new Map<string, readonly [number, number, number]>();

/** A colour of the theme as three bytes, whatever CSS wrote it with. */
export function themeColour(property: string): [number, number, number] {
  const text = themeText(property);
  const known = readColours.get(text) ?? readColour(text);
  readColours.set(text, known);
  return [...known];
}

/** What CSS wrote, by property: to ask for a computed style settles that of the whole page. */
let readTexts = { version: -1, texts: new Map<string, string>() };

/** All colours of a theme are the body's. */
function themeText(property: string): string {
  const now = version.peek();
  if (readTexts.version !== now) readTexts = { version: now, texts: new Map() };
  const text = readTexts.texts.get(property) ?? getComputedStyle(document.body).getPropertyValue(property).trim();
  // Styles that are not there yet are asked for again.
  if (text !== '') readTexts.texts.set(property, text);
  return text;
}

function readColour(text: string): readonly [number, number, number] {
  const probe = document.createElement('canvas').getContext('2d');
  if (!probe) return [128, 128, 128];
  probe.fillStyle = '#808080';
  probe.fillStyle = text;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}
