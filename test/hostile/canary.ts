/**
 * A page in which everything that hostile text could bring about is listened for: calls of `canary`, dialogs,
 * reports of the page's policy, requests to anywhere else, other pages, and markup that only text could have made.
 */
import type { Browser, Page } from 'playwright-core';

/** Anything at all is a violation. */
export interface Sightings {
  readonly executions: string[];
  readonly policyReports: string[];
  readonly outsideRequests: string[];
  /** Elements and attributes that no view of ours has. */
  readonly foreignMarkup: string[];
}

export interface CanaryPage {
  readonly page: Page;
  readonly seen: Sightings;
  /** Looks through the document as it is now. */
  audit(): Promise<void>;
  close(): Promise<void>;
}

export const sentences = (seen: Sightings): string[] =>
  Object.entries(seen).flatMap(([kind, list]) => (list as string[]).map((one) => `${kind}: ${one.slice(0, 300)}`));

/** `origin` is the only place that may be asked for anything. */
export async function canaryPage(browser: Browser, origin: string): Promise<CanaryPage> {
  const seen: Sightings = { executions: [], policyReports: [], outsideRequests: [], foreignMarkup: [] };
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  await context.exposeFunction('canary', (which: unknown) => seen.executions.push(`canary(${String(which)})`));
  await context.exposeFunction('canaryPolicy', (text: string) => seen.policyReports.push(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { canaryPolicy } = globalThis as unknown as { canaryPolicy(text: string): void };
      canaryPolicy(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url)) seen.outsideRequests.push(url);
  });
  // A request that the policy stopped before it left is told of, too: the policy's report stands for it.
  context.on('requestfailed', (request) => {
    const at = seen.outsideRequests.indexOf(request.url());
    if (at >= 0 && request.failure()?.errorText === 'csp') seen.outsideRequests.splice(at, 1);
  });
  const page = await context.newPage();
  // After the first page: what comes now was opened by something in it.
  context.on('page', (other) => seen.executions.push(`another page: ${other.url()}`));
  page.on('dialog', (dialog) => {
    seen.executions.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return {
    page,
    seen,
    audit: async () => void seen.foreignMarkup.push(...(await page.evaluate(foreignMarkup))),
    close: () => context.close(),
  };
}

/** Runs in the page; open shadow roots are looked into. */
function foreignMarkup(): string[] {
  const found: string[] = [];
  const roots: (Document | ShadowRoot)[] = [document];
  const elements: Element[] = [];
  for (let root = roots.pop(); root; root = roots.pop())
    for (const element of root.querySelectorAll('*')) {
      elements.push(element);
      if (element.shadowRoot) roots.push(element.shadowRoot);
    }
  for (const element of elements) {
    const tag = element.localName;
    if (['iframe', 'object', 'embed', 'base', 'form', 'video', 'math', 'animate'].includes(tag)) found.push(`<${tag}>`);
    if (tag === 'script' && !/^\/(begin|viewer)\.js$|^$/.test(element.getAttribute('src') ?? ''))
      found.push(`<script ${element.getAttribute('src')}>`);
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) found.push(`<${tag} ${name}>`);
      const leads = ['href', 'src', 'xlink:href', 'action', 'formaction', 'srcdoc'].includes(name);
      if (leads && !/^(#|\/|data:image\/|data:,|blob:)/.test(value)) found.push(`<${tag} ${name}="${value}">`);
      if (name === 'style' && /canary/.test(value)) found.push(`<${tag} style="${value}">`);
    }
  }
  return found;
}
