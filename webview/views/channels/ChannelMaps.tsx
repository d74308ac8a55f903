/** The chosen channel's maps under the inputs they are of, and what of each input they answer to (deconvnet). */
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeconvnetResult } from '../../../src/protocol/deconvnet.js';
import { ChartFrame } from '../../chart/ChartFrame.js';
import { Button, ProgressRing } from '../../controls/controls.js';
import { memo } from '../../hooks/memo.js';
import { useStable } from '../../hooks/useStable.js';
import { layerLabel } from '../../text/layerLabel.js';
import { shortWords } from '../../text/words.js';
import { wholeOr } from '../../state/facts.js';
import { latest, type Loadable } from '../../state/loadable.js';
import { fileName } from '../query/results/chartParts.js';
import { PageButton } from './ChannelBoxes.js';
import type { ChannelsProps } from './ChannelsView.js';
import { MapControls } from './MapControls.js';
import { MapRows } from './MapRows.js';
import {
  FIRST_MAPS,
  useMaps,
  useProjections,
  useSamples,
  type AskedProjections,
  type Maps,
  type MapsChoice,
} from './mapQuestions.js';
import { placeText, unitOf } from './unitPlace.js';
import { mapsCsv, mapsWords, numberWords, projectionWords } from './mapWords.js';

/** Maps are read from disk: they are of the epoch at which the slider rests. */
export function ChannelMaps(props: ChannelsProps): VNode {
  return <MapsAt {...props} epoch={wholeOr(props.facts, props.viewer.restedEpoch.value)} />;
}

/** Drawn again when the slider rests, not at every epoch that it passes. */
const MapsAt = memo((props: ChannelsProps & { readonly epoch: number }): VNode => {
  const { viewer, facts, choice, onChoice } = props;
  const [set, setSet] = useState(0);
  const maps = choice.maps ?? FIRST_MAPS;
  const layer = facts.layers[choice.layer];
  const shown = useSamples(props, maps, set);
  const asked = useMaps(props, maps, shown);
  const projected = useProjections(props, unitOf(maps.unit, layer.mapShape), shown);
  const projection = matching(latest(projected.value), latest(asked.value), choice.channel);
  const answer: Loadable<Maps> = shown?.state.state === 'failed' ? shown.state : asked.value;
  const place = useRef<HTMLDivElement>(null);
  const wanted = maps.epochs?.join() ?? '';
  const isDrawn = answer.state === 'done';
  // Maps of chosen epochs are what somebody came for, and stand below the channels' boxes.
  useEffect(() => {
    if (wanted !== '' && isDrawn) place.current?.scrollIntoView({ block: 'nearest' });
  }, [wanted, isDrawn]);
  const onMaps = (change: Partial<MapsChoice>): void => {
    setSet(0);
    onChoice({ maps: { ...maps, ...change } });
  };
  const onSample = useStable((sample: number): void => viewer.select({ sample }));
  const onUnit = useStable((place: readonly number[]): void => onChoice({ maps: { ...maps, unit: placeText(place) } }));
  return (
    <div class="channel-maps" ref={place}>
      <MapControls {...props} maps={maps} onMaps={onMaps} />
      <ChartFrame<Maps>
        title="Feature maps"
        answer={answer}
        invitation={shown && shown.samples.length === 0 ? 'None of the selected samples has recorded maps.' : ''}
        finding={(value) => mapsWords(value, shown?.activations ?? null)}
        caption={({ rows }) => (
          <>
            {`map ${numberWords(rows[0].stack.minimum)} to ${numberWords(rows[0].stack.maximum)}, same scale; darker means higher activation; hatched: not a number. `}
            {projection && projectionWords(projection)}
            {shown && shown.sets > 1 && <Pages set={set} sets={shown.sets} onSet={setSet} />}
          </>
        )}
        captionBelow
        csv={(value) => mapsCsv(value, projection)}
        fileName={fileName(facts, `${layer.name}-channel-${choice.channel}-maps`)}
        onSave={(file) => void viewer.save(file)}
        onRetry={asked.retry}
        draw={(value) => (
          <MapRows
            maps={value}
            projection={projection}
            classNames={facts.classNames}
            name={`${shortWords(layerLabel(layer), 40)} channel ${choice.channel}`}
            chosen={viewer.selected.value.sample}
            mapShape={layer.mapShape}
            onSample={onSample}
            onUnit={onUnit}
          />
        )}
      />
      {maps.unit !== 'none' && <ProjectionState projected={projected} />}
    </div>
  );
});

/** A projection of other samples, as while new ones are loading, would stand under the wrong inputs. */
function matching(projection: DeconvnetResult | null, maps: Maps | null, channel: number): DeconvnetResult | null {
  if (!projection || !maps || projection.channel !== channel || projection.epoch !== maps.epoch) return null;
  const samples = projection.projections.map(({ sample }) => sample).join();
  return samples === maps.samples.join() ? projection : null;
}

function Pages({ set, sets, onSet }: { set: number; sets: number; onSet: (set: number) => void }): VNode {
  return (
    <span class="pages">
      <PageButton label="Previous samples" text="‹" onClick={() => onSet((set + sets - 1) % sets)} />
      set {(set % sets) + 1} of {sets}
      <PageButton label="Next samples" text="›" onClick={() => onSet((set + 1) % sets)} />
    </span>
  );
}

/** How far it is, how to stop it, and why there is none. */
function ProjectionState({ projected }: { projected: AskedProjections }): VNode | null {
  const { value, retry, cancel } = projected;
  switch (value.state) {
    case 'loading':
      return (
        <p class="projection-state" role="status">
          <ProgressRing /> Projecting back to the input
          {value.progress ? ` · ${Math.round(100 * value.progress.fraction)} %` : '…'}{' '}
          <button class="link" onClick={cancel}>
            Cancel
          </button>
        </p>
      );
    case 'failed':
      return (
        <p class="projection-state" role="status">
          <b>No deconvnet:</b> {value.failure.wrong}. {value.failure.tryThis}{' '}
          <Button secondary onClick={retry}>
            Try again
          </Button>
        </p>
      );
    case 'cancelled':
      return (
        <p class="projection-state" role="status">
          The deconvnet was cancelled.{' '}
          <button class="link" onClick={retry}>
            Compute it
          </button>
        </p>
      );
    default:
      return null;
  }
}
