/** Information about the label, by layer, and of the input, over epochs: a small chart a layer. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { cursorKey } from '../../chart/LineChart.js';
import { courseMarks, type CourseMarks, type CoursePanel, type PanelLine } from '../../marks/informationCourses.js';
import { fitText } from '../../text/fitText.js';
import { useSize } from '../../hooks/useSize.js';
import type { ViewProps } from '../views.js';
import { sourceWords } from '../query/network/layerWords.js';
import type { Course } from './courses.js';
import { pointAt } from './courses.js';

export interface CourseChartProps extends ViewProps {
  readonly courses: readonly Course[];
  readonly epochs: readonly [number, number];
  readonly epoch: number;
}

export function CourseChart(props: CourseChartProps): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  return (
    <div class="courses" ref={place}>
      {width > 0 && <Drawing {...props} width={width} />}
    </div>
  );
}

function Drawing(props: CourseChartProps & { width: number }): VNode {
  const { courses, epochs, epoch, width } = props;
  const lines = useMemo(() => courses.map(linesOf), [courses]);
  const marks = useMemo(
    () => courseMarks({ courses: lines, epochs, width, cursorEpoch: epoch }),
    [lines, epochs, width, epoch],
  );
  const most = courses.find(({ labelCeiling }) => labelCeiling !== null)?.labelCeiling ?? null;
  const inputs = Math.max(0, ...courses.map(({ inputCeiling }) => inputCeiling));
  return (
    <svg width={width} height={marks.height} role="group" aria-label="Information of layers over epochs">
      {marks.panels.map((panel, i) => (
        <Panel key={courses[i].layer.index} {...props} course={courses[i]} panel={panel} marks={marks}>
          {panel.isLast && (
            <>
              <CeilingWords panel={panel.label} words={['H(Y)', most === null ? '' : `= ${most.toFixed(2)}`]} />
              <CeilingWords panel={panel.input} words={['log₂ N', `= ${inputs.toFixed(2)}`]} />
              <text class="tick" x={panel.x + panel.width + 14} y={panel.input.plot.y + panel.input.plot.height + 15}>
                epoch t
              </text>
            </>
          )}
        </Panel>
      ))}
    </svg>
  );
}

function linesOf({ points, labelCeiling, inputCeiling, labelConverged, inputConverged }: Course) {
  return {
    label: {
      points: points.map((one) => ({
        ...{ epoch: one.epoch, value: one.label, halfWidth: one.labelHalfWidth, floor: one.labelNull },
      })),
      ...{ ceiling: labelCeiling, converged: labelConverged },
    },
    input: {
      points: points.map((one) => ({
        ...{ epoch: one.epoch, value: one.input, halfWidth: one.inputHalfWidth, floor: null },
      })),
      ...{ ceiling: inputCeiling, converged: inputConverged },
    },
  };
}

interface PanelProps extends CourseChartProps {
  readonly course: Course;
  readonly panel: CoursePanel;
  readonly marks: CourseMarks;
  readonly children: VNode | false;
}

function Panel({ viewer, course, panel, marks, epochs, epoch, children }: PanelProps): VNode {
  const { layer } = course;
  const chosen = viewer.selected.value.layer === layer.index;
  const source = sourceWords(layer);
  const toEpoch = (event: PointerEvent): void => {
    const left = (event.currentTarget as SVGElement).ownerSVGElement!.getBoundingClientRect().left;
    viewer.epoch.value = marks.epochAt(panel, event.clientX - left);
    viewer.select({ layer: layer.index });
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = cursorKey(event.key, epoch, epochs);
    if (next !== null) viewer.epoch.value = next;
    else if (event.key === 'Enter' || event.key === ' ') viewer.select({ layer: layer.index });
    else return;
    event.preventDefault();
  };
  const { plot } = panel.input;
  const bottom = plot.y + plot.height;
  return (
    <g class={`course ${chosen ? 'chosen' : ''}`}>
      <g
        role="button"
        tabindex={0}
        aria-pressed={chosen}
        aria-label={`${course.name}: ${wordsAt(course, epoch)}. Use the arrow keys to change the epoch and Enter to select the layer.`}
        onKeyDown={onKey}
        onPointerDown={toEpoch}
        onPointerMove={(event) => event.buttons === 1 && toEpoch(event)}
      >
        <rect
          class="course-hit cursor-only"
          x={panel.x - 6}
          y={panel.top}
          width={panel.width + 12}
          height={bottom - panel.top + 18}
        />
        <text class="course-name" x={panel.x} y={panel.top + 12}>
          {fitText(course.name, panel.width, '600 12px')}
          <title>{layer.name}</title>
        </text>
        <line class="cursor faint" x1={panel.cursorX} x2={panel.cursorX} y1={panel.label.plot.y} y2={bottom} />
        <Line
          panel={panel.label}
          kind="label"
          showsTicks={panel.isFirst}
          title={panel.isFirst ? 'I(T; Y), bits' : ''}
        />
        <Line
          panel={panel.input}
          kind="input"
          showsTicks={panel.isFirst}
          title={panel.isFirst ? 'I(T; X), bits' : ''}
        />
        {course.reason !== null && (
          <text class="course-none" x={panel.x + 4} y={panel.label.plot.y + 24}>
            {fitText(course.reason, panel.width - 6, '400 11px')}
            <title>{course.reason}</title>
          </text>
        )}
        {marks.xTicks.map((tick) => (
          <text
            key={tick}
            class="tick middle"
            x={panel.x + (panel.width * (tick - epochs[0])) / Math.max(1, epochs[1] - epochs[0])}
            y={bottom + 15}
          >
            {tick}
          </text>
        ))}
      </g>
      {source && (
        <text
          class="course-source"
          role="link"
          tabindex={0}
          x={panel.x}
          y={panel.top + 26}
          onClick={() => void viewer.openSource(layer.index)}
          onKeyDown={(event) => event.key === 'Enter' && void viewer.openSource(layer.index)}
        >
          {fitText(source, panel.width, '400 10.5px')}
        </text>
      )}
      {children}
    </g>
  );
}

function Line(props: { panel: PanelLine; kind: 'label' | 'input'; showsTicks: boolean; title: string }): VNode {
  const { panel, kind, showsTicks, title } = props;
  const { plot, at } = panel;
  const right = plot.x + plot.width;
  return (
    <g class={`course-line ${kind}`}>
      {panel.ticks.map((tick) => (
        <g key={tick.text}>
          <line class="grid" x1={plot.x} x2={right} y1={tick.y} y2={tick.y} />
          {showsTicks && (
            <text class="tick end" x={plot.x - 6} y={tick.y + 3.5}>
              {tick.text}
            </text>
          )}
        </g>
      ))}
      {panel.floor && <path class="course-floor" d={panel.floor} />}
      {panel.ceilingY !== null && (
        <line class="ceiling" x1={plot.x} x2={right} y1={panel.ceilingY} y2={panel.ceilingY} />
      )}
      {panel.band && <path class="course-band" d={panel.band} />}
      <path class="course-path" d={panel.line} />
      {panel.ring && <circle class="course-ring" cx={panel.ring.x} cy={panel.ring.y} r={4} />}
      {at && (
        <>
          <circle class="course-dot" cx={at.x} cy={at.y} r={2.8} />
          <text class={`course-value ${at.x > plot.x + 28 ? 'end' : ''}`} x={at.x} y={at.textY}>
            {at.value.toFixed(2)}
          </text>
        </>
      )}
      {title && (
        <text class="tick" x={0} y={plot.y - 8}>
          {title}
        </text>
      )}
    </g>
  );
}

function CeilingWords({ panel, words }: { panel: PanelLine; words: readonly string[] }): VNode | null {
  if (panel.ceilingY === null) return null;
  const { plot, ceilingY } = panel;
  return (
    <>
      {words.map((word, i) => (
        <text key={word} class="tick" x={plot.x + plot.width + 8} y={ceilingY + 3.5 + 13 * i}>
          {word}
        </text>
      ))}
    </>
  );
}

/** For those who do not see the picture. */
function wordsAt(course: Course, epoch: number): string {
  const point = pointAt(course, epoch);
  if (!point || (point.label === null && point.input === null)) return course.reason ?? 'no value';
  const parts = [
    point.label === null ? '' : `I(T; Y) ${point.label.toFixed(2)} bits`,
    point.labelNull === null ? '' : `null ${point.labelNull.toFixed(2)}`,
    point.input === null ? '' : `I(T; X) ${point.input.toFixed(2)} bits`,
    course.labelConverged === null ? '' : `converged at epoch ${course.labelConverged}`,
  ];
  return `epoch ${point.epoch}: ${parts.filter((part) => part !== '').join(', ')}`;
}
