/** Redundant pairs of channels by r of their maps, with the share of distance MI as a number; recommended counts. */
import { scaleLinear } from 'd3';
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { notLearnedWords } from '../../../src/protocol/notLearned.js';
import { SHOWN_CORRELATION } from '../../../src/protocol/informationQuestions.js';
import type { RedundancyResult } from '../../../src/protocol/measure.js';
import { fitText } from '../../text/fitText.js';
import { layerLabel } from '../../text/layerLabel.js';
import { useSize } from '../../hooks/useSize.js';
import type { ViewProps } from '../views.js';
import { FLAGGED_CORRELATION } from './useUnits.js';

const MOST_PAIRS = 8;
const ROW = 20;
const HEAD = 32;
const LEFT = 150;
const RIGHT = 160;

export function RedundantPairs({ viewer, facts, result }: ViewProps & { result: RedundancyResult }): VNode {
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const pairs = useMemo(
    () =>
      result.values
        .flatMap(({ layer, pairs: some }) => some.map((pair) => ({ layer, ...pair })))
        .sort((a, b) => Math.abs(b.r) - Math.abs(a.r)),
    [result],
  );
  const shown = pairs.slice(0, MOST_PAIRS);
  const flagged = pairs.filter(({ r }) => Math.abs(r) >= FLAGGED_CORRELATION).length;
  const x = scaleLinear([SHOWN_CORRELATION, 1], [LEFT, Math.max(LEFT + 40, width - RIGHT)]);
  const height = HEAD + ROW * shown.length + 4;
  const most = pairs.length > shown.length ? ` The ${shown.length} strongest of ${pairs.length} are shown.` : '';
  return (
    <div class="units" ref={place}>
      {width > 0 && shown.length > 0 && (
        <svg width={width} height={height} role="group" aria-label="Redundant pairs of channels">
          <text class="tick" x={LEFT} y={10}>
            |r| of maps
          </text>
          <text class="tick end" x={width} y={10}>
            MI/min(H), null
          </text>
          {[SHOWN_CORRELATION, 1].map((tick) => (
            <g key={tick}>
              <line class="grid" x1={x(tick)} x2={x(tick)} y1={HEAD - 4} y2={height} />
              <text class="tick middle" x={x(tick)} y={HEAD - 7}>
                {tick}
              </text>
            </g>
          ))}
          <line class="unit-flag" x1={x(FLAGGED_CORRELATION)} x2={x(FLAGGED_CORRELATION)} y1={HEAD - 4} y2={height} />
          <text class="tick middle" x={x(FLAGGED_CORRELATION)} y={HEAD - 7}>
            {FLAGGED_CORRELATION}
          </text>
          {shown.map(({ layer, a, b, r, share, nullShare }, i) => {
            const y = HEAD + (i + 0.5) * ROW;
            const isFlagged = Math.abs(r) >= FLAGGED_CORRELATION;
            const words = `${layerLabel(facts.layers[layer])} ${a} and ${b}: r ${rWords(r)}, MI/min(H) ${shareWords(share, nullShare)}${isFlagged ? ', flagged' : ''}`;
            return (
              <g
                key={`${layer} ${a} ${b}`}
                class={`unit ${isFlagged ? 'silent' : ''}`}
                role="button"
                tabindex={0}
                aria-label={words}
                onClick={() => viewer.select({ layer, channel: b })}
                onKeyDown={(event) => event.key === 'Enter' && viewer.select({ layer, channel: b })}
              >
                <title>{words}</title>
                <rect class="unit-hit cursor-only" x={0} y={y - ROW / 2} width={width} height={ROW} />
                <text x={2} y={y + 4}>
                  {fitText(layerLabel(facts.layers[layer]), LEFT - 64, '400 11px')}
                </text>
                <text class="end" x={LEFT - 12} y={y + 4}>{`${a} · ${b}`}</text>
                <circle class="unit-dot" cx={x(Math.abs(r))} cy={y} r={3.4} />
                <text class="unit-bits end" x={width - 90} y={y + 4}>
                  r = {rWords(r)}
                </text>
                <text class="unit-bits end" x={width} y={y + 4}>
                  {shareWords(share, nullShare)}
                </text>
              </g>
            );
          })}
        </svg>
      )}
      <p class="quiet">
        {shown.length === 0 && `No pair has |r| ≥ ${SHOWN_CORRELATION}. `}
        {flagged === 0 ? 'No pair is flagged.' : `${flagged} flagged: |r| ≥ ${FLAGGED_CORRELATION}.`}
        {most} {recommendation(result, facts)}
      </p>
    </div>
  );
}

function rWords(r: number): string {
  return r.toFixed(2).replace('-', '−');
}

/** "0.80, null 0.03" */
function shareWords(share: number | null, nullShare: number | null): string {
  const floor = nullShare === null ? '' : `, null ${nullShare.toFixed(2)}`;
  return share === null ? 'unknown' : `${share.toFixed(2)}${floor}`;
}

/** Which layers need how many channels; that nothing is recommended, and why, while the network has not learned. */
function recommendation(result: RedundancyResult, { layers, description }: ViewProps['facts']): string {
  const { notLearned } = description.summary;
  if (!notLearned) return countsWords(result, layers);
  return `${notLearnedWords(notLearned, description.manifest.classNames)} No number of channels is recommended until it has.`;
}

/** "By variance: conv2d_2 needs 9 of its 16 channels." */
function countsWords({ values }: RedundancyResult, layers: ViewProps['facts']['layers']): string {
  const parts = values.flatMap(({ layer, recommendedCount, channelCount }) =>
    recommendedCount === null || recommendedCount === channelCount
      ? []
      : [`${layerLabel(layers[layer])} needs only ${recommendedCount} of its ${channelCount} channels`],
  );
  return parts.length > 0 ? `By variance of spatial means (99 %): ${parts.join(', ')}.` : '';
}
