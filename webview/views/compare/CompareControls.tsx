/** Which two states are compared: the other run, an epoch of each, and which of them is "from". */
import type { VNode } from 'preact';
import type { CompareCandidate, CompareChoice } from '../../../src/protocol/compare.js';
import { Button, Dropdown } from '../../controls/controls.js';
import { candidateWords, epochsOf, ownIsFrom, type ComparedPair } from './compareQuestion.js';

export interface CompareControlsProps {
  readonly candidates: readonly CompareCandidate[];
  readonly pair: ComparedPair;
  readonly choice: CompareChoice;
  readonly onChoose: (part: Partial<CompareChoice>) => void;
}

export function CompareControls({ candidates, pair, choice, onChoose }: CompareControlsProps): VNode {
  const [otherEpoch, ownEpoch] = epochsOf(pair, choice);
  const ownFirst = ownIsFrom(pair, choice);
  const other = (side: VNode): VNode => (
    <>
      <span class="compare-side">
        {side}
        <Dropdown
          label="Compare with"
          value={pair.other.id}
          options={candidates.map((one) => ({ value: one.id, text: candidateWords(one) }))}
          onChange={(id) => onChoose({ other: id, epochs: undefined, layer: undefined })}
        />
      </span>
      <EpochOf run={pair.other} epoch={otherEpoch} onChange={(epoch) => onChoose({ epochs: [epoch, ownEpoch] })} />
    </>
  );
  const own = (side: VNode): VNode => (
    <>
      <span class="compare-side">
        {side}
        <span class="compare-own">{candidateWords(pair.own)}</span>
      </span>
      <EpochOf run={pair.own} epoch={ownEpoch} onChange={(epoch) => onChoose({ epochs: [otherEpoch, epoch] })} />
    </>
  );
  return (
    <div class="compare-controls" role="group" aria-label="Comparison">
      {(ownFirst ? own : other)(<b class="side-a">A</b>)}
      <Button secondary label="Swap A and B" onClick={() => onChoose({ reversed: !choice.reversed })}>
        ⇄
      </Button>
      {(ownFirst ? other : own)(<b class="side-b">B</b>)}
    </div>
  );
}

interface EpochProps {
  readonly run: CompareCandidate;
  readonly epoch: number;
  readonly onChange: (epoch: number) => void;
}

function EpochOf({ run, epoch, onChange }: EpochProps): VNode {
  return (
    <Dropdown
      label={`Epoch of ${run.name}`}
      value={String(epoch)}
      options={run.epochs.map((one) => ({ value: String(one), text: `epoch ${one}` }))}
      onChange={(text) => onChange(Number(text))}
    />
  );
}
