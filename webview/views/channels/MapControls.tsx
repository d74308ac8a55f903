/** Which samples' maps are in sight, over which epochs, and what of them goes back to the input. */
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { keptSampleCount } from '../../../src/protocol/keptMaps.js';
import { Checkbox, Dropdown } from '../../controls/controls.js';
import { shortWords } from '../../text/words.js';
import type { ChannelsProps } from './ChannelsView.js';
import type { MapsChoice } from './mapQuestions.js';
import { sampleChoice, sampleNumbers } from './mapSamples.js';

export interface MapControlsProps extends ChannelsProps {
  readonly maps: MapsChoice;
  readonly onMaps: (change: Partial<MapsChoice>) => void;
}

const NUMBERS = 'numbers';

export function MapControls({ facts, choice, maps, onMaps }: MapControlsProps): VNode {
  const kept = keptSampleCount(facts.description.manifest, choice.layer);
  const known = sampleChoice(maps.samples, facts.classCount, kept) ?? { kind: 'classes' as const };
  const value = known.kind === 'numbers' ? NUMBERS : known.kind === 'class' ? maps.samples : known.kind;
  const isPlace = /^\d/.test(maps.unit);
  const choose = (next: string): void => onMaps({ samples: next === NUMBERS ? '0' : next });
  return (
    <div class="map-controls" role="group" aria-label="Visible feature maps">
      <Dropdown
        label="Samples"
        value={value}
        options={[
          { value: 'classes', text: facts.classCount > 0 ? 'One of each class' : 'In order' },
          { value: 'strongest', text: 'Strongest activation' },
          { value: NUMBERS, text: 'By number' },
          ...facts.classNames.map((name, i) => ({ value: `class ${i}`, text: `Class ${shortWords(name, 24)}` })),
        ]}
        onChange={choose}
      />
      {known.kind === 'numbers' && (
        <NumbersField text={maps.samples} kept={kept} onNumbers={(samples) => onMaps({ samples })} />
      )}
      <Dropdown
        label="Deconvnet of"
        value={maps.unit}
        options={[
          { value: 'strongest', text: 'Deconvnet of the strongest activation' },
          { value: 'map', text: 'Deconvnet of the whole map' },
          { value: 'none', text: 'No deconvnet' },
          ...(isPlace
            ? [{ value: maps.unit, text: `Deconvnet of the unit at ${maps.unit.replaceAll('.', ', ')}` }]
            : []),
        ]}
        onChange={(unit) => onMaps({ unit })}
      />
      <Checkbox
        checked={maps.overEpochs}
        onChange={(overEpochs) => overEpochs !== maps.overEpochs && onMaps({ overEpochs, epochs: undefined })}
      >
        over epochs
      </Checkbox>
    </div>
  );
}

interface NumbersFieldProps {
  readonly text: string;
  readonly kept: number;
  readonly onNumbers: (text: string) => void;
}

/** Takes effect with Enter or when it is left; what cannot be read stays, and says so. */
function NumbersField({ text, kept, onNumbers }: NumbersFieldProps): VNode {
  const [draft, setDraft] = useState(text);
  useEffect(() => setDraft(text), [text]);
  const sound = sampleNumbers(draft, kept) !== null;
  const take = (): void => {
    if (sound && draft !== text) onNumbers(draft);
  };
  return (
    <input
      class="sample-numbers"
      aria-label={`Sample numbers below ${kept}, such as 4, 8, 15–17`}
      title={`Numbers below ${kept}: 4, 8, 15–17`}
      aria-invalid={!sound}
      value={draft}
      size={14}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && take()}
      onBlur={take}
    />
  );
}
