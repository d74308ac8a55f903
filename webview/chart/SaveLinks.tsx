/** Three ways to save what is shown: the picture as SVG and as PNG, the numbers as CSV. */
import type { VNode } from 'preact';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import { pngBase64, svgText } from './saveChart.js';

export interface ShownFiles {
  /** Text of an SVG; null while nothing is drawn. */
  readonly svg?: () => string | null;
  /** Base64 of a PNG; null while nothing is drawn. */
  readonly png?: () => Promise<string | null>;
  readonly csv: () => string;
}

export interface SaveLinksProps {
  /** What is saved, for a screen reader. */
  readonly title: string;
  readonly files: ShownFiles;
  /** Without an ending. */
  readonly fileName: string;
  readonly onSave: (file: ViewerContract['saveFile']['input']) => void;
}

export function SaveLinks({ title, files: { svg, png, csv }, fileName, onSave }: SaveLinksProps): VNode {
  const saveSvg = (): void => {
    const text = svg?.() ?? null;
    if (text !== null) onSave({ name: `${fileName}.svg`, mediaType: 'image/svg+xml', text });
  };
  const savePng = async (): Promise<void> => {
    const text = (await png?.()) ?? null;
    if (text !== null) onSave({ name: `${fileName}.png`, mediaType: 'image/png', text, encoding: 'base64' });
  };
  const saveCsv = (): void => onSave({ name: `${fileName}.csv`, mediaType: 'text/csv', text: csv() });
  return (
    <span class="chart-save" role="group" aria-label={`Save ${title}`}>
      {svg && (
        <button class="link" onClick={saveSvg} title="Save the picture as SVG">
          SVG
        </button>
      )}
      {png && (
        <button class="link" onClick={() => void savePng()} title="Save the picture as PNG">
          PNG
        </button>
      )}
      <button class="link" onClick={saveCsv} title="Save the numbers as CSV">
        CSV
      </button>
    </span>
  );
}

/** The files of an SVG in the page. `complete` draws into it what is on a canvas; it returns what undoes that. */
export function filesOfSvg(
  find: () => SVGSVGElement | null,
  complete?: () => () => void,
): Required<Pick<ShownFiles, 'svg' | 'png'>> {
  return {
    svg: () => {
      const element = find();
      const undo = element && complete?.();
      const text = element && svgText(element);
      undo?.();
      return text;
    },
    png: async () => {
      const element = find();
      if (!element) return null;
      const undo = complete?.();
      return pngBase64(element).finally(undo);
    },
  };
}
