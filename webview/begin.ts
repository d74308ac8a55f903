/** Loaded before the views in a plain browser: asks what the run is while they are still being read. */
import { begin } from './host/begun.js';
import { takeToken } from './host/token.js';

begin(takeToken(window));
