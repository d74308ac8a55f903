/** Linear CKA between the layers of an epoch, or between the epochs of a layer, as a triangle. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { InformationChoice } from '../../../src/protocol/information.js';
import { measuredLayers, queryText, thinned } from '../../../src/protocol/informationQuestions.js';
import type { CkaResult, CkaValue } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { colourSteps, isLight, rgbText, type Rgb } from '../../marks/colourSteps.js';
import { hatchPath } from '../../marks/hatch.js';
import { fitText } from '../../text/fitText.js';
import { layerLabel } from '../../text/layerLabel.js';
import { useSize } from '../../hooks/useSize.js';
import type { ViewProps } from '../views.js';
import { countWords } from '../../text/words.js';
import { useAsked } from '../../state/useAsked.js';
import { themeColour, themeVersion } from '../../theme/theme.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { askMeasure } from './informationQuestions.js';

export interface SimilarityProps extends ViewProps {
  readonly choice: InformationChoice;
  readonly epoch: number;
  readonly ready: boolean;
  readonly onChange: (part: Partial<InformationChoice>) => void;
}

export function Similarity({ viewer, facts, choice, epoch, ready, onChange }: SimilarityProps): VNode {
  const some = useMemo(() => measuredLayers(facts.layers), [facts.layers]);
  const layer = facts.layers[viewer.selected.value.layer ?? some[some.length - 1].index];
  const between = choice.similarity;
  const request =
    between === 'layers'
      ? { query: queryText([0, ...some.map(({ index }) => index)], [epoch]), options: { between } }
      : { query: queryText([layer.index], thinned([...facts.whole].sort((a, b) => a - b))), options: { between } };
  const asked = useAsked(ready ? JSON.stringify(request) : null, 'computing CKA', (text, call) =>
    askMeasure(viewer.host, 'cka', JSON.parse(text) as typeof request, call),
  );
  const name = layerLabel(layer);
  return (
    <>
      <ChartFrame<CkaResult>
        title={between === 'layers' ? 'Similarity of layers' : `Similarity of epochs of ${name}`}
        answer={asked.value}
        invitation="Computed after the layers."
        finding={() => null}
        caption={({ provenance: { n } }) =>
          `Linear CKA, unbiased HSIC${between === 'layers' ? `, epoch ${epoch}` : ''}, N = ${countWords(n)}; CKA can change substantially even if the network’s function does not (Davari et al. 2023).`
        }
        csv={(result) => csvOf(result, facts.layers)}
        fileName={fileName(facts, between === 'layers' ? `cka-epoch-${epoch}` : `cka-${layer.name}`)}
        onSave={(file) => void viewer.save(file)}
        onRetry={asked.retry}
        draw={({ values: [value] }) =>
          !value || value.reason !== null ? (
            <p class="waiting">{value?.reason ?? 'No values.'}</p>
          ) : (
            <Triangle
              value={value}
              names={value.items.map((item) => (value.layer === null ? layerLabel(facts.layers[item]) : String(item)))}
              onItem={(item) => {
                if (value.layer === null) viewer.select({ layer: item });
                else viewer.epoch.value = item;
              }}
            />
          )
        }
      />
      <p>
        <button class="link" onClick={() => onChange({ similarity: between === 'layers' ? 'epochs' : 'layers' })}>
          {between === 'layers' ? `Between the epochs of ${name}` : 'Between the layers of an epoch'}
        </button>
      </p>
    </>
  );
}

interface TriangleProps {
  readonly value: CkaValue;
  readonly names: readonly string[];
  readonly onItem: (item: number) => void;
}

function Triangle(props: TriangleProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="similarity" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

const LEVELS = 41;
/** Cells narrower than this hold no number. */
const NUMBER_CELL = 22;
const SCALE_WIDTH = 120;

function useScale(): readonly Rgb[] {
  const theme = themeVersion.value;
  return useMemo(() => {
    const [page, accent] = ['--c-sunken', '--c-accent'].map((name) => themeColour(name));
    return colourSteps([page, accent], LEVELS);
  }, [theme]);
}

