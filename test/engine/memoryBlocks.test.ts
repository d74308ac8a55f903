/** Shared memories stay under their limit, are used again, and are granted in order. */
import assert from 'node:assert/strict';
import { MemoryBlocks, type MemoryBlock } from '../../src/analysis/memory/memoryBlocks.js';
import { webAssembly } from '../../src/analysis/memory/webAssembly.js';
import { Failure } from '../../src/protocol/failure.js';

const MEGABYTE = 2 ** 20;
const never = new AbortController().signal;
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

function startBlocks(limit: number) {
  const forgotten: number[] = [];
  const blocks = new MemoryBlocks(limit, (block) => forgotten.push(block));
  const granted: number[] = [];
  const acquire = async (megabytes: number, signal: AbortSignal = never): Promise<MemoryBlock> => {
    const block = await blocks.acquire(megabytes * MEGABYTE, signal);
    block.regions.allocate(megabytes * MEGABYTE);
    granted.push(megabytes);
    return block;
  };
  return { blocks, acquire, granted, forgotten };
}

describe('memory blocks', () => {
  it('are used again', async () => {
    const { blocks, acquire } = startBlocks(10 * MEGABYTE);
    const first = await acquire(4);
    blocks.release(first);
    assert.equal((await acquire(3)).id, first.id);
  });
  it('wait until there is room, in order', async () => {
    const { blocks, acquire, granted } = startBlocks(10 * MEGABYTE);
    const first = await acquire(8);
    const second = acquire(6);
    const third = acquire(1);
    await tick();
    assert.deepEqual(granted, [8], 'a small one does not overtake a large one');
    blocks.release(first);
    blocks.release(await second);
    await third;
    assert.deepEqual(granted, [8, 6, 1]);
  });
  it('that are idle are let go when others need their room', async () => {
    const { blocks, acquire, forgotten } = startBlocks(10 * MEGABYTE);
    const [small, large] = [await acquire(3), await acquire(5)];
    blocks.release(small);
    blocks.release(large);
    const next = await acquire(9);
    assert.deepEqual([next.id, forgotten], [large.id, [small.id]]);
  });
  it('begin empty each time', async () => {
    const { blocks, acquire } = startBlocks(10 * MEGABYTE);
    const first = await acquire(4);
    const start = first.start;
    blocks.release(first);
    assert.equal((await blocks.acquire(MEGABYTE, never)).regions.allocate(64), start);
  });
  it('larger than the limit are refused with what is allowed', async () => {
    const { acquire } = startBlocks(10 * MEGABYTE);
    await assert.rejects(
      acquire(11),
      (error) => error instanceof Failure && /11 MiB of memory; the limit is 10 MiB/.test(error.wrong),
    );
  });
  it('are no longer waited for by the cancelled, and the next gets its turn', async () => {
    const { blocks, acquire, granted } = startBlocks(10 * MEGABYTE);
    const first = await acquire(5);
    const controller = new AbortController();
    const given = acquire(9, controller.signal);
    const next = acquire(2);
    controller.abort();
    await assert.rejects(given, (error) => error instanceof Failure && error.kind === 'cancelled');
    await next;
    assert.deepEqual(granted, [5, 2]);
    blocks.release(first);
  });
  it('of which the system refuses another are waited for, and refused where there is none', async () => {
    const { blocks, acquire, granted } = startBlocks(10 * MEGABYTE);
    const first = await acquire(2);
    const { Memory } = webAssembly;
    webAssembly.Memory = function () {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    } as never; // it is only ever called with `new`
    try {
      const second = acquire(2);
      await tick();
      assert.deepEqual(granted, [2], 'the second waits for the first');
      blocks.release(first);
      assert.equal((await second).id, first.id);
      const refused = startBlocks(10 * MEGABYTE).acquire(2);
      await assert.rejects(refused, (error) => error instanceof Failure && error.kind === 'environment');
    } finally {
      webAssembly.Memory = Memory;
    }
  });
});
