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

/** Each ends at the answer. */
export const QUESTIONS: Readonly<Record<string, (reader: Reader) => Promise<void>>> = {
  'Which MUSTs does a hypervisor violate or fulfil, and what happened?': async ({ page, open }) => {
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
  'What shows the finding F-18?': async ({ page, open, search }) => {
    await search('F-18');
    await open(page.locator('#filter [data-part=findings]'));
    await seen(page.locator('#F-18'));
    const scenario = page.locator('#F-18 .links a').first();
    const anchor = ((await scenario.getAttribute('href')) ?? '').slice(1);
    await open(scenario);
    await seen(page.locator(`[id="${anchor}"] li`));
  },
  'Which bytes are written at the edge of the displacement?': async ({ page, open, search }) => {
    await search('"e9 ff ff ff 7f"');
    await open(page.locator('#filter [data-part=scenarios]'));
    const scenario = scenarios(page).first();
    await open(scenario.locator('summary'));
    await seen(scenario.locator('pre:has(mark)'));
  },
  'Which clauses did no run exercise, and why?': async ({ page, open }) => {
    await open(page.locator('a[href*="unproven"]'));
    for (const row of await clauses(page).all())
      assert.match((await row.textContent()) ?? '', /Not testable: |scenarios?: |No scenario/);
    await seen(clauses(page));
  },
};

/** Asks one question of the page. */
export async function ask(question: string, page: Page, by: 'mouse' | 'keyboard'): Promise<void> {
  const asked = reader(page, by);
  await QUESTIONS[question]?.(asked);
  assert.ok(asked.actions() > 0 && asked.actions() <= MOST, `${asked.actions()} actions`);
}
