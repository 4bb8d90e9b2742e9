/** What a reader can reach and see of a page: each control by keyboard, and nothing that is cut off in silence. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** Marks the controls that are shown with their numbers, and counts them. */
function numberControls(page: Page): Promise<number> {
  return page.$$eval('a[href], button, input, select, summary, .scroll', (all) => {
    const shown = all.filter((control) => control.checkVisibility());
    for (const [at, control] of shown.entries()) control.setAttribute('data-control', String(at));
    return shown.length;
  });
}

/** The number of the control that has the focus, and what is wrong with how it is seen. */
function readFocus(page: Page): Promise<{ readonly control: string | null; readonly problem: string }> {
  return page.evaluate(() => {
    const focused = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    const box = focused.getClientRects().item(0);
    const there = box === null ? null : document.elementFromPoint(box.left + 2, box.top + Math.min(box.height, 20) / 2);
    const isOutlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
    const isSeen = there !== null && (focused.contains(there) || there.contains(focused));
    const problem = isOutlined ? (isSeen ? '' : `covered by ${there?.tagName ?? 'nothing'}`) : 'no outline';
    return { control: focused.getAttribute('data-control'), problem };
  });
}

/** Tab leads to each control, in their order; where the focus is, is seen. */
export async function assertReached(page: Page): Promise<void> {
  const count = await numberControls(page);
  const expected = Array.from({ length: count }, (_, at) => ({ control: String(at), problem: '' }));
  const found = [];
  while (found.length < count) {
    await page.keyboard.press('Tab');
    found.push(await readFocus(page));
  }
  assert.deepEqual(found, expected);
}

/** Nothing is beyond the right edge, but for what scrolls there by itself and shows that by a shadow. */
export async function assertNothingCut(page: Page, unfolded: number): Promise<void> {
  await page.$$eval(
    'details',
    (all, count) => {
      for (const [at, details] of all.entries()) details.open = at % count === 0;
    },
    unfolded,
  );
  const scrolling = await page.$$eval('.scroll, pre', (all) =>
    all
      .filter((scroller) => scroller.checkVisibility() && scroller.scrollWidth > scroller.clientWidth)
      .map((scroller) => {
        const { overflowX, backgroundImage, backgroundAttachment } = getComputedStyle(scroller);
        const hasSign = backgroundImage.includes('gradient') && backgroundAttachment.includes('scroll');
        return overflowX === 'auto' && hasSign ? '' : scroller.outerHTML.slice(0, 99);
      }),
  );
  assert.ok(scrolling.length > 0);
  assert.deepEqual([...new Set(scrolling)], ['']);
  const cut = await page.$$eval('body *', (all) =>
    all
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
      .filter((element) => element.closest('.scroll, pre') === null)
      .map((element) => element.outerHTML.slice(0, 99)),
  );
  assert.deepEqual(cut, []);
}
