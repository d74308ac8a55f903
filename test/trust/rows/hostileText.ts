/** Row 14: hostile text in every string field of every file, in every view and hover, in Chromium. */
import { HOSTILE_STRINGS } from '../../hostile/hostileStrings.js';
import { viewHovers } from '../../hostile/editorTexts.js';
import { openLab, viewAsMarkup, viewHostile } from '../../hostile/hostileViews.js';
import { sentences } from '../../hostile/canary.js';
import { upTo, type Part, type TrustRow } from '../row.js';

const NO_BROWSER = { what: 'every view', skipped: 'there is no Chromium' };

export const hostileText: TrustRow = {
  number: 14,
  what: 'hostile text in every string field of every file',
  promise: 'It is shown as text: nothing runs, the policy reports nothing, nothing is asked outside.',
  goal: '60 strings × every field; 0 executions, reports, requests',
  async *check(effort): AsyncGenerator<Part, void, void> {
    const lab = await openLab();
    if (!lab) return yield NO_BROWSER;
    try {
      const hovers = await viewHovers(lab);
      yield { what: 'hovers', count: hovers.count, violations: [...sentences(hovers.seen), ...hovers.foreign] };
      const violations: string[] = [];
      const shown = new Set<string>();
      let drawn = 0;
      // In round r a field has the string r places on, so that as many rounds as strings are every string in each.
      for (const round of upTo(effort.count(1, HOSTILE_STRINGS.length))) {
        const viewed = await viewHostile(lab, round);
        violations.push(...sentences(viewed.seen).map((one) => `run ${round}: ${one}`));
        for (const text of viewed.shown) shown.add(text);
        drawn += viewed.views.length;
      }
      yield {
        what: `views of runs, hostile in all fields (${shown.size} strings read on screen)`,
        count: drawn,
        violations,
      };
    } finally {
      await lab.close();
    }
  },
  async control() {
    const lab = await openLab();
    if (!lab) return NO_BROWSER;
    try {
      const heard = sentences(await viewAsMarkup(lab, false));
      return { what: 'text inserted with innerHTML, without a content security policy', violations: heard };
    } finally {
      await lab.close();
    }
  },
};
