import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compact } from './compact';

describe('the page in fewer bytes', () => {
  it('leaves out end tags and quotes that a parser supplies', () => {
    assert.equal(compact('<ul class="a b"><li id="x">1</li><li>2</li></ul>'), '<ul class="a b"><li id=x>1<li>2</ul>');
    assert.equal(compact('<table><tr><td>1</td><td></td></tr></table>'), '<table><tr><td>1<td></table>');
    assert.equal(compact('a<br/>b'), 'a<br>b');
  });

  it('ends a paragraph itself where what follows does not', () => {
    assert.equal(compact('<div><p>1</p><p>2</p></div>'), '<div><p>1<p>2</div>');
    assert.equal(compact('<p>1</p><div class="x y">2</div>'), '<p>1<div class="x y">2</div>');
    for (const text of ['<p>1</p>2', '<p>1</p><b>2</b>', '<a><p>1</p></a>', '<p>1</p><picture></picture>'])
      assert.equal(compact(text), text);
  });

  it('keeps what is hostile or no HTML as it is', () => {
    for (const text of [
      '<a title="&quot;> onclick=&quot;x"></a>',
      '<a href="x/">1</a>',
      '<b title="a>b&lt;/li>">1</b>',
      '<i title=""></i>',
      '&lt;li>1&lt;/li> &amp;quot;',
      '<style>a[b="c"]{}</style>',
      '<script>if (a < b) c = "</li>";</script>',
    ])
      assert.equal(compact(text), text);
    assert.equal(compact('<b>&quot;1&quot;</b>'), '<b>"1"</b>');
  });
});