function Drawing({ value, names, onItem, width }: TriangleProps & { width: number }): VNode {
  const colours = useScale();
  const [at, setAt] = useState<readonly [row: number, column: number] | null>(null);
  const count = names.length;
  const left = Math.min(104, width * 0.3);
  const isSlanted = names.some((name) => name.length > 3);
  const head = isSlanted ? 58 : 6;
  const side = Math.max(7, Math.min(32, (width - left - (isSlanted ? 40 : 4)) / Math.max(1, count)));
  const most = value.values.reduce<number>((high, one) => Math.max(high, one ?? 0), 0);
  const least = value.values.reduce<number>((low, one) => Math.min(low, one ?? low), most);
  const low = Math.max(0, Math.floor(10 * least) / 10);
  const colourOf = (one: number): Rgb =>
    colours[Math.round((LEVELS - 1) * Math.max(0, Math.min(1, (one - low) / Math.max(0.01, 1 - low))))];
  const bottom = head + side * count;
  const onKey = (event: KeyboardEvent): void => {
    const [row, column] = at ?? [0, 0];
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step) {
      const next = Math.max(0, Math.min(count - 1, row + step[0]));
      setAt([next, Math.max(0, Math.min(next, column + step[1]))]);
    } else if (event.key === 'Enter') onItem(value.items[row]);
    else return;
    event.preventDefault();
  };
  const wordsAt = at ? `${names[at[0]]} and ${names[at[1]]}: ${numberWords(value.values[at[0] * count + at[1]])}` : '';
  return (
    <svg
      width={width}
      height={bottom + 34}
      role="application"
      aria-roledescription="matrix"
      aria-label={`Linear CKA of ${names.join(', ')}. Use the arrow keys to move and Enter to select. ${wordsAt}`}
      tabindex={0}
      onKeyDown={onKey}
      onBlur={() => setAt(null)}
    >
      {names.map((name, i) => (
        <g key={i}>
          <text class="end" x={left - 7} y={head + (i + 0.5) * side + 4}>
            {side >= 11 || i % 2 === 0 ? fitText(name, left - 10, '400 11px') : ''}
          </text>
          {isSlanted && side >= 14 && i > 0 && i < count && (
            <text
              class="similarity-head"
              transform={`translate(${left + (i + 0.55) * side},${head + i * side - 5}) rotate(-42)`}
            >
              {fitText(name, 74, '400 11px')}
            </text>
          )}
        </g>
      ))}
      {names.map((_, row) =>
        names.slice(0, row + 1).map((__, column) => {
          const one = value.values[row * count + column] ?? null;
          const box = { x: left + column * side, y: head + row * side, width: side - 1, height: side - 1 };
          const colour = one === null ? null : colourOf(one);
          return (
            <g key={`${row} ${column}`} onClick={() => onItem(value.items[row])}>
              <rect {...box} class="similarity-cell" fill={colour ? rgbText(colour) : 'none'} />
              {one === null && <path class="hatch" d={hatchPath(box.x, box.y, box.width, box.height)} />}
              {colour && side >= NUMBER_CELL && (
                <text
                  class="middle similarity-number"
                  x={box.x + side / 2}
                  y={box.y + side / 2 + 3.5}
                  style={{ fill: isLight(colour) ? '#000' : '#fff' }}
                >
                  {shortNumber(one ?? 0)}
                </text>
              )}
              <title>{`${names[row]} and ${names[column]}: ${numberWords(one)}`}</title>
            </g>
          );
        }),
      )}
      {at && (
        <rect
          class="matrix-cursor cursor-only"
          x={left + at[1] * side}
          y={head + at[0] * side}
          width={side - 1}
          height={side - 1}
        />
      )}
      {colours.map((colour, i) => (
        <rect
          key={i}
          x={left + (i * SCALE_WIDTH) / LEVELS}
          y={bottom + 14}
          width={SCALE_WIDTH / LEVELS + 0.5}
          height={9}
          fill={rgbText(colour)}
        />
      ))}
      <text class="tick end" x={left - 7} y={bottom + 22}>
        {low}
      </text>
      <text class="tick" x={left + SCALE_WIDTH + 6} y={bottom + 22}>
        1
      </text>
    </svg>
  );
}

function numberWords(one: number | null | undefined): string {
  return one == null ? 'no value' : one.toFixed(3);
}

/** ".87", "1", "−.03". */
function shortNumber(one: number): string {
  return one > 0.995 ? '1' : one.toFixed(2).replace('0.', '.').replace('-', '−');
}
