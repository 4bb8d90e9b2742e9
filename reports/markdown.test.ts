import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeSpan, escapeMarkdown, prose, table } from './markdown';

describe('Markdown', () => {
  it('lets nothing through that a payload says', () => {
    assert.equal(escapeMarkdown('<script>alert(1)</script>'), '\\<script\\>alert(1)\\</script\\>');
    assert.equal(escapeMarkdown('![x](https://evil.example) www.evil'), '!\\[x\\](https\\://evil.example) www\\.evil');
    assert.equal(escapeMarkdown('a | b\n\n# c\u001b[31m'), 'a \\| b \\# c?\\[31m');
    assert.equal(
      escapeMarkdown('*bold* _slanted_ ~gone~ `code` &lt; $x$ \\'),
      '\\*bold\\* \\_slanted\\_ \\~gone\\~ \\`code\\` \\&lt; \\$x\\$ \\\\',
    );
    assert.equal(escapeMarkdown('xen_extra_version'), 'xen_extra_version');
    assert.ok(!escapeMarkdown('@somebody').includes('@somebody'));
    assert.deepEqual(['- a', '1. a', '+ a', '=='].map(escapeMarkdown), ['\\- a', '1\\. a', '\\+ a', '\\==']);
  });

  it('has code of which backticks are a part', () => {
    assert.equal(codeSpan('a.feature:3'), '`a.feature:3`');
    assert.equal(codeSpan('`a` ``b'), '``` `a` ``b ```');
    assert.equal(codeSpan('two\nlines'), '`two lines`');
  });

  it('keeps the code of prose, and escapes what is around it', () => {
    assert.equal(prose('Of `a_b`, <that> is `c|d` alone.'), 'Of `a_b`, \\<that\\> is `c|d` alone.');
  });

  it('has tables whose cells no content ends', () => {
    assert.deepEqual(table(['a'], [[escapeMarkdown('x|y')], [codeSpan('x|y')]]), [
      '| a |',
      '| --- |',
      '| x\\|y |',
      '| `x\\|y` |',
    ]);
  });
});
