/** The heatmap at several epochs beside each other: one order, and one colour scale or each its own. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { MOST_EPOCHS_BESIDE, type LayerPair } from '../../../src/protocol/viewer.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { largest, type AxesOrder, type Matrix } from '../../marks/axesOrder.js';
import type { Rgb } from '../../marks/colourSteps.js';
import { CAPTION_ROOM, epochMap, epochMapBoxes } from '../../marks/epochMaps.js';
import type { Box } from '../../marks/lineChart.js';
import type { ViewProps } from '../../shell/views.js';
import { useSize } from '../../shell/useSize.js';
import { fileName } from '../query/results/chartParts.js';
import { placeOf, type CellChoice } from './cells.js';
import { epochMapsCsv } from './epochMapsCsv.js';
import { CanvasCells, SavedCells } from './HeatmapCells.js';

export interface EpochMapsProps extends ViewProps {
  readonly pair: LayerPair;
  readonly epoch: number;
  /** Matrices that stand beside each other, ascending by epoch. */
  readonly values: readonly DistanceMiValue[];
  readonly order: AxesOrder;
  /** Of all epochs. */
  readonly ceiling: number;
  readonly chosen: CellChoice | null;
  readonly colours: readonly Rgb[];
  readonly onBeside: (epochs: number[]) => void;
}

export function EpochMaps(props: EpochMapsProps): VNode {
  const { viewer, facts, pair, epoch, values, onBeside } = props;
  const epochs = values.map((value) => value.epoch);
  const full = epochs.length >= MOST_EPOCHS_BESIDE || epochs.includes(epoch);
  return (
    <ChartFrame<readonly DistanceMiValue[]>
      title="Epochs beside each other"
      answer={{ state: 'done', value: values }}
      invitation=""
      finding={() => null}
      caption={() => (
        <>
          {pair.ownScale ? 'Each on its own scale, one order. ' : 'One colour scale and one order for all. '}
          <button
            class="link"
            disabled={full}
            onClick={() => onBeside([...epochs, epoch].sort((a, b) => a - b))}
          >{`Add epoch ${epoch}`}</button>
        </>
      )}
      captionBelow
      csv={(some) => epochMapsCsv(some, facts.layers)}
      fileName={fileName(facts, `distance-mi-${facts.layers[pair.a].name}-${facts.layers[pair.b].name}-epochs`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={() => undefined}
      draw={() => <Maps {...props} />}
    />
  );
}

function Maps(props: EpochMapsProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="epoch-maps heatmap-stack" ref={place}>
      {width > 0 && props.values.length > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing(props: EpochMapsProps & { width: number }): VNode {
  const { viewer, values, width, epoch, onBeside } = props;
  const [first] = values;
  const { length: aCount } = first.rows;
  const { length: bCount } = first.columns;
  const boxes = useMemo(
    () => epochMapBoxes(values.length, { aCount, bCount, values: [] }, width),
    [values.length, aCount, bCount, width],
  );
  const height = Math.max(...boxes.map((box) => box.y + box.height)) + CAPTION_ROOM;
  const remove = (one: number): void => onBeside(values.map((value) => value.epoch).filter((other) => other !== one));
  const maps = values.map((value, i) => (
    <OneMap key={value.epoch} {...props} value={value} box={boxes[i]} part="canvas" />
  ));
  return (
    <>
      {maps}
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`Heatmaps at epochs ${values.map((one) => one.epoch).join(', ')}`}
      >
        {values.map((value, i) => (
          <OneMap key={value.epoch} {...props} value={value} box={boxes[i]} part="marks" />
        ))}
      </svg>
      {values.map((value, i) => (
        <div
          key={value.epoch}
          class="epoch-map-words"
          style={{ left: `${boxes[i].x}px`, top: `${boxes[i].y + boxes[i].height + 3}px` }}
        >
          <button
            class={`link ${value.epoch === epoch ? 'current' : ''}`}
            onClick={() => (viewer.epoch.value = value.epoch)}
          >{`epoch ${value.epoch}`}</button>
          {values.length > 1 && (
            <button class="link" aria-label={`Leave out epoch ${value.epoch}`} onClick={() => remove(value.epoch)}>
              ✕
            </button>
          )}
        </div>
      ))}
    </>
  );
}

interface OneMapProps extends EpochMapsProps {
  readonly value: DistanceMiValue;
  readonly box: Box;
  readonly part: 'canvas' | 'marks';
}

function OneMap({ pair, value, order, ceiling, colours, chosen, epoch, box, part }: OneMapProps): VNode {
  const [aCount, bCount] = [value.rows.length, value.columns.length];
  const most = useMemo(() => largest(value.bits), [value]);
  const top = pair.ownScale ? most : ceiling;
  const marks = useMemo(() => {
    const matrix: Matrix = { aCount, bCount, values: value.bits };
    return epochMap(matrix, order, top, null, box);
  }, [value, order, top, box, aCount, bCount]);
  const cells = { marks, aCount, bCount, colours };
  if (part === 'canvas') return <CanvasCells {...cells} />;
  const at = chosen && placeOf(chosen, order);
  const { cell } = marks;
  return (
    <g>
      <SavedCells {...cells} />
      <rect class={`epoch-map-frame ${value.epoch === epoch ? 'current' : ''}`} {...box} />
      {at && (
        <rect
          class="heatmap-chosen"
          x={box.x + at.a * cell.width}
          y={box.y + box.height - (at.b + 1) * cell.height}
          width={Math.max(4, cell.width)}
          height={Math.max(4, cell.height)}
        />
      )}
      <text class="tick" x={box.x} y={box.y + box.height + 32}>
        max {most.toFixed(2)}
      </text>
      <text class="unseen-on-screen" x={box.x} y={box.y + box.height + 16}>
        epoch {value.epoch}
      </text>
    </g>
  );
}
