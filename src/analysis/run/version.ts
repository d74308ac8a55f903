/** Which code computed a number: part of every provenance, and of every cached result's key. */

/** Put in by the build; absent where the sources run as they are. */
declare const CNNSLICER_VERSION: string | undefined;

/** One more whenever the same slice gives another number than before: cached results are then not used. */
const REVISION = 7;

export const ANALYSIS_VERSION = `${typeof CNNSLICER_VERSION === 'string' ? CNNSLICER_VERSION : 'source'}+${REVISION}`;
