/** The row of controls above the board. */
import type { VNode } from 'preact';
import type { NetworkResult } from '../../../src/protocol/network.js';
import { SaveLinks, type ShownFiles } from '../../chart/SaveLinks.js';
import { Button, Dropdown, ProgressRing } from '../../controls/controls.js';
import { Labelled } from '../../controls/Labelled.js';
import type { ViewProps } from '../views.js';
import { togglePinned } from '../../selection/pinnedClasses.js';
import type { ChoiceSteps } from './networkChoice.js';

export interface NetworkControlsProps extends ViewProps {
  readonly result: NetworkResult;
  readonly steps: ChoiceSteps;
  /** Patches are still to come. */
  readonly waiting: boolean;
  readonly files: ShownFiles;
  readonly fileName: string;
}

const CARDS = [
  { value: 'features', text: 'Features' },
  { value: 'activations', text: 'Activations' },
] as const;
const SIGNS = [
  { value: 'both', text: 'Both signs' },
  { value: 'positive', text: 'Positive' },
  { value: 'negative', text: 'Negative' },
] as const;
const SHARES = [0.1, 0.25, 0.5, 1];

export function NetworkControls(props: NetworkControlsProps): VNode {
  const { viewer, facts, result, steps, waiting, files, fileName } = props;
  const { choice, change } = steps;
  const showFacet = (facet: number | null): void => {
    change({ facet });
    const pinned = viewer.classes.peek() ?? [];
    if (facet !== null && !pinned.includes(facet)) viewer.classes.value = togglePinned(pinned, facet);
  };
  const shares = [...new Set([...SHARES, choice.strongest])].sort((a, b) => a - b);
  const all = result.stages.map(({ id }) => id);
  const areOpen = all.length > 0 && all.every((id) => choice.stages.includes(id));
  return (
    <div class="network-controls">
      <Labelled name="Clusters show">
        <Dropdown label="Clusters show" value={choice.cards} options={CARDS} onChange={(cards) => change({ cards })} />
      </Labelled>
      <Labelled name="Weights">
        <Dropdown
          label="Sign of the weights"
          value={choice.signs}
          options={SIGNS}
          onChange={(signs) => change({ signs })}
        />
        <Dropdown
          label="Share of the edges"
          value={String(choice.strongest)}
          options={shares.map((share) => ({
            value: String(share),
            text: share === 1 ? 'all' : `strongest ${Math.round(100 * share)} %`,
          }))}
          onChange={(share) => change({ strongest: Number(share) })}
        />
      </Labelled>
      {facts.classCount > 0 && (
        <Labelled name="Facet">
          <Dropdown
            label="Single class"
            value={choice.facet === null ? 'all' : String(choice.facet)}
            options={[
              { value: 'all', text: 'all classes' },
              ...facts.classNames.map((name, k) => ({ value: String(k), text: name })),
            ]}
            onChange={(facet) => showFacet(facet === 'all' ? null : Number(facet))}
          />
        </Labelled>
      )}
      {all.length > 0 && (
        <Button secondary onClick={() => change({ stages: areOpen ? [] : all })}>
          {areOpen ? 'Close stages' : 'Expand stages'}
        </Button>
      )}
      {(steps.canUndo || steps.canRedo) && (
        <>
          <Button secondary disabled={!steps.canUndo} onClick={steps.undo}>
            Undo
          </Button>
          <Button secondary disabled={!steps.canRedo} onClick={steps.redo}>
            Redo
          </Button>
        </>
      )}
      {waiting && choice.cards === 'features' && (
        <span class="quiet network-waiting">
          <ProgressRing /> cutting patches
        </span>
      )}
      <SaveLinks title="the network" files={files} fileName={fileName} onSave={(file) => void viewer.save(file)} />
    </div>
  );
}
