/** How much is recorded and how much of it is under way, whatever the framework. */

/** Of the largest layer's activations, which its kept maps may be. */
export const LAYER_BYTES = 512 * 2 ** 20;
/** Activations on their way to the writer. */
export const UNDER_WAY_BYTES = 128 * 2 ** 20;
export const EPOCHS_UNDER_WAY = 2;

/** Training inputs whose entropy can be computed afterwards; all that a run of a group trains on. */
export const TRAINING_SAMPLE = 1000;
