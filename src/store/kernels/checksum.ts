// CRC-32C of bytes at DATA. Most of it is folding: with y = x^128,
//
//     y^209 + y^144 + y^54 + y^39 + y^14 + 1 = 0  modulo the Castagnoli polynomial,
//
// so a block of 16 bytes may be removed from the front of a message when it is added (xor) to the blocks that follow
// at distances 65, 155, 170, 195 and 209. That leaves 209 blocks, whose checksum is taken from tables, 16 bytes at a
// time. The relation is the shortest with six terms; test/store/storeKernels.test.ts shows that it holds.
import { CAPACITY, DATA, HALVES, TABLES } from './_memory';

const WINDOW: usize = 209;
const BLOCK: usize = 16;

export function dataAddress(): usize {
  return DATA;
}

export function halvesAddress(): usize {
  return HALVES;
}

export function capacity(): usize {
  return CAPACITY;
}

/** Fills the tables; to be called once. */
export function prepareChecksums(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0x82f63b78 : rest >>> 1;
    store<u32>(TABLES + (byte << 2), rest);
  }
  for (let table: u32 = 1; table < 16; table++) {
    for (let byte: u32 = 0; byte < 256; byte++) {
      const before = entry(table - 1, byte);
      store<u32>(TABLES + (table << 10) + (byte << 2), (before >>> 8) ^ entry(0, before));
    }
  }
}

/** Of `length` bytes at DATA, 4 or more, after what `seed` is the checksum of. Overwrites them. */
export function checksum(length: usize, seed: u32): u32 {
  store<u32>(DATA, load<u32>(DATA) ^ ~seed);
  const blocks = length / BLOCK;
  let at = DATA;
  if (blocks > 2 * WINDOW) {
    at = DATA + (blocks - WINDOW) * BLOCK;
    fold(DATA, at);
    foldLast(at);
  }
  return ~fromTables(at, DATA + length);
}

@inline
function entry(table: u32, byte: u32): u32 {
  return load<u32>(TABLES + (table << 10) + ((byte & 255) << 2));
}

@inline
function before(at: usize, blocks: usize): v128 {
  return v128.load(at - blocks * BLOCK);
}

@inline
function foldBlock(at: usize): void {
  const far = v128.xor(before(at, 209), before(at, 195));
  const middle = v128.xor(before(at, 170), before(at, 155));
  v128.store(at, v128.xor(v128.xor(v128.load(at), before(at, 65)), v128.xor(far, middle)));
}

function fold(from: usize, to: usize): void {
  let at = from;
  for (; at + 4 * BLOCK <= to; at += 4 * BLOCK) {
    foldBlock(at);
    foldBlock(at + BLOCK);
    foldBlock(at + 2 * BLOCK);
    foldBlock(at + 3 * BLOCK);
  }
  for (; at < to; at += BLOCK) foldBlock(at);
}

/** The window itself takes what was folded before it, and is not folded. */
function foldLast(at: usize): void {
  addShifted(at, 65);
  addShifted(at, 155);
  addShifted(at, 170);
  addShifted(at, 195);
  addShifted(at, 209);
}

function addShifted(at: usize, distance: usize): void {
  for (let to = at; to < at + distance * BLOCK; to += BLOCK)
    v128.store(to, v128.xor(v128.load(to), before(to, distance)));
}

/** The register, not inverted, after the bytes; it begins at 0. */
function fromTables(from: usize, to: usize): u32 {
  let rest: u32 = 0;
  let at = from;
  for (; at + BLOCK <= to; at += BLOCK) {
    const a = load<u32>(at) ^ rest;
    const b = load<u32>(at, 4);
    const c = load<u32>(at, 8);
    const d = load<u32>(at, 12);
    rest = word(15, a) ^ word(11, b) ^ word(7, c) ^ word(3, d);
  }
  for (; at < to; at++) rest = (rest >>> 8) ^ entry(0, rest ^ load<u8>(at));
  return rest;
}

@inline
function word(first: u32, value: u32): u32 {
  return entry(first, value) ^ entry(first - 1, value >>> 8) ^ entry(first - 2, value >>> 16) ^ entry(first - 3, value >>> 24);
}
