/** Whole layers against each other, and what the chosen two share: the way into the channels. */
import type { VNode } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { DistanceMiResult } from '../../../src/protocol/measure.js';
import type { LayerPair } from '../../../src/protocol/viewState.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { filesOfSvg, SaveLinks } from '../../chart/SaveLinks.js';
import type { Rgb } from '../../marks/colourSteps.js';
import { layerLabel } from '../../text/layerLabel.js';
import { memo } from '../../hooks/memo.js';
import type { ViewProps } from '../views.js';
import { latest } from '../../state/loadable.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { LayerMatrix, matrixBits } from './LayerMatrix.js';
import { copyWords } from './layerFindings.js';
import { copiesAmong } from './layerQuestions.js';
import { SharedBars } from './SharedBars.js';
import type { WholeAnswers } from './wholeAnswers.js';
import { wholePairCsv } from './wholePairCsv.js';

export interface WholeLayersProps extends ViewProps {
  readonly answers: WholeAnswers;
  readonly epoch: number;
  readonly pair: LayerPair;
  readonly colours: readonly Rgb[];
  readonly onPair: (a: number, b: number) => void;
}

export const WholeLayers = memo(({ viewer, facts, answers, epoch, pair, colours, onPair }: WholeLayersProps): VNode => {
  const value = latest(answers.answer)?.values[0] ?? null;
  const nullBits = value?.null?.maximumBits ?? null;
  const copies = useMemo(() => (value ? copiesAmong(value, facts.layers) : new Map<number, number>()), [value, facts]);
  const shown = useMemo(
    () => facts.layers.map(({ index }) => index).filter((one) => !copies.has(one) || one === pair.a || one === pair.b),
    [facts, copies, pair.a, pair.b],
  );
  const bits = value && matrixBits(value, pair.a, pair.b);
  const entropy = (layer: number): number =>
    value?.entropyRows[value.rows.findIndex((row) => row.layer === layer)] ?? 0;
  const place = useRef<HTMLElement>(null);
  const shared = bits === null ? null : { a: entropy(pair.a), b: entropy(pair.b), mutual: bits };
  const provenance = {
    epoch: value?.epoch ?? epoch,
    n: value?.n ?? 0,
    estimator: latest(answers.answer)?.provenance.estimator ?? '',
  };
  return (
    <>
      <ChartFrame<DistanceMiResult>
        title="Whole layers"
        answer={answers.answer}
        invitation=""
        finding={() => null}
        caption={() => (
          <>
            {`Distance MI in bits at epoch ${value?.epoch ?? epoch}. Colours are below the diagonal, numbers above it (in small cells, colours).${copyWords(copies)} ${answers.nullWords}`}
            {answers.nullOnRequest && (
              <button class="link" onClick={answers.askNull}>
                Compute the null
              </button>
            )}
          </>
        )}
        csv={(result) => csvOf(result, facts.layers)}
        fileName={fileName(facts, `distance-mi-layers-epoch-${epoch}`)}
        onSave={(file) => void viewer.save(file)}
        onRetry={answers.retry}
        draw={() =>
          !value || value.reason !== null ? (
            <p class="waiting">{value?.reason ?? 'No values.'}</p>
          ) : (
            <LayerMatrix
              value={value}
              shown={shown}
              layers={facts.layers}
              pair={pair}
              threshold={pair.masked ? nullBits : null}
              colours={colours}
              onPair={onPair}
            />
          )
        }
      />
      {shared && (
        <section class="layers-shared" aria-label="Layer pair" ref={place}>
          <div class="chart-head">
            <h2>Layer pair</h2>
            <SaveLinks
              title="the layer pair"
              files={{
                ...filesOfSvg(() => place.current?.querySelector('svg') ?? null),
                csv: () => wholePairCsv(shared, pair, provenance, facts.layers),
              }}
              fileName={fileName(facts, `distance-mi-pair-epoch-${provenance.epoch}`)}
              onSave={(file) => void viewer.save(file)}
            />
          </div>
          <p class="quiet">
            A {layerLabel(facts.layers[pair.a])}, B {layerLabel(facts.layers[pair.b])}; bar length is bits, the overlap
            is shared information.
          </p>
          <SharedBars {...shared} colours={colours} />
        </section>
      )}
    </>
  );
});
