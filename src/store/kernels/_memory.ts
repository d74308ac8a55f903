// Where the store's kernels keep what they work on, in a memory that is theirs alone.

/** 16 tables of 256 checksums. */
export const TABLES: usize = 0;
/** Blocks of 16 bytes before DATA that stay zero: what the folding of the first blocks looks back upon. */
export const DATA: usize = 20480;
/** What one call takes: values of 4 bytes, whose halves lie after them. */
export const CAPACITY: usize = 262144;
export const HALVES: usize = DATA + CAPACITY;
