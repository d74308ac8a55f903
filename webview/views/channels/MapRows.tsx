/** Draws a row of inputs, rows of maps and a row of projections, a column a sample. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { DeconvnetProjection, DeconvnetResult } from '../../../src/protocol/deconvnet.js';
import type { PictureStack } from '../../../src/protocol/viewer.js';
import { colourPaths, inkOf, inkPaths } from '../../marks/pictures.js';
import {
  fieldBox,
  fieldParts,
  isPart,
  missingPath,
  partsOf,
  projectionStack,
  rootedColours,
  signedPaths,
  type PictureParts,
  type PixelBox,
} from '../../marks/signedPictures.js';
import { useSize } from '../../hooks/useSize.js';
import { shortWords } from '../../text/words.js';
import { classTone } from './channelPanels.js';
import type { Maps } from './mapQuestions.js';
import { numberWords, placeWords } from './mapWords.js';
import { movedPlace, placeAt } from './unitPlace.js';

export interface MapRowsProps {
  readonly maps: Maps;
  readonly projection: DeconvnetResult | null;
  readonly classNames: readonly string[];
  /** Of the channel. */
  readonly name: string;
  readonly chosen: number | null;
  /** Of the layer. */
  readonly mapShape: readonly number[];
  readonly onSample: (sample: number) => void;
  /** A unit of a map was pressed: it goes back to the input. */
  readonly onUnit: (place: readonly number[]) => void;
}

const NAME = 72;
const GAP = 5;
const HEAD = 16;
const FOOT = 24;
const LINE = 14;
/** On which the words about colours stand in one line. */
const WIDE = 640;
const LARGEST = 56;

interface Row {
  readonly name: string;
  readonly stack: PictureStack;
  readonly signed: boolean;
  /** Where the pictures are parts of the input, enlarged. */
  readonly parts?: PictureParts | null;
}

