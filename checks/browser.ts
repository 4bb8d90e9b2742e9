/**
 * Tests the report in a browser: the page that the step "features" of `npm test` wrote, or the one named, in Debian's
 * Chromium. Checks links, filters, requests to other hosts, and accessibility (axe).
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { CATALOGUE } from '../payloads/catalogue';
import { PART_NAMES } from '../reports/html/page';
import { pageOfTwoXens } from '../reports/testdata/two-xens';
import { findChromium } from './chromium';
import { QUESTIONS, ask } from './questions';
import { assertNothingCut, assertReached } from './reach';

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

const FILE = resolve(process.argv[2] ?? '.cache/test-report/index.html');
const PAGE = pathToFileURL(FILE).href;
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };
/** A4 between its margins. */
const PAPER = { width: 702, height: 996 };
/** One in this many folded parts is unfolded for axe, which ignores folded parts. */
const UNFOLDED = 4;

describe('the report in Chromium', { concurrency: false }, () => {
  let browser: Browser;
  /** A small page, with what the other one does not have. */
  let twoXens = '';
  before(async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'browser-')), 'index.html');
    writeFileSync(file, await pageOfTwoXens());
    twoXens = pathToFileURL(file).href;
    if (!existsSync(FILE)) throw new Error(`${FILE} is missing: write a report first, or name one.`);
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error('Chromium is missing: apt-get install chromium');
    // As root, Chromium has no sandbox.
    browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
  });
  after(async () => {
    rmSync(new URL('.', twoXens), { recursive: true });
    await browser.close();
  });

  /** Opens the page. Until the test ends, there must be no error and no further request. */
  async function withPage(options: BrowserContextOptions, test: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext(options);
    const complaints: string[] = [];
    const requests: string[] = [];
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(PAGE);
    await test(page);
    await context.close();
    assert.deepEqual(complaints, []);
    const others = requests.filter((url) => ![PAGE, twoXens].includes(url.replace(/[?#].*/, '')));
    assert.deepEqual(others, []);
  }

  const shown = (page: Page): Promise<readonly string[]> =>
    page.$$eval('#clauses tr[data-level]:not([hidden])', (rows) => rows.map(({ id }) => id));

  it('has a place for each of its links', () =>
    withPage({}, async (page) => {
      const lost = await page.$$eval('a:is([href^="#"], [href^="?"])', (links) =>
        links
          .map((link) => (link.getAttribute('href') ?? '').replace(/^[^#]*/, ''))
          .filter((href) => document.getElementById(decodeURIComponent(href.slice(1))) === null),
      );
      assert.deepEqual(lost, []);
      // Links to the documents and to commits are only followed when somebody clicks them.
      const elsewhere = await page.$$eval('a:not([href^="#"], [href^="?"])', (links) =>
        links.map((link) => link.getAttribute('href') ?? ''),
      );
      assert.deepEqual(
        elsewhere.filter(
          (url) => !/^https:\/\/github\.com\/xen-project\/xen\/(blob|commit)\/[0-9a-f]{10,40}\b/.test(url),
        ),
        [],
      );
    }));

  it('has the payloads that its runs were made with', () =>
    withPage({}, async (page) => {
      const names = await page.locator('#payloads > details > summary > b').allTextContents();
      assert.deepEqual(
        [...new Set(names)],
        CATALOGUE.map(({ name }) => name),
      );
    }));

  it('takes less than 5 MB for each 2,000 scenarios of three runs, and than 8 MB in all of six', () =>
    withPage({}, async (page) => {
      const scenarios = await page.locator('.feature > details').count();
      const { size } = statSync(FILE);
      const runs = await page.locator('.run').count();
      const most = runs <= 3 ? 5e6 * Math.max(1, scenarios / 2000) : 8e6 * Math.max(1, runs / 6);
      assert.ok(size < most, `${size} bytes for ${scenarios} scenarios`);
    }));

  it('filters the clauses by text, level, verdict and target, and shows all again', () =>
    withPage({}, async (page) => {
      const all = await shown(page);
      await page.fill('#filter [name=text]', 'OLD_size zero');
      const some = await shown(page);
      assert.ok(some.length > 0 && some.length < all.length, `${some.length} of ${all.length} clauses`);
      assert.equal(await page.textContent('#filter [data-part=clauses]'), `${some.length} of ${all.length} clauses`);
      await page.click('#filter [type=reset]');
      await page.waitForFunction(
        (count) => document.querySelectorAll('#clauses tr[data-level]:not([hidden])').length === count,
        all.length,
      );

      await page.click('#filter summary');
      await page.selectOption('#filter [name=level]', 'MAY');
      const levels = await page.$$eval('#clauses tr[data-level]:not([hidden])', (rows) =>
        rows.map((row) => row.getAttribute('data-level')),
      );
      assert.deepEqual([...new Set(levels)], ['MAY']);
      await page.selectOption('#filter [name=level]', '');

      await page.selectOption('#filter [name=verdict]', 'not-testable');
      assert.deepEqual(
        await shown(page),
        await page.$$eval('#clauses tr[data-level]:has(td[data-verdict=not-testable])', (rows) =>
          rows.map(({ id }) => id),
        ),
      );
      await page.selectOption('#filter [name=verdict]', 'not-in-force');
      await page.selectOption('#filter [name=run]', { index: 1 });
      const run = await page.inputValue('#filter [name=run]');
      assert.deepEqual(
        await shown(page),
        await page.$$eval(`#clauses tr:has(td[data-run="${run}"][data-verdict=not-in-force])`, (rows) =>
          rows.map(({ id }) => id),
        ),
      );
    }));

  it('keeps in the address what is looked for: it survives a reload, can be mailed, and Back undoes it', () =>
    withPage({}, async (page) => {
      await page.locator('.run a[href*="level=MUST"]').first().click();
      const found = await shown(page);
      assert.match(page.url(), /\?level=MUST&run=\S+&verdict=\S+#clauses$/);
      await page.fill('#filter [name=text]', 'size');
      const some = await shown(page);
      assert.ok(some.length > 0 && some.length < found.length, `${some.length} of ${found.length}`);
      await page.reload();
      assert.deepEqual(await shown(page), some);
      assert.equal(await page.inputValue('#filter [name=text]'), 'size');
      await page.goBack();
      assert.equal(await page.inputValue('#filter [name=level]'), '');
    }));

  it('filters the scenarios by tag, outcome and run, and the clauses with them', () =>
    withPage({}, async (page) => {
      const titles = (): Promise<readonly string[]> =>
        page.$$eval('.feature > details:not([hidden]) > div > p:first-child', (all) =>
          all.map(({ textContent }) => textContent),
        );
      await page.goto(`${PAGE}?text=%40FUNC-6`);
      const tagged = await titles();
      assert.ok(tagged.length > 0 && tagged.every((text) => /@FUNC-6(?![\w-])/.test(text)), tagged.join('\n'));
      assert.deepEqual(await shown(page), ['FUNC-6']);
      await page.goto(`${PAGE}?outcome=u&run=every`);
      assert.deepEqual(await titles(), []);
      assert.deepEqual(await shown(page), []);
      await page.goto(`${PAGE}?outcome=p&run=every`);
      assert.ok((await titles()).length > 0 && (await shown(page)).length > 0);
    }));

  /** The page has it; or else the small one is opened. */
  async function onPageWith(selector: string, page: Page): Promise<void> {
    if ((await page.locator(selector).count()) === 0) await page.goto(twoXens);
  }

  for (const [question, { needs }] of Object.entries(QUESTIONS))
    for (const by of ['mouse', 'keyboard'] as const)
      for (const viewport of [WIDE, NARROW])
        it(`${question} In three actions by ${by}, ${viewport.width} px wide`, () =>
          withPage({ viewport }, async (page) => {
            await onPageWith(needs, page);
            await ask(question, page, by);
          }));

  for (const viewport of [WIDE, NARROW])
    it(`is reached by Tab in each of its controls, and shows where the focus is, ${viewport.width} px wide`, () =>
      withPage({ viewport }, async (page) => {
        await page.goto(twoXens);
        await assertReached(page);
      }));

  it('prints the agenda alone where its link was followed, on at most ten pages', () =>
    withPage({}, async (page) => {
      await page.goto(`${PAGE}#findings`);
      const pdf = await page.pdf({ preferCSSPageSize: true, format: 'A4' });
      const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
      assert.ok(pages > 0 && pages <= 10, `${pages} pages`);
      await page.emulateMedia({ media: 'print' });
      assert.equal(await page.isVisible('#clauses'), false);
      assert.equal(await page.isVisible('#F-1'), true);
    }));

  it('shows what a link leads to, folded or filtered away as it is', () =>
    withPage({}, async (page) => {
      await page.fill('#filter [name=text]', 'no clause says so');
      assert.deepEqual(await shown(page), []);
      await page.goto(`${PAGE}#FUNC-6`);
      await page.waitForFunction(() => document.getElementById('FUNC-6')?.checkVisibility() === true);
      const scenario = await page.getAttribute('#FUNC-6 .links a', 'href');
      await page.goto(`${PAGE}${scenario ?? ''}`);
      await page.waitForFunction(
        (id) => document.getElementById(id)?.checkVisibility() === true,
        decodeURIComponent((scenario ?? '').slice(1)),
      );
    }));

  it('compares two runs: only what is different between them, with the choice in the address', () =>
    withPage({}, async (page) => {
      const pairs = '#implementations a[href^="?from="]';
      await onPageWith(pairs, page);
      const link = page.locator(pairs).last();
      const sum = (await link.locator('..').textContent()) ?? '';
      await link.click();
      const rows = (part: string): Promise<number> =>
        page.$$eval(`table[data-of=${part}] tbody tr:not([hidden])`, (shown) =>
          shown.reduce((count, row) => count + Number(row.getAttribute('data-count')), 0),
        );
      const told = (what: string): number => Number(new RegExp(`(\\d+) ${what}`).exec(sum)?.[1] ?? 0);
      assert.deepEqual([await rows('clauses'), await rows('scenarios')], [told('clause'), told('scenario')]);
      assert.match(page.url(), /\?from=[^&]+&to=[^#]+#compared$/);
      assert.equal(await page.locator('table[data-of=scenarios] thead th:not([hidden])').count(), 3);
      await page.selectOption('#compared [name=to]', '');
      assert.doesNotMatch(page.url(), /&to=/);
      assert.ok((await rows('clauses')) >= told('clause'));
    }));

  it('reads without scripts', () =>
    withPage({ javaScriptEnabled: false }, async (page) => {
      assert.equal(await page.isVisible('#filter'), false);
      assert.equal(await page.isVisible('#FUNC-6'), true);
    }));

  it('does not scroll sideways on a telephone', () =>
    withPage({ viewport: NARROW }, async (page) => {
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), NARROW.width);
    }));

  it('cuts nothing off on a telephone without a sign: what is wider scrolls, under a shadow at the edge', () =>
    withPage({ viewport: NARROW }, (page) => assertNothingCut(page, UNFOLDED)));

  it('prints on white, within the paper, without filters, and of the evidence what was opened', () =>
    withPage({ viewport: PAPER, colorScheme: 'dark' }, async (page) => {
      const scenarios = (): Promise<readonly string[]> =>
        page.$$eval('.feature > details', (all) =>
          all.filter((details) => details.checkVisibility()).map(({ children }) => children[1]?.id ?? ''),
        );
      await page.emulateMedia({ media: 'print' });
      assert.deepEqual(await scenarios(), []);
      assert.equal(await page.isVisible('#scenarios'), false);
      const link = (await page.getAttribute('#FUNC-6 .links a', 'href')) ?? '';
      await page.goto(`${PAGE}${link}`);
      await page.waitForFunction(() => document.querySelector('.feature > details[open]') !== null);
      assert.deepEqual(await scenarios(), [decodeURIComponent(link.slice(1))]);
      for (const hidden of ['nav', '#bar']) assert.equal(await page.isVisible(hidden), false, hidden);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PAPER.width);
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
    }));

  for (const colorScheme of ['light', 'dark'] as const)
    it(`has no serious violation that axe finds, ${colorScheme}`, () =>
      withPage({ colorScheme }, async (page) => {
        // The folded rest would take axe long and show nothing new.
        await page.evaluate((count) => {
          document.querySelectorAll('.feature').forEach((feature, at) => {
            if (at >= 3) feature.remove();
          });
          document.querySelectorAll('details').forEach((details, at) => {
            details.open = at % count === 0;
          });
        }, UNFOLDED);
        // Done as by a debugger, because the page's policy allows no other script.
        await page.evaluate(axe.source);
        const violations = await page.evaluate(async () => {
          const found = await window.axe.run(document, { resultTypes: ['violations'] });
          return found.violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => [id, ...nodes.slice(0, 5).map((node) => `${node.html} ${node.failureSummary}`)]);
        });
        assert.deepEqual(violations, []);
      }));

  it('has all parts, each with a title', () =>
    withPage({}, async (page) => {
      for (const part of PART_NAMES) assert.ok(await page.textContent(`#${part} > h2`), part);
    }));
});
