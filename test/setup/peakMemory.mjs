import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has had, in bytes. Not `resourceUsage().maxRSS` where there is a better source: on
 * Linux it is at least what the process that started this one had.
 */
export function peakMemory() {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
