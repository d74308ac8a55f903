/** The views that exist. A new one is a folder under views/ and a line here. */
import type { ComponentType } from 'preact';
import type { ViewState } from '../../src/protocol/viewer.js';
import type { RunFacts } from '../state/facts.js';
import type { Viewer } from '../state/viewer.js';
import { ChannelsView } from '../views/channels/ChannelsView.js';
import { InformationView } from '../views/information/InformationView.js';
import { CompareView } from '../views/compare/CompareView.js';
import { LayersView } from '../views/layers/LayersView.js';
import { NetworkView } from '../views/network/NetworkView.js';
import { QueryView } from '../views/query/QueryView.js';
import { TrainingView } from '../views/training/TrainingView.js';

export interface ViewProps {
  readonly viewer: Viewer;
  readonly facts: RunFacts;
}

export interface ViewEntry {
  readonly id: ViewState['view'];
  readonly title: string;
  readonly component: ComponentType<ViewProps>;
}

export const VIEW_ENTRIES: readonly ViewEntry[] = [
  { id: 'query', title: 'Query', component: QueryView },
  { id: 'training', title: 'Training', component: TrainingView },
  { id: 'layers', title: 'Layers', component: LayersView },
  { id: 'channels', title: 'Channels', component: ChannelsView },
  { id: 'network', title: 'Network', component: NetworkView },
  { id: 'information', title: 'Information', component: InformationView },
  { id: 'compare', title: 'Compare', component: CompareView },
];
