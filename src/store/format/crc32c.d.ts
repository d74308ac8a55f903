/** The half of the `crc-32` package that its own types leave out. */
declare module 'crc-32/crc32c.js' {
  const table: {
    /** Signed 32-bit CRC-32C of `bytes`, continued from `seed`. */
    buf(bytes: Uint8Array, seed?: number): number;
  };
  export default table;
}
