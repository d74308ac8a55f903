/** The recorded network as wires and glyphs, a folded resolution as one glyph with its number of layers. */
import type { VNode } from 'preact';
import type { PictureStack } from '../../../../src/protocol/viewer.js';
import { layerLabel } from '../../../text/layerLabel.js';
import { GlyphShape } from './GlyphShape.js';
import type { NetworkMarks } from './networkMarks.js';
import type { Column } from './resolutions.js';

export interface NetworkDiagramProps {
  readonly marks: NetworkMarks;
  readonly columns: readonly Column[];
  readonly left: number;
  readonly isChosen: (column: Column) => boolean;
  readonly classMeans: PictureStack | null;
}

export function NetworkDiagram({ marks, columns, left, isChosen, classMeans }: NetworkDiagramProps): VNode {
  return (
    <svg
      class="network-diagram"
      width={marks.width}
      height={marks.height}
      style={{ marginLeft: `${left}px` }}
      role="img"
      aria-label={`Diagram of ${columns.map(columnName).join(', ')}`}
    >
      {marks.wires.map((wire) => (
        <g key={`${wire.from} ${wire.to}`}>
          <path class="wire" d={wire.path} />
          {wire.label && (
            <text class="wire-label" x={wire.label.x} y={wire.label.y}>
              shortcut
            </text>
          )}
        </g>
      ))}
      {marks.glyphs.map((glyph) => {
        const column = columns[glyph.layer];
        return (
          <g
            key={column.from}
            class={`glyph ${isChosen(column) ? 'chosen' : ''} ${column.folded ? 'folded' : ''}`}
            transform={`translate(${glyph.x},${glyph.y})`}
          >
            <GlyphShape placed={glyph} picture={column.from === 0 ? classMeans : null} />
            {column.folded && (
              <text class="glyph-count" x={22} y={4}>
                ×{column.to - column.from + 1}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** A layer's name, or "14×14, 12 layers". */
export function columnName({ folded, layer, from, to }: Column): string {
  return folded ? `${folded.words}, ${to - from + 1} layers` : layerLabel(layer);
}
