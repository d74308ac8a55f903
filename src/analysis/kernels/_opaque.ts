/** Keeps vectors that a loop needs in registers. */

/**
 * The same vector, whose origin the compiler cannot see. V8 moves what makes a constant or a splat into
 * the loop that uses it and makes it anew at every turn: that took half of the time of binning. `scratch`
 * is 16 bytes that may be overwritten.
 */
export function opaque(vector: v128, scratch: usize): v128 {
  v128.store(scratch, vector);
  return v128.load(scratch);
}
