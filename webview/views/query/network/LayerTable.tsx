/** The table under the diagram, on the same columns: name, source, kind, shape, parameters; what is folded opens here. */
import type { VNode } from 'preact';
import { fitText } from '../../../text/fitText.js';
import { layerLabel } from '../../../text/layerLabel.js';
import { countWords } from '../../../text/words.js';
import { kindWords, shapeWords, sourceWords } from './layerWords.js';
import { columnName } from './NetworkDiagram.js';
import type { Column } from './resolutions.js';

export type ColumnHandler = (
  column: Column,
  keys: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean },
) => void;

export interface LayerTableProps {
  readonly columns: readonly Column[];
  readonly columnWidth: number;
  readonly headingsWidth: number;
  readonly isChosen: (column: Column) => boolean;
  readonly onColumn: ColumnHandler;
  readonly onOpenSource: (layer: number) => void;
  readonly onUnfold: (from: number) => void;
}

export function LayerTable(props: LayerTableProps): VNode {
  const { columns, columnWidth, headingsWidth, onOpenSource, onUnfold } = props;
  const most = Math.max(1, ...columns.map(({ parameterCount }) => parameterCount));
  const template = { gridTemplateColumns: `${headingsWidth}px repeat(${columns.length}, ${columnWidth}px)` };
  const row = (heading: string, cell: (column: Column) => VNode | string): VNode => (
    <div role="row" class="network-row" style={template}>
      <div role="rowheader" class="network-heading">
        {heading}
      </div>
      {columns.map((column) => (
        <div role="cell" key={column.from} class={`network-cell ${props.isChosen(column) ? 'chosen' : ''}`}>
          {cell(column)}
        </div>
      ))}
    </div>
  );
  return (
    <div role="table" aria-label="Layers" class="network-table">
      {row('layer', (column) => (
        <NameButton {...props} column={column} />
      ))}
      {row('source', ({ folded, layer, from }) =>
        folded ? (
          <button class="link source-link" title="Show its layers" onClick={() => onUnfold(from)}>
            open
          </button>
        ) : (
          <SourceLink
            words={sourceWords(layer)}
            title={titleOf(layer.source)}
            onOpen={() => onOpenSource(layer.index)}
          />
        ),
      )}
      {row('kind', ({ folded, layer, from, to }) => (folded ? `${to - from + 1} layers` : kindWords(layer)))}
      {row('output y×x×c', ({ layer }) => shapeWords(layer))}
      {row('parameters', ({ parameterCount }) => (
        <span class="parameters">
          {parameterCount === 0 ? '–' : countWords(parameterCount)}
          {parameterCount > 0 && (
            <i style={{ width: `${Math.max(1, (parameterCount / most) * 0.5 * columnWidth)}px` }} />
          )}
        </span>
      ))}
    </div>
  );
}

function titleOf(source: { readonly file: string; readonly line: number } | null): string {
  return source ? `Go to ${source.file}:${source.line}` : '';
}

function SourceLink({ words, title, onOpen }: { words: string | null; title: string; onOpen: () => void }): VNode {
  if (words === null) return <span class="quiet">–</span>;
  return (
    <button class="link source-link" title={title} onClick={onOpen}>
      {words}
    </button>
  );
}

/** Arrow keys go to the neighbours' names. */
function NameButton(props: LayerTableProps & { column: Column }): VNode {
  const { column, columns, columnWidth, isChosen, onColumn } = props;
  const { folded, layer, from, to, place } = column;
  const index = folded ? `${from}–${to}` : String(from);
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(columns.length - 1, place + step));
    const row = (event.currentTarget as HTMLElement).closest('.network-row');
    row?.querySelectorAll<HTMLElement>('.layer-name')[next]?.focus();
  };
  const label = folded ? folded.words : layerLabel(layer);
  return (
    <button
      class={`layer-name ${isChosen(column) ? 'chosen' : ''}`}
      aria-pressed={isChosen(column)}
      title={folded ? columnName(column) : layer.name}
      onClick={(event) => onColumn(column, event)}
      onKeyDown={onKey}
    >
      <span class="layer-index">{index}</span> {fitText(label, columnWidth - 20 - 8 * index.length, '600 12px')}
    </button>
  );
}
