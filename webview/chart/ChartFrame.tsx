/** A chart's title, finding, caption and the three ways to save it; and what stands there without a result. */
import type { ComponentChildren, RefObject, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { ViewerContract } from '../../src/protocol/viewer.js';
import type { Loadable } from '../state/loadable.js';
import { latest } from '../state/loadable.js';
import { Button, ProgressRing } from '../controls/controls.js';
import { FailureCard } from '../controls/FailureCard.js';
import { filesOfSvg, SaveLinks, type ShownFiles } from './SaveLinks.js';

/** Where a drawing puts a function that draws into its SVG, for a file, what is on a canvas; it returns what undoes it. */
export interface ForFile {
  current: (() => () => void) | null;
}

export interface ChartFrameProps<T> {
  readonly title: string;
  readonly answer: Loadable<T>;
  /** Said when nothing has been asked yet. */
  readonly invitation: string;
  readonly finding: (value: T) => string | null;
  /** Estimator, N, k or bins, null: one line. */
  readonly caption: (value: T) => ComponentChildren;
  readonly csv: (value: T) => string;
  /** Without an ending. */
  readonly fileName: string;
  readonly draw: (value: T) => ComponentChildren;
  /** What is drawn is a table, whose numbers alone are saved. */
  readonly isTable?: boolean;
  readonly captionBelow?: boolean;
  /** Pixels that the drawing will take: kept while it is waited for, so that what lies below stays where it is. */
  readonly room?: number;
  /** Draws into the chart's SVG what is on a canvas, for a file; returns what takes it out again. */
  readonly complete?: () => () => void;
  readonly onSave: (file: ViewerContract['saveFile']['input']) => void;
  readonly onRetry: () => void;
}

export function ChartFrame<T>(props: ChartFrameProps<T>): VNode {
  const place = useRef<HTMLDivElement>(null);
  const value = latest(props.answer);
  const finding = value === null ? null : props.finding(value);
  const isKept = value === null && props.room !== undefined;
  const caption = (value !== null || isKept) && (
    <p class="chart-caption">{value === null ? '\u00a0' : props.caption(value)}</p>
  );
  return (
    <section class="chart" aria-label={props.title} aria-busy={props.answer.state === 'loading'}>
      <div class="chart-head">
        <h2>{props.title}</h2>
        {value !== null && (
          <p class="chart-finding" title={finding ?? undefined}>
            {finding}
          </p>
        )}
        {value !== null && (
          <SaveLinks
            title={props.title}
            files={filesOf(props, value, place)}
            fileName={props.fileName}
            onSave={props.onSave}
          />
        )}
      </div>
      {!props.captionBelow && caption}
      <div
        class={`chart-body ${props.answer.state === 'loading' && value !== null ? 'stale' : ''}`}
        style={isKept ? { minHeight: `${props.room}px` } : {}}
        ref={place}
      >
        {value === null ? <WithoutValue {...props} /> : props.draw(value)}
      </div>
      {props.captionBelow && caption}
    </section>
  );
}

function filesOf<T>(
  { isTable, csv, complete }: ChartFrameProps<T>,
  value: T,
  place: RefObject<HTMLDivElement>,
): ShownFiles {
  const numbers = { csv: () => csv(value) };
  if (isTable) return numbers;
  return { ...filesOfSvg(() => place.current?.querySelector('svg') ?? null, complete), ...numbers };
}

function WithoutValue<T>({ answer, invitation, onRetry }: ChartFrameProps<T>): VNode | null {
  switch (answer.state) {
    case 'empty':
      return <p class="waiting">{invitation}</p>;
    case 'loading':
      return (
        <p class="waiting">
          <ProgressRing /> {answer.progress?.text ?? 'Computing'}
          {answer.progress ? ` · ${Math.round(100 * answer.progress.fraction)} %` : '…'}
        </p>
      );
    case 'cancelled':
      return (
        <p class="waiting">
          Cancelled.{' '}
          <Button secondary onClick={onRetry}>
            Run query again
          </Button>
        </p>
      );
    case 'failed':
      return <FailureCard failure={answer.failure} onRetry={onRetry} />;
    case 'done':
      return null;
  }
}