export function MapRows(props: MapRowsProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div ref={place} class="map-rows">
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing(props: MapRowsProps & { width: number }): VNode {
  const { maps, projection, width } = props;
  const count = maps.samples.length;
  const side = Math.max(12, Math.min(LARGEST, (width - NAME) / Math.max(1, count) - GAP));
  const signed = useMemo(() => projection && projectionStack(projection), [projection]);
  const parts = useMemo(
    () =>
      projection &&
      signed &&
      fieldParts(
        projection.projections.map(({ field }) => field),
        signed,
      ),
    [projection, signed],
  );
  const rows = useMemo(() => rowsOf(maps, signed, parts), [maps, signed, parts]);
  const isBroken = signed?.planes === 3 && width < WIDE;
  const foot = signed ? FOOT + (isBroken ? LINE : 0) : 0;
  const height = HEAD + rows.length * (side + GAP) + foot;
  return (
    <svg width={width} height={height} role="group" aria-label={`Inputs and maps of ${props.name}`}>
      {rows.map(({ name, stack, parts: enlarged }, row) => (
        <g key={name} transform={`translate(0,${HEAD + row * (side + GAP)})`} aria-hidden="true">
          <text x={0} y={side / 2 - 1}>
            {name}
          </text>
          <text class="tick" x={0} y={side / 2 + 12}>
            {enlarged ? 'field ' : ''}
            {stack.height} × {stack.width}
          </text>
        </g>
      ))}
      {maps.samples.map((sample, at) => (
        <Column key={sample} {...props} at={at} side={side} rows={rows} />
      ))}
      {signed && (
        <SignedScale {...{ y: height - foot + 8, most: signed.maximum, colours: signed.planes === 3, isBroken }} />
      )}
    </svg>
  );
}

function rowsOf(maps: Maps, signed: PictureStack | null, parts: PictureParts | null): Row[] {
  const several = maps.rows.length > 1;
  return [
    { name: 'input', stack: maps.inputs, signed: false },
    ...maps.rows.map(({ epoch, stack }) => ({
      name: several ? `epoch ${epoch}` : 'feature map',
      stack,
      signed: false,
    })),
    ...(signed ? [{ name: 'deconvnet', stack: parts ? partsOf(signed, parts) : signed, signed: true, parts }] : []),
  ];
}

interface ColumnProps extends MapRowsProps {
  readonly at: number;
  readonly side: number;
  readonly rows: readonly Row[];
}

/** One sample: chosen by mouse, Enter or space. */
function Column(props: ColumnProps): VNode {
  const { maps, projection, classNames, chosen, mapShape, onSample, onUnit, at, side, rows } = props;
  const [sample, label] = [maps.samples[at], maps.labels[at]];
  const known = projection?.projections[at];
  const name = label >= 0 ? classNames[label] : null;
  const bottom = HEAD + rows.length * (side + GAP) - GAP;
  const choose = (): void => onSample(sample);
  return (
    <g
      class="map-column linked"
      transform={`translate(${NAME + at * (side + GAP)},0)`}
      role="button"
      tabindex={0}
      aria-pressed={sample === chosen}
      aria-label={`Sample ${sample}${name === null ? '' : `, class ${name}`}${known ? `: ${placeWords(known)}. Use the arrow keys to move the unit` : ''}`}
      onClick={choose}
      onKeyDown={(event) => {
        const moved = known && movedPlace(event.key, known.place ?? mapShape.map((length) => length >> 1), mapShape);
        if (moved) onUnit(moved);
        else if (event.key === 'Enter' || event.key === ' ') choose();
        else return;
        event.preventDefault();
      }}
    >
      <title>{`sample ${sample}${known ? `\n${placeWords(known)}` : ''}`}</title>
      <text class={`map-class middle ${label >= 0 ? classTone(label) : ''}`} x={side / 2} y={11}>
        {name === null ? sample : shortWords(name, Math.max(3, Math.floor(side / 6)))}
      </text>
      {rows.map((row, i) => (
        <g key={row.name} transform={`translate(0,${HEAD + i * (side + GAP)})`}>
          <Picture row={row} at={at} side={side} />
          {i > 0 && !row.signed && <Units mapShape={mapShape} stack={row.stack} side={side} onUnit={onUnit} />}
          {known && (row.signed || i === 0) && known.activation !== 0 && (
            <FieldOutline field={fieldIn(row, at, known.field)} stack={row.stack} side={side} />
          )}
          {known?.place && known.activation !== 0 && isOfEpoch(maps, i, row) && (
            <Outline
              class="unit-box"
              box={fieldBox(
                known.place.map((from) => [from, from + 1]),
                row.stack,
                side,
              )}
            />
          )}
        </g>
      ))}
      {sample === chosen && <rect class="map-chosen" x={-2.5} y={0} width={side + 5} height={bottom + 3} />}
    </g>
  );
}

interface UnitsProps extends Pick<MapRowsProps, 'mapShape' | 'onUnit'> {
  readonly stack: PictureStack;
  readonly side: number;
}

/** What of a map can be pressed: each unit, whose activation then goes back to the input. */
function Units({ mapShape, stack, side, onUnit }: UnitsProps): VNode {
  const scale = side / Math.max(stack.width, stack.height);
  const press = (event: MouseEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const place = placeAt((event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height, mapShape);
    if (place) onUnit(place);
  };
  return (
    <rect
      class="map-units cursor-only"
      width={stack.width * scale}
      height={Math.max(1, stack.height * scale)}
      onClick={press}
    >
      <title>Click a unit to project its activation back to the input</title>
    </rect>
  );
}

/** Whether a row is of the epoch that was projected. */
function isOfEpoch(maps: Maps, row: number, { signed }: Row): boolean {
  return !signed && row > 0 && maps.rows[row - 1]?.epoch === maps.epoch;
}

/** Where a field lies in a row's picture. */
function fieldIn({ parts }: Row, at: number, field: DeconvnetProjection['field']): DeconvnetProjection['field'] {
  if (!parts) return field;
  const { x, y } = parts.corners[at];
  const starts = [y, x].slice(-field.length);
  return field.map(([from, to], axis) => [from - starts[axis], to - starts[axis]]);
}

function FieldOutline({
  field,
  stack,
  side,
}: {
  field: DeconvnetProjection['field'];
  stack: PictureStack;
  side: number;
}) {
  const box = fieldBox(field, stack, side);
  return isPart(box, stack, side) ? <Outline class="field-box" box={box} /> : null;
}

function Outline({ box, class: name }: { box: PixelBox; class: string }): VNode {
  return <rect class={name} x={box.x} y={box.y} width={box.width} height={box.height} />;
}

const LEVELS = 16;
const MOST_CELLS = 64;

function Picture({ row: { stack, signed }, at, side }: { row: Row; at: number; side: number }): VNode {
  const marks = useMemo(() => pictureMarks(stack, signed, at, side), [stack, signed, at, side]);
  const missing = useMemo(() => missingPath(stack, at, side), [stack, at, side]);
  const scale = side / Math.max(stack.width, stack.height);
  return (
    <>
      <rect
        class={signed ? 'map-frame signed' : 'map-frame'}
        width={stack.width * scale}
        height={Math.max(1, stack.height * scale)}
      />
      {/* Without smoothing, or the page shines through between pixels. */}
      <g shape-rendering="crispEdges">
        {marks.map(({ path, opacity, colour, tone }) => (
          <path
            key={`${tone}${colour ?? ''}${opacity}`}
            class={tone || undefined}
            d={path}
            fill-opacity={opacity}
            fill={colour ?? undefined}
          />
        ))}
      </g>
      {missing !== null && <path class="hatch" d={missing} />}
    </>
  );
}

interface PictureMark {
  readonly path: string;
  readonly opacity: number;
  readonly colour: string | null;
  readonly tone: string;
}

function pictureMarks(stack: PictureStack, signed: boolean, at: number, side: number): PictureMark[] {
  if (stack.planes === 3) {
    const shown = signed ? rootedColours(stack) : stack;
    return colourPaths(shown, at, side).map((mark) => ({ ...mark, tone: '' }));
  }
  if (signed)
    return signedPaths(stack, at, side, MOST_CELLS).map((mark) => ({
      ...mark,
      colour: null,
      tone: `signed-${mark.sign}`,
    }));
  const ink = inkOf(stack, at, 'shared');
  const levels = ink ? inkPaths(ink, stack.width, stack.height, side, MOST_CELLS, LEVELS) : [];
  return levels.map((mark) => ({ ...mark, colour: null, tone: 'map-ink' }));
}

const STEPS = [8, 7, 6, 5, 4, 3, 2, 1];
const STEP_WIDTH = 9;

/** What the colours of the projections stand for. */
function SignedScale(props: { y: number; most: number; colours: boolean; isBroken: boolean }): VNode {
  const { y, most, colours, isBroken } = props;
  if (colours) {
    const words = [
      'deconvnet in red, green and blue: mid-grey is 0,',
      `range ${numberWords(-most)} to ${numberWords(most)}, square-root scale`,
    ];
    return (
      <>
        {(isBroken ? words : [words.join(' ')]).map((line, i) => (
          <text key={line} class="tick" x={isBroken ? 0 : NAME} y={y + 9 + i * LINE}>
            {line}
          </text>
        ))}
      </>
    );
  }
  const middle = NAME + 44 + STEPS.length * STEP_WIDTH;
  return (
    <g aria-hidden="true">
      <text class="tick end" x={middle - STEPS.length * STEP_WIDTH - 6} y={y + 9}>
        {numberWords(-most)}
      </text>
      {STEPS.map((step) => (
        <g key={step}>
          <rect
            class="signed-negative"
            fill-opacity={step / 8}
            x={middle - step * STEP_WIDTH}
            y={y}
            width={STEP_WIDTH}
            height={10}
          />
          <rect
            class="signed-positive"
            fill-opacity={step / 8}
            x={middle + (step - 1) * STEP_WIDTH}
            y={y}
            width={STEP_WIDTH}
            height={10}
          />
        </g>
      ))}
      <text class="tick" x={middle + STEPS.length * STEP_WIDTH + 6} y={y + 9}>
        {numberWords(most)} · colour ∝ √ of the value
      </text>
    </g>
  );
}
