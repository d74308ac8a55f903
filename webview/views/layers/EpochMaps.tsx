/** The heatmap at several epochs beside each other: one order, and one colour scale or each its own. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { DistanceMiValue } from '../../../src/protocol/measure.js';
import { MOST_EPOCHS_BESIDE, type LayerPair } from '../../../src/protocol/viewState.js';
import { ChartFrame, type ForFile } from '../../chart/ChartFrame.js';
import { largest, type AxesOrder } from '../../marks/axesOrder.js';
import type { Rgb } from '../../marks/colourSteps.js';
import { CAPTION_ROOM, epochMap, epochMapBoxes, type EpochMap } from '../../marks/epochMaps.js';
import type { Place } from '../../marks/heatmapFrame.js';
import type { Box } from '../../marks/lineChart.js';
import { memo } from '../../hooks/memo.js';
import type { ViewProps } from '../views.js';
import { useSize } from '../../hooks/useSize.js';
import { fileName } from '../query/results/chartParts.js';
import { placeOf, type CellChoice } from './cells.js';
import { epochMapsCsv } from './epochMapsCsv.js';
import { maskWords } from './layerFindings.js';
import { CanvasCells, writeCells, type CanvasCellsProps } from './HeatmapCells.js';

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

export const EpochMaps = memo((props: EpochMapsProps): VNode => {
  const { viewer, facts, pair, epoch, values, onBeside } = props;
  const epochs = values.map((value) => value.epoch);
  const forFile: ForFile = useRef(null);
  return (
    <ChartFrame<readonly DistanceMiValue[]>
      title="Epochs side by side"
      answer={{ state: 'done', value: values }}
      invitation=""
      finding={() => null}
      caption={() => (
        <>
          {pair.ownScale
            ? 'Each epoch has its own scale; the order is the same. '
            : 'All epochs share one colour scale and one order. '}
          {pair.masked && maskWords(values)}
          {!epochs.includes(epoch) && epochs.length < MOST_EPOCHS_BESIDE && (
            <button class="link" onClick={() => onBeside([...epochs, epoch].sort((a, b) => a - b))}>
              {`Add epoch ${epoch}`}
            </button>
          )}
        </>
      )}
      captionBelow
      csv={(some) => epochMapsCsv(some, facts.layers)}
      fileName={fileName(facts, `distance-mi-${facts.layers[pair.a].name}-${facts.layers[pair.b].name}-epochs`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={() => undefined}
      complete={() => forFile.current?.() ?? (() => undefined)}
      draw={() => <Maps {...props} forFile={forFile} />}
    />
  );
});

type MapsProps = EpochMapsProps & { readonly forFile: ForFile };

function Maps(props: MapsProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="epoch-maps heatmap-stack" ref={place}>
      {width > 0 && props.values.length > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

interface OneMap {
  readonly value: DistanceMiValue;
  readonly box: Box;
  readonly mostBits: number;
  readonly map: EpochMap;
}

/** Of the epochs that are shown: none of them hangs on the one in sight. */
function useMaps({ values, order, ceiling, pair, width }: MapsProps & { width: number }): readonly OneMap[] {
  return useMemo(() => {
    const { length: aCount } = values[0].rows;
    const { length: bCount } = values[0].columns;
    const boxes = epochMapBoxes(values.length, { aCount, bCount, values: [] }, width);
    return values.map((value, i): OneMap => {
      const mostBits = largest(value.bits);
      const matrix = { aCount, bCount, values: value.bits };
      const threshold = pair.masked ? (value.null?.maximumBits ?? null) : null;
      const map = epochMap(matrix, order, pair.ownScale ? mostBits : ceiling, threshold, boxes[i]);
      return { value, box: boxes[i], mostBits, map };
    });
  }, [values, order, ceiling, pair.ownScale, pair.masked, width]);
}

function Drawing(props: MapsProps & { width: number }): VNode {
  const { viewer, values, width, epoch, order, chosen, colours, onBeside } = props;
  const maps = useMaps(props);
  const saved = useRef<SVGGElement>(null);
  const cellsOf = ({ map, value }: OneMap): CanvasCellsProps => ({
    ...{ levels: map.levels, frame: map, colours },
    ...{ aCount: value.rows.length, bCount: value.columns.length },
  });
  props.forFile.current = () => {
    const undo = maps.map((one) => (saved.current ? writeCells(saved.current, cellsOf(one)) : () => undefined));
    return () => undo.forEach((take) => take());
  };
  const height = Math.max(...maps.map(({ box }) => box.y + box.height)) + CAPTION_ROOM;
  const remove = (one: number): void => onBeside(values.map((value) => value.epoch).filter((other) => other !== one));
  return (
    <>
      {maps.map((one) => (
        <CanvasCells key={one.value.epoch} {...cellsOf(one)} />
      ))}
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={`Heatmaps at epochs ${values.map((one) => one.epoch).join(', ')}`}
      >
        <g class="heatmap-saved" aria-hidden="true" ref={saved} />
        {maps.map((one) => (
          <MapMarks
            key={one.value.epoch}
            one={one}
            at={chosen && placeOf(chosen, order)}
            current={one.value.epoch === epoch}
          />
        ))}
      </svg>
      {maps.map(({ value, box }) => (
        <div
          key={value.epoch}
          class="epoch-map-words"
          style={{ left: `${box.x}px`, top: `${box.y + box.height + 3}px` }}
        >
          <button
            class={`link ${value.epoch === epoch ? 'current' : ''}`}
            onClick={() => (viewer.epoch.value = value.epoch)}
          >{`epoch ${value.epoch}`}</button>
          {values.length > 1 && (
            <button class="link" aria-label={`Remove epoch ${value.epoch}`} onClick={() => remove(value.epoch)}>
              ✕
            </button>
          )}
        </div>
      ))}
    </>
  );
}

/** A map's frame, the chosen cell in it, and its largest value; its cells are on the canvas behind. */
function MapMarks({ one, at, current }: { one: OneMap; at: Place | null; current: boolean }): VNode {
  const { box, map, value, mostBits } = one;
  const { cell } = map;
  return (
    <g>
      <rect class={`epoch-map-frame ${current ? 'current' : ''}`} {...box} />
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
        max {mostBits.toFixed(2)}
      </text>
      <text class="unseen-on-screen" x={box.x} y={box.y + box.height + 16}>
        epoch {value.epoch}
      </text>
    </g>
  );
}
