/** Ablation on request: units and sets of units taken out of the network, and what becomes of its accuracy. */
import type { VNode } from 'preact';
import { accuracyWithInterval } from '../../../src/protocol/accuracy.js';
import type { AblationResult } from '../../../src/protocol/ablation.js';
import type { InformationChoice } from '../../../src/protocol/information.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { Button, Checkbox } from '../../controls/controls.js';
import type { ViewProps } from '../views.js';
import { countWords } from '../../text/words.js';
import type { Asked } from '../../state/useAsked.js';
import { fileName } from '../query/results/chartParts.js';
import { ablationCsv } from './ablationCsv.js';
import type { AblatedSet } from './ablatedSets.js';
import { AblationTable } from './AblationTable.js';

export interface AblationSectionProps extends ViewProps {
  readonly choice: InformationChoice;
  readonly epoch: number;
  /** Rows of the table. */
  readonly sets: readonly AblatedSet[];
  readonly asked: Asked<readonly AblationResult[]>;
  /** Units are ranked, so that there is something to ablate. */
  readonly ready: boolean;
  readonly wanted: boolean;
  readonly onWant: (wanted: boolean) => void;
  readonly onChange: (part: Partial<InformationChoice>) => void;
}

export function AblationSection(props: AblationSectionProps): VNode {
  const { choice, asked, ready, wanted, onWant, onChange } = props;
  return (
    <section class="ablation" aria-label="Ablation">
      <div class="section-row">
        <h2>Without them</h2>
        {!wanted && ready && <Button onClick={() => onWant(true)}>Ablate</Button>}
        {wanted && asked.value.state === 'loading' && (
          <Button secondary label="Cancel the ablation" onClick={() => onWant(false)}>
            Cancel
          </Button>
        )}
        <Checkbox
          checked={choice.replacement === 'mean'}
          onChange={(mean) => {
            if (mean !== (choice.replacement === 'mean')) onChange({ replacement: mean ? 'mean' : 'zero' });
          }}
        >
          Replace with the mean instead of 0
        </Checkbox>
      </div>
      {wanted ? (
        <Accuracies {...props} />
      ) : (
        <p class="quiet">
          Sets units to {choice.replacement === 'mean' ? 'their mean' : '0'} and measures the accuracy: your selection
          together, each listed unit, and all units of a layer with little label information.
        </p>
      )}
    </section>
  );
}

function Accuracies({ viewer, facts, epoch, sets, asked }: AblationSectionProps): VNode {
  return (
    <ChartFrame<readonly AblationResult[]>
      title="Accuracy without them"
      answer={asked.value}
      invitation="No units to ablate."
      finding={() => null}
      caption={(results) => caption(results, epoch)}
      csv={(results) => ablationCsv(results, facts.layers)}
      fileName={fileName(facts, `ablation-epoch-${epoch}`)}
      onSave={(file) => void viewer.save(file)}
      onRetry={asked.retry}
      isTable
      draw={(results) => <AblationTable {...{ viewer, facts, sets, results }} />}
    />
  );
}

function caption(results: readonly AblationResult[], epoch: number): string {
  const [first] = results;
  if (!first) return '';
  const { correct } = first.whole;
  const accuracy =
    correct === null ? '' : `${accuracyWithInterval({ correct, n: first.n, heldOut: first.heldOut })} with all units; `;
  const other = results.reduce((most, one) => Math.max(most, one.otherThanRecorded), 0);
  const n = [...new Set(results.map((one) => one.n))].map(countWords).join(' or ');
  return `${accuracy}epoch ${epoch}, N = ${n} probes; ± 95 % (paired); ${other === 0 ? 'the recorded predictions are reproduced' : `${other} predictions differ from the recording`}. Without retraining; a network trained without the unit could behave differently.`;
}
