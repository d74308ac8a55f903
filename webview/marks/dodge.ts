/** Keeps labels apart: places on a line as near as may be to where they want to be. */

/**
 * Centres of labels of the given heights so that none overlap and all lie in low…high (if they fit at
 * all), moved as little as possible: overlapping neighbours become one block that sits at the mean of
 * what its members want (pool adjacent violators).
 */
export function dodge(wanted: readonly number[], heights: readonly number[], low: number, high: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || a - b);
  interface Block {
    members: number[];
    /** Sum over members of the block's top that each would choose. */
    topSum: number;
    height: number;
  }
  const top = (block: Block): number => {
    const free = block.topSum / block.members.length;
    return Math.max(low, Math.min(high - block.height, free));
  };
  const blocks: Block[] = [];
  for (const i of order) {
    let block: Block = { members: [i], topSum: wanted[i] - heights[i] / 2, height: heights[i] };
    for (let before = blocks.at(-1); before && top(before) + before.height > top(block); before = blocks.at(-1)) {
      blocks.pop();
      block = {
        members: [...before.members, ...block.members],
        topSum: before.topSum + block.topSum - block.members.length * before.height,
        height: before.height + block.height,
      };
    }
    blocks.push(block);
  }
  const centres = new Array<number>(wanted.length).fill(0);
  for (const block of blocks) {
    let y = top(block);
    for (const i of block.members) {
      centres[i] = y + heights[i] / 2;
      y += heights[i];
    }
  }
  return centres;
}
