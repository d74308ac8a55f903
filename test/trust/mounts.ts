/**
 * File systems made for a test: a small tmpfs, a read-only bind mount, an ext4 image that can lose its power.
 * They need root and a kernel that mounts; where that is refused, `mountMissing` says so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Mounted {
  readonly folder: string;
  /** With other options from now on. */
  remount(options: string): void;
  remove(): void;
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'cnnslicer-mount-'));

const quietly = (command: string, ...args: readonly string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

function mounted(folder: string): Mounted {
  return {
    folder,
    remount: (options) => quietly('mount', '-o', `remount,${options}`, folder),
    remove: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `options`: "size=64k", "nr_inodes=20". */
export function tmpfs(options: string): Mounted {
  const folder = newFolder();
  quietly('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
  return mounted(folder);
}

export function readOnlyBind(source: string): Mounted {
  const folder = newFolder();
  quietly('mount', '--bind', source, folder);
  const bind = mounted(folder);
  bind.remount('ro,bind');
  return bind;
}

let missing: string | null | undefined;

/** Why nothing can be mounted here; null where it can. */
export function mountMissing(): string | null {
  return (missing ??= reasonAgainst(() => tmpfs('size=64k').remove()));
}

function reasonAgainst(attempt: () => void): string | null {
  if (process.platform !== 'linux') return 'mounts are tried on Linux alone';
  try {
    attempt();
    return null;
  } catch (error) {
    return `this machine refuses: ${(error as Error).message.trim().split('\n').at(-1)}`;
  }
}

/** _IOR('X', 125, __u32), and EXT4_GOING_FLAGS_NOLOGFLUSH: the journal in memory is lost, as in a power cut. */
const CUT =
  'my $flags = pack("I", 2); open F, "<", $ARGV[0] or die; ioctl(F, 0x8004587D, $flags) or die "shutdown: $!"';

/** An ext4 file system in a file of its own. */
export class PowerlessDisk {
  readonly #image: string;
  readonly folder: string;

  constructor(mebibytes = 16) {
    const place = newFolder();
    this.#image = join(place, 'image');
    this.folder = join(place, 'disk');
    mkdirSync(this.folder);
    quietly('fallocate', '-l', `${mebibytes}M`, this.#image);
    quietly('mkfs.ext4', '-q', '-F', this.#image);
    this.start();
  }

  /** What the machine finds when it is on again. The journal is written on request, or every five minutes. */
  start(): void {
    quietly('mount', '-o', 'loop,commit=300', this.#image, this.folder);
  }

  /** Power off: nothing that has not reached the disk does so any more; every later operation fails. */
  cut(): void {
    quietly('perl', '-e', CUT, this.folder);
  }

  stop(): void {
    quietly('umount', this.folder);
  }

  remove(): void {
    spawnSync('umount', ['-l', this.folder]);
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }
}

let powerMissing: string | null | undefined;

/** Why no power can be cut here; null where it can. */
export function powerCutMissing(): string | null {
  return (powerMissing ??= mountMissing() ?? reasonAgainst(tryCut));
}

function tryCut(): void {
  const disk = new PowerlessDisk(8);
  try {
    disk.cut();
  } finally {
    disk.remove();
  }
}
