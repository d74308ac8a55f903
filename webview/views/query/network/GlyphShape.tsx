/** Draws one layer's sign: sheets with the mean input in the first, cells, a circle with its mark. */
import type { VNode } from 'preact';
import type { PictureStack } from '../../../../src/protocol/viewer.js';
import { inkOf, inkPaths } from '../../../marks/pictures.js';
import type { PlacedGlyph } from './networkMarks.js';

export function GlyphShape({ placed, picture }: { placed: PlacedGlyph; picture: PictureStack | null }): VNode {
  const { glyph } = placed;
  switch (glyph.kind) {
    case 'sheets':
      return <Sheets side={glyph.side} count={glyph.count} picture={picture} />;
    case 'cells': {
      const left = -glyph.width / 2;
      const step = glyph.height / glyph.count;
      return (
        <>
          {Array.from({ length: glyph.count }, (_, i) => (
            <rect key={i} x={left} y={i * step - glyph.height / 2} width={glyph.width} height={step} />
          ))}
        </>
      );
    }
    case 'circle':
      return (
        <>
          <circle r={9} />
          <path class="glyph-mark" d={glyph.path} />
        </>
      );
    case 'opaque':
      return (
        <>
          <rect class="opaque" x={-10} y={-10} width={20} height={20} />
          <text class="glyph-text" y={4}>
            ?
          </text>
        </>
      );
  }
}

function Sheets({ side, count, picture }: { side: number; count: number; picture: PictureStack | null }): VNode {
  const ink = picture ? inkOf(picture, Math.min(3, picture.count - 1), 'own') : null;
  const offset = 2.6;
  const left = -side / 2 - ((count - 1) * offset) / 2;
  return (
    <>
      {Array.from({ length: count }, (_, i) => count - 1 - i).map((depth) => (
        <rect
          key={depth}
          x={left + depth * offset}
          y={-side / 2 - depth * offset * 0.6 + 2}
          width={side}
          height={side}
        />
      ))}
      {ink && picture && (
        <g class="glyph-picture" transform={`translate(${left + 1},${-side / 2 + 3})`}>
          {inkPaths(ink, picture.width, picture.height, side - 2, 28).map((level) => (
            <path key={level.opacity} d={level.path} fill-opacity={level.opacity} />
          ))}
        </g>
      )}
    </>
  );
}
