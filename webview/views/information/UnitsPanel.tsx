/** Units at one epoch: ranked by what they tell, dead ones, and what their ablation does to accuracy. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { InformationChoice } from '../../../src/protocol/information.js';
import type { LayerMiResult, RedundancyResult } from '../../../src/protocol/measure.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { layerLabel } from '../../text/layerLabel.js';
import type { ViewProps } from '../views.js';
import { countWords, plural } from '../../text/words.js';
import { latest } from '../../state/loadable.js';
import type { Asked } from '../../state/useAsked.js';
import { fileName } from '../query/results/chartParts.js';
import { csvOf } from '../query/results/csv.js';
import { questionsOf, setsOf, unitAlone, valueOf } from './ablatedSets.js';
import { AblationSection } from './AblationSection.js';
import { PickedUnits } from './PickedUnits.js';
import { deadChannels, lessEffective, rankedUnits } from './rankedUnits.js';
import { UnitRanks } from './UnitRanks.js';
import { setWords, useAblation, useUnits } from './useUnits.js';

export interface UnitsPanelProps extends ViewProps {
  readonly choice: InformationChoice;
  readonly epoch: number;
  /** Whole layers come first. */
  readonly ready: boolean;
  /** Which units are dead, and drawn elsewhere. */
  readonly redundancy: Asked<RedundancyResult>;
  readonly onChange: (part: Partial<InformationChoice>) => void;
}

const AT_FIRST = 8;
const MORE = 16;

export function UnitsPanel(props: UnitsPanelProps): VNode {
  const { viewer, facts, choice, epoch, ready, redundancy, onChange } = props;
  const both = { viewer, facts };
  const [shown, setShown] = useState(AT_FIRST);
  const [wanted, setWanted] = useState(false);
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
  const { picked } = choice;
  const sets = setsOf(
    { selected: viewer.selected.value, picked, ranked, less: lessEffective(ranked, dead), dead },
    nameOf,
  );
  const alone = inSight.map(({ layer, channel }) => unitAlone(layer, channel));
  const ablation = useAblation(both, wanted ? questionsOf([...alone, ...sets], epoch, choice.replacement) : null);
  const ablated = latest(ablation.value);
  const save = (file: Parameters<typeof viewer.save>[0]): void => void viewer.save(file);
  return (
    <>
      <ChartFrame<LayerMiResult>
        title="Units with little label information"
        answer={units.value}
        invitation={
          facts.classCount > 0 ? 'Computed after the layers.' : 'Units are ranked by their information about the label.'
        }
        finding={() => (silent.length > 0 ? `${plural(silent.length, 'unit')} no higher than chance` : null)}
        caption={({ provenance: { n } }) =>
          `I(c; Y) of a channel’s spatial mean, Ross k = 3, epoch ${epoch}, N = ${countWords(n)}; line: 95 % interval (jackknife); grey: permuted labels. Compare with the grey bar, not with 0.`
        }
        csv={(result) => csvOf(result, facts.layers)}
        fileName={fileName(facts, `units-epoch-${epoch}`)}
        onSave={save}
        onRetry={units.retry}
        draw={() => (
          <>
            <UnitRanks
              {...both}
              units={inSight}
              picked={picked}
              onPick={(some) => onChange({ picked: some })}
              withoutUnit={({ layer, channel }) => valueOf(ablated, unitAlone(layer, channel))}
            />
            <p class="quiet units-foot">
              {ranked.length > shown && (
                <button class="link" onClick={() => setShown(shown + MORE)}>
                  {`${Math.min(MORE, ranked.length - shown)} more of ${ranked.length}`}
                </button>
              )}
              <PickedUnits {...{ picked, silent, nameOf }} onPick={(some) => onChange({ picked: some })} />
            </p>
            <p class="quiet units-foot">
              <b>Dead</b> {setWords(dead, nameOf).join('   ') || 'none'}
            </p>
          </>
        )}
      />
      <AblationSection
        {...both}
        {...{ choice, epoch, sets, wanted, onChange }}
        asked={ablation}
        ready={ranked.length > 0}
        onWant={setWanted}
      />
    </>
  );
}
