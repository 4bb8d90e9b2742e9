/** Which scenarios compare the whole hypervisor with what it was: only these pay for looking at all of it. */

const sentences: RegExp[] = [];

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/**
 * The expression, for the definition of a step that compares. Any text may take the place of a parameter: that a
 * scenario is looked at in vain costs time and nothing else. RangeError for other parts than text and parameters.
 */
export function comparing(expression: string): string {
  const texts = expression.split(/\{\w+\}/);
  if (texts.some((text) => /[(){}/\\]/.test(text)))
    throw new RangeError(`step that compares: expected text and parameters, got ${expression}`);
  sentences.push(new RegExp(`^${texts.map(escaped).join('.+')}$`, 's'));
  return expression;
}

/** Whether one of the steps compares. */
export const compares = (steps: readonly { readonly text: string }[]): boolean =>
  steps.some(({ text }) => sentences.some((sentence) => sentence.test(text)));
