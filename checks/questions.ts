/**
 * Questions of a reviewer. The page has to answer each in at most three actions, by mouse or keyboard, on a screen of
 * any width.
 */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

const MOST = 3;

/** A reader of the page. It counts the actions. */
export interface Reader {
  readonly page: Page;
  /** Follows a link, or unfolds a folded part. */
  readonly open: (what: Locator) => Promise<void>;
  readonly search: (text: string) => Promise<void>;
  readonly actions: () => number;
}

export function reader(page: Page, by: 'mouse' | 'keyboard'): Reader {
  let actions = 0;
  return {
    page,
    actions: () => actions,
    open: async (what) => {
      actions++;
      if (by === 'mouse') return what.click();
      await what.focus();
      await page.keyboard.press('Enter');
    },
    search: async (text) => {
      actions++;
      if (by === 'mouse') return page.fill('#filter [name=text]', text);
      await page.keyboard.press('/');
      await page.keyboard.type(text);
    },
  };
}

async function seen(what: Locator): Promise<void> {
  await what.first().waitFor({ state: 'visible' });
}

const clauses = (page: Page): Locator => page.locator('#clauses tr[data-level]:not([hidden])');
const scenarios = (page: Page): Locator => page.locator('.feature > details:not([hidden])');

interface Question {
  /** What a page has of which it can be asked. */
  readonly needs: string;
  /** It ends at the answer. */
  readonly asking: (reader: Reader) => Promise<void>;
}

const ANY = '.run';
const PAIRS = '#implementations a[href^="?from="]';
const CHANGES = 'header a[href="#changes"]';
const CRASHES = 'dl.crashes > dd:has(.links)';

export const QUESTIONS: Readonly<Record<string, Question>> = {
  'Which MUSTs does a hypervisor violate or fulfil, and what happened?': {
    needs: ANY,
    asking: async ({ page, open }) => {
      const departs = page.locator('.run a[href*="level=MUST"][href*="departs"]');
      const all = page.locator('.run a[href*="level=MUST"]');
      await open((await departs.count()) > 0 ? departs.last() : all.first());
      const levels = await clauses(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-level')));
      assert.deepEqual([...new Set(levels)], ['MUST']);
      const verdict = clauses(page).first().locator('td[data-run] a').last();
      const deciding = ((await verdict.getAttribute('href')) ?? '').slice(1);
      await open(verdict);
      await seen(page.locator(`[id="${decodeURIComponent(deciding)}"] a`));
    },
  },
  'What shows the finding F-18?': {
    needs: ANY,
    asking: async ({ page, open, search }) => {
      await search('F-18');
      await open(page.locator('#filter [data-part=findings]'));
      await seen(page.locator('#F-18'));
      const scenario = page.locator('#F-18 .links a').first();
      const anchor = ((await scenario.getAttribute('href')) ?? '').slice(1);
      await open(scenario);
      await seen(page.locator(`[id="${anchor}"] li`));
    },
  },
  'Which bytes are written at the edge of the displacement?': {
    needs: ANY,
    asking: async ({ page, open, search }) => {
      await search('"e9 ff ff ff 7f"');
      await open(page.locator('#filter [data-part=scenarios]'));
      const scenario = scenarios(page).first();
      await open(scenario.locator('summary'));
      await seen(scenario.locator('pre:has(mark)'));
    },
  },
  'Which clauses did no run exercise, and why?': {
    needs: ANY,
    asking: async ({ page, open }) => {
      await open(page.locator('a[href*="unproven"]'));
      for (const row of await clauses(page).all())
        assert.match((await row.textContent()) ?? '', /Not testable: |scenarios?: |No scenario|It is about tools/);
      await seen(clauses(page));
    },
  },
  'What is different between two hypervisors?': {
    needs: PAIRS,
    asking: async ({ page, open }) => {
      await open(page.locator('#bar a[href="#implementations"]'));
      await open(page.locator(PAIRS).last());
      const rows = page.locator('table[data-of=scenarios] tbody tr:not([hidden])');
      for (const row of await rows.all()) {
        const results = await row.locator('td:not([hidden])').allTextContents();
        assert.equal(new Set(results).size, 2, results.join(' and '));
      }
      await open(rows.first().locator('summary'));
      await seen(rows.first().locator('.links a'));
    },
  },
  'What changed since the earlier report?': {
    needs: CHANGES,
    asking: async ({ page, open }) => {
      await open(page.locator(CHANGES));
      const group = page.locator('#changes ~ ul details').first();
      await open(group.locator('summary'));
      const scenario = group.locator('.links a').first();
      const anchor = ((await scenario.getAttribute('href')) ?? '').slice(1);
      await open(scenario);
      await seen(page.locator(`[id="${anchor}"] li`));
    },
  },
  'What crashes a hypervisor, and which scenarios show it?': {
    needs: CRASHES,
    asking: async ({ page, open }) => {
      await open(page.locator('#bar a[href="#implementations"]'));
      await open(page.locator('#implementations nav a[href="#crashes"]'));
      const crash = page.locator(CRASHES).first();
      assert.match((await crash.textContent()) ?? '', /It crashes when /);
      await open(crash.locator('summary').last());
      await seen(crash.locator('.links a'));
    },
  },
};

/** Asks one question of the page. */
export async function ask(question: string, page: Page, by: 'mouse' | 'keyboard'): Promise<void> {
  const asked = reader(page, by);
  await QUESTIONS[question]?.asking(asked);
  assert.ok(asked.actions() > 0 && asked.actions() <= MOST, `${asked.actions()} actions`);
}
