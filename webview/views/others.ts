/** The views that a page does not open with: one file of the build, read when one of them is shown or the page rests. */
import type { View, ViewEntry } from './views.js';
import { ChannelsView } from './channels/ChannelsView.js';
import { CompareView } from './compare/CompareView.js';
import { InformationView } from './information/InformationView.js';
import { LayersView } from './layers/LayersView.js';
import { NetworkView } from './network/NetworkView.js';
import { TrainingView } from './training/TrainingView.js';

export const OTHER_VIEWS: Readonly<Record<Exclude<ViewEntry['id'], 'query'>, View>> = {
  training: TrainingView,
  layers: LayersView,
  channels: ChannelsView,
  network: NetworkView,
  information: InformationView,
  compare: CompareView,
};
