/** What a control experiment takes away, from how many probes, and the button that begins it. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { FEWEST_CONTROL_PROBES, MASKS, USUAL_CONTROL_PROBES, type Mask } from '../../../src/protocol/control.js';
import { Button, Checkbox, Dropdown } from '../../controls/controls.js';
import type { CompareChoice } from '../../../src/protocol/compare.js';

type Asked = NonNullable<CompareChoice['control']>;

export interface ControlGuideProps {
  /** What is in sight; null before anything was asked. */
  readonly asked: Asked | null;
  readonly probeCount: number;
  readonly busy: boolean;
  /** Null ends what is being computed. */
  readonly onAsk: (asked: Asked | null) => void;
}

const MASK_WORDS: Readonly<Record<Mask, string>> = {
  foreground: 'the object',
  background: 'the background',
  noise: 'everything: noise',
};

export function ControlGuide({ asked, probeCount, busy, onAsk }: ControlGuideProps): VNode {
  const counts = probeCounts(probeCount);
  const [draft, setDraft] = useState<Asked>(
    asked ?? {
      samples: counts.find((n) => n >= USUAL_CONTROL_PROBES) ?? counts.at(-1) ?? USUAL_CONTROL_PROBES,
      masks: [...MASKS],
    },
  );
  const isAsked = asked !== null && JSON.stringify(asked) === JSON.stringify(draft);
  const put = (mask: Mask, on: boolean): void => {
    const masks = MASKS.filter((one) => (one === mask ? on : draft.masks.includes(one)));
    if (masks.length !== draft.masks.length) setDraft({ ...draft, masks });
  };
  return (
    <div class="control-guide" role="group" aria-label="Part removed from the probes">
      <span class="quiet">Remove</span>
      {MASKS.map((mask) => (
        <Checkbox key={mask} checked={draft.masks.includes(mask)} onChange={(on) => put(mask, on)}>
          {MASK_WORDS[mask]}
        </Checkbox>
      ))}
      <span class="quiet">from the first</span>
      <Dropdown
        label="Probes of the control experiment"
        value={String(draft.samples)}
        options={[...new Set([...counts, draft.samples])].map((n) => ({ value: String(n), text: `${n} probes` }))}
        onChange={(text) => setDraft({ ...draft, samples: Number(text) })}
      />
      {busy ? (
        <Button secondary onClick={() => onAsk(null)}>
          Cancel the experiment
        </Button>
      ) : (
        <Button secondary={asked !== null} disabled={draft.masks.length === 0 || isAsked} onClick={() => onAsk(draft)}>
          Mask and compare
        </Button>
      )}
    </div>
  );
}

/** A few numbers of probes, from the fewest that say anything to all. */
function probeCounts(all: number): number[] {
  const some = [100, 200, USUAL_CONTROL_PROBES, 1000].filter((n) => n < all);
  return [...some, Math.max(FEWEST_CONTROL_PROBES, all)];
}
