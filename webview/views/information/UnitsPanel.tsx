/** Units at one epoch: ranked by what they tell, dead ones, redundant pairs, and what their ablation does to accuracy. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { AblationResult, AblationValue } from '../../../src/protocol/ablation.js';
import type { InformationChoice } from '../../../src/protocol/information.js';
import type { LayerMiResult, RedundancyResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { Button, Checkbox } from '../../controls/controls.js';
import { layerLabel } from '../../shell/layerLabel.js';
import type { ViewProps } from '../../shell/views.js';
import { countWords, plural } from '../../shell/words.js';
import { latest } from '../../state/loadable.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { ablationCsv } from './ablationCsv.js';
import { AblationTable, type AblatedSet } from './AblationTable.js';
import { RedundantPairs } from './RedundantPairs.js';
import { deadChannels, lessEffective, rankedUnits, type RankedUnit } from './rankedUnits.js';
import { UnitRanks } from './UnitRanks.js';
import { setWords, useAblation, useRedundancy, useUnits } from './useUnits.js';

export interface UnitsPanelProps extends ViewProps {
  readonly choice: InformationChoice;
  readonly epoch: number;
  /** Whole layers come first. */
  readonly ready: boolean;
  readonly onChange: (part: Partial<InformationChoice>) => void;
}

const AT_FIRST = 8;
const MORE = 16;

export function UnitsPanel(props: UnitsPanelProps): VNode {
  const { viewer, facts, choice, epoch, ready, onChange } = props;
  const both = { viewer, facts };
  const [shown, setShown] = useState(AT_FIRST);
  const [wanted, setWanted] = useState(false);
  const redundancy = useRedundancy(both, epoch, ready);
  const units = useUnits(both, choice, epoch, ready && redundancy.value.state !== 'loading');
  const found = latest(redundancy.value);
  const dead = useMemo(() => deadChannels(found), [found]);
  const answer = latest(units.value);
  const ranked = useMemo(
    () =>
      answer ? rankedUnits([answer], facts.layers, (layer, unit) => dead.get(layer)?.includes(unit) ?? false) : [],
    [answer, dead, facts.layers],
  );
  const nameOf = (layer: number): string => layerLabel(facts.layers[layer]);
  const inSight = ranked.slice(0, shown);
  const silent = ranked.filter(({ tells }) => !tells);
  const sets = setsOf(viewer.selected.value, ranked, lessEffective(ranked, dead), dead, nameOf);
  const ablation = useAblation(both, wanted ? questionsOf(inSight, sets) : null, epoch, choice.replacement);
  const ablated = latest(ablation.value);
  const valueOf = (layer: number, channels: readonly number[]): AblationValue | null =>
    ablated?.find((one) => one.layer === layer)?.values.find((one) => sameSet(one.channels, channels)) ?? null;
  const save = (file: Parameters<typeof viewer.save>[0]): void => void viewer.save(file);
  return (
    <>
      <ChartFrame<LayerMiResult>
        title="Less effective units"
        answer={units.value}
        invitation={facts.classCount > 0 ? 'After the layers.' : 'Units are ranked by what they tell of a label.'}
        finding={() => (silent.length > 0 ? `${plural(silent.length, 'unit')} not above the null` : null)}
        caption={({ provenance: { n } }) =>
          `I(c; Y) of a channel’s spatial mean, Ross k = 3, epoch ${epoch}, N = ${countWords(n)}; line 95 % (jackknife), grey: labels permuted. Compare with the grey, not with 0.`
        }
        csv={(result) => csvOf(result, facts.layers)}
        fileName={fileName(facts, `units-epoch-${epoch}`)}
        onSave={save}
        onRetry={units.retry}
        draw={() => (
          <>
            <UnitRanks {...both} units={inSight} withoutUnit={({ layer, channel }) => valueOf(layer, [channel])} />
            <p class="quiet units-foot">
              {ranked.length > shown && (
                <button class="link" onClick={() => setShown(shown + MORE)}>
                  {`${Math.min(MORE, ranked.length - shown)} more of ${ranked.length}`}
                </button>
              )}
              <b>Dead</b> {setWords(dead, nameOf).join('   ') || 'none'}
            </p>
          </>
        )}
      />
      <section class="ablation" aria-label="Ablation">
        <div class="section-row">
          <h2>Without them</h2>
          {!wanted && answer && <Button onClick={() => setWanted(true)}>Ablate</Button>}
          <Checkbox
            checked={choice.replacement === 'mean'}
            onChange={(mean) => {
              if (mean !== (choice.replacement === 'mean')) onChange({ replacement: mean ? 'mean' : 'zero' });
            }}
          >
            replace by the mean, not by 0
          </Checkbox>
        </div>
        {wanted ? (
          <ChartFrame<readonly AblationResult[]>
            title="Accuracy on the probes"
            answer={ablation.value}
            invitation="No unit to ablate."
            finding={() => null}
            caption={(results) => ablationCaption(results, epoch)}
            csv={(results) => ablationCsv(results, facts.layers)}
            fileName={fileName(facts, `ablation-epoch-${epoch}`)}
            onSave={save}
            onRetry={ablation.retry}
            draw={(results) => <AblationTable {...both} {...{ sets, results, valueOf }} />}
          />
        ) : (
          <p class="quiet">
            Computes the layers above from recorded weights, with channels set to{' '}
            {choice.replacement === 'mean' ? 'their mean' : '0'}: each unit in sight, the selected one, all less
            effective ones of a layer.
          </p>
        )}
      </section>
      <ChartFrame<RedundancyResult>
        title="Redundant pairs"
        answer={redundancy.value}
        invitation="After the layers."
        finding={() => null}
        caption={({ provenance: { n } }) =>
          `distance MI ÷ min H and r of maps, epoch ${epoch}, N = ${countWords(n)}; flagged from |r| ≥ 0.95`
        }
        csv={(result) => csvOf(result, facts.layers)}
        fileName={fileName(facts, `redundancy-epoch-${epoch}`)}
        onSave={save}
        onRetry={redundancy.retry}
        draw={(result) => <RedundantPairs {...both} result={result} />}
      />
    </>
  );
}

