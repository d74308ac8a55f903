/**
 * Row 27, in the editor: the extension host is killed while a view asks. What was shown stays and says so where nobody
 * answers it; when the host is back – started again, or with the window's reload – the view is as it was, with the
 * numbers of a window that nobody disturbed, and answers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KilledHosts, type Chosen } from '../killedHosts.js';
import { reason, upTo, type Control, type NotTried, type Part, type TrustRow } from '../row.js';
import { reasonAgainst } from './restrictedMode.js';

const VIEWS = ['Training', 'Layers', 'Channels', 'Information'];
const EPOCHS = 4;
const STEP_MS = 90_000;
/** One round in so many goes by a reload of the window, the others by the restart of the host. */
const RELOADS_EVERY = 10;
/** In one round of so many the page is given the time to say that nobody answers. */
const SILENCES_EVERY = 5;
/** What was chosen longer ago than this is known to the window and to the next host. */
const KEPT_MS = 1500;

type Broken = 'the window forgets' | 'the new host does nothing' | null;

/** What each view says at each epoch while nobody disturbs it. */
async function undisturbed(window: KilledHosts): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  await window.orderByIndex();
  for (const view of VIEWS)
    for (const epoch of upTo(EPOCHS)) {
      await window.choose({ view, epoch });
      texts.set(keyOf({ view, epoch }), await window.settledText());
    }
  if (new Set(texts.values()).size !== texts.size) throw new Error('two epochs of a view say the same');
  return texts;
}

const keyOf = ({ view, epoch }: Chosen): string => `${view} at epoch ${epoch}`;

class Round {
  readonly violations: string[] = [];
  /** That nobody answers was on the screen. */
  said = false;

  constructor(
    readonly window: KilledHosts,
    readonly texts: ReadonlyMap<string, string>,
    readonly at: number,
  ) {}

  #wrong(what: string): void {
    this.violations.push(`round ${this.at}: ${what}`);
  }

  async #says(what: string, allowed: readonly Chosen[]): Promise<Chosen | null> {
    const said = await this.window.comesToSay(allowed.map((one) => this.texts.get(keyOf(one)) ?? ''));
    const chosen = allowed.find((one) => this.texts.get(keyOf(one)) === said) ?? null;
    if (!chosen)
      this.#wrong(`${what}: not ${allowed.map(keyOf).join(' or ')}, but ${(await this.window.text()).slice(0, 300)}`);
    return chosen;
  }

  /** False where the window cannot be driven any more, which is a violation of its own; a picture of it is kept. */
  async isOver(broken: Broken): Promise<boolean> {
    try {
      await this.run(broken);
      return true;
    } catch (error) {
      this.#wrong(`broke down, see ${await this.window.picture(`round-${this.at}`)}: ${reason(error)}`);
      return false;
    }
  }

  /** A question is asked, the host killed before, during or after its answer, and brought back. */
  async run(broken: Broken): Promise<void> {
    const { window, at } = this;
    const view = VIEWS[at % VIEWS.length] ?? 'Training';
    const before: Chosen = { view, epoch: at % EPOCHS };
    const after: Chosen = { view, epoch: (at + 1) % EPOCHS };
    await window.choose(before);
    await this.#says('before the kill', [before]);
    await sleep(KEPT_MS);
    const old = await window.pages();
    await window.toEpoch(after.epoch);
    const waited = 100 * ((7 * at) % 20);
    await sleep(waited);
    if (window.kill() === 0) this.#wrong('there was no host');
    await sleep(300);
    if (!(await window.stands(view))) this.#wrong(`${view} went with the host`);
    if (at % SILENCES_EVERY === SILENCES_EVERY - 2) await this.#isTold();
    await this.#bringBack(old, broken);
    // The keys of the slider pass over other epochs: what had not rested may be any of them.
    const now = await this.#says(
      'afterwards',
      waited >= KEPT_MS ? [after] : upTo(EPOCHS).map((epoch) => ({ view, epoch })),
    );
    if (!now) return;
    const next: Chosen = { view, epoch: (now.epoch + 1) % EPOCHS };
    await window.toEpoch(next.epoch);
    await this.#says('asked anew', [next]);
    if (!(await window.stands(view))) this.#wrong(`${view} says that something failed`);
  }

  async #isTold(): Promise<void> {
    const said = await this.window.saysThatItsHostIsSilent();
    if (said === false) this.#wrong('nobody was told that the host is gone');
    this.said ||= said === true;
  }

  async #bringBack(old: readonly string[], broken: Broken): Promise<void> {
    const { window, at } = this;
    if (broken === 'the window forgets' || (!broken && at % RELOADS_EVERY === RELOADS_EVERY - 1)) {
      if (broken) await window.forget();
      return window.reload();
    }
    if (!(await window.restarted())) this.#wrong('the host was not started again');
    if (broken) window.stopHost();
    if (!(await window.replaced(old))) this.#wrong('the panel was not taken over');
  }
}

interface Killed {
  readonly violations: readonly string[];
  /** Rounds in which the page said that nobody answers. */
  readonly told: number;
}

/** `broken`: on purpose, one round. */
async function kills(count: number, broken: Broken = null): Promise<Killed> {
  const window = await KilledHosts.open(STEP_MS);
  try {
    const texts = await undisturbed(window);
    if (broken) window.stepMs = STEP_MS / 3;
    const rounds = upTo(count).map((at) => new Round(window, texts, at));
    for (const round of rounds) if (!(await round.isOver(broken))) break;
    const violations = rounds.flatMap((round) => round.violations);
    return { violations, told: rounds.filter(({ said }) => said).length };
  } finally {
    await window.close();
  }
}

async function reasonOf(full: boolean): Promise<string | null> {
  return full ? reasonAgainst() : 'the workbench is started with --full alone';
}

export const hostKills: TrustRow = {
  number: 27,
  what: 'extension host killed during a request of a view',
  promise:
    'what was shown stays, and says that nobody answers; when the host is back the view is as it was and answers',
  goal: '100 kills',
  onlyFull: true,
  async *check(effort): AsyncGenerator<Part, void, void> {
    const count = Number(process.env['CNNSLICER_HOST_KILLS_COUNT'] ?? 100);
    const skipped = await reasonOf(effort.full);
    if (skipped !== null) return yield { what: 'kills of the host', skipped };
    const { violations, told } = await kills(count);
    const reloads = Math.floor(count / RELOADS_EVERY);
    const what = `kills of the host (${count - reloads} ended by its restart, ${reloads} by a reload of the window; in ${told} rounds the page had time to say that nothing answers)`;
    const untold = told === 0 && count >= RELOADS_EVERY ? ['no page ever said that nobody answers it'] : [];
    yield { what, count, violations: [...violations, ...untold] };
  },
  async control(effort): Promise<Control | NotTried> {
    const what = 'a window that keeps no state; a new host that does nothing';
    const skipped = await reasonOf(effort.full);
    if (skipped !== null) return { what, skipped };
    const both = [await kills(1, 'the window forgets'), await kills(1, 'the new host does nothing')];
    // One that is not caught is as bad as none.
    const isCaught = both.every(({ violations }) => violations.length > 0);
    return { what, violations: isCaught ? both.flatMap(({ violations }) => violations) : [] };
  },
};
