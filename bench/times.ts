/** Wall and processor time of work that is done several times: load on the machine stretches the first alone. */

/** Milliseconds. */
export interface Times {
  readonly wall: number;
  /** Of all threads, user and system. */
  readonly cpu: number;
}

/** The least of each over `repeats` runs. */
export async function leastTimes(repeats: number, run: () => Promise<void> | void): Promise<Times> {
  let [wall, cpu] = [Infinity, Infinity];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const before = process.cpuUsage();
    const begin = performance.now();
    await run();
    wall = Math.min(wall, performance.now() - begin);
    const { user, system } = process.cpuUsage(before);
    cpu = Math.min(cpu, (user + system) / 1000);
  }
  return { wall, cpu };
}