function setsOf(
  selected: { readonly layer: number | null; readonly channel: number | null },
  ranked: readonly RankedUnit[],
  less: ReadonlyMap<number, readonly number[]>,
  dead: ReadonlyMap<number, readonly number[]>,
  nameOf: (layer: number) => string,
): AblatedSet[] {
  const { layer, channel } = selected;
  const isRanked = layer !== null && ranked.some((unit) => unit.layer === layer);
  const chosen = isRanked && channel !== null ? [{ layer, channels: [channel], words: `${nameOf(layer)} ${channel}, selected` }] : []; // prettier-ignore
  const ofDead = [...dead].map(([one, channels]) => ({
    ...{ layer: one, channels },
    words: `${nameOf(one)}, ${plural(channels.length, 'dead unit')}`,
  }));
  const ofLess = [...less]
    .filter(([one, channels]) => channels.length > (dead.get(one)?.length ?? 0))
    .map(([one, channels]) => ({
      ...{ layer: one, channels },
      words: `${nameOf(one)}, all ${plural(channels.length, 'less effective unit')}`,
    }));
  const whole = [...new Set(ranked.map((unit) => unit.layer))].map((one) => ({
    layer: one,
    channels: ranked.filter((unit) => unit.layer === one).map((unit) => unit.channel).concat(dead.get(one) ?? []).sort((a, b) => a - b), // prettier-ignore
    words: `${nameOf(one)}, all its units`,
  }));
  return [...chosen, ...ofDead, ...ofLess, ...whole];
}

/** Each unit in sight by itself, and the sets. */
function questionsOf(
  units: readonly RankedUnit[],
  sets: readonly AblatedSet[],
): ReadonlyMap<number, readonly (readonly number[])[]> {
  const questions = new Map<number, (readonly number[])[]>();
  const all = [...units.map(({ layer, channel }) => ({ layer, channels: [channel] })), ...sets];
  for (const { layer, channels } of all) {
    const some = questions.get(layer) ?? [];
    if (!some.some((one) => sameSet(one, channels))) questions.set(layer, [...some, channels]);
  }
  return questions;
}

function sameSet(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((channel, i) => channel === b[i]);
}

function ablationCaption(results: readonly AblationResult[], epoch: number): string {
  const [first] = results;
  if (!first) return '';
  const accuracy = first.whole.accuracy === null ? '' : `${(100 * first.whole.accuracy).toFixed(1)} % with all units; `;
  const other = results.reduce((most, one) => Math.max(most, one.otherThanRecorded), 0);
  const n = [...new Set(results.map((one) => one.n))].map(countWords).join(' or ');
  return `${accuracy}epoch ${epoch}, N = ${n} probes; ± 95 % (paired); ${other === 0 ? 'the recorded answers are reproduced' : `${other} answers are other than recorded`}. Without retraining: what a network does without a unit is not what it would have learned without it.`;
}
