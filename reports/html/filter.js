/* The page's script: it searches, filters, and unfolds the target of a link. The page can be read without it. */
const form = document.getElementById('filter');
const bar = form.parentElement;
const more = form.querySelector('details');
const FIELDS = ['text', 'run', 'verdict', 'outcome', 'level', 'lacks'];
const runs = [...form.elements.run.options].map(({ value }) => value).filter((value) => !['', 'every'].includes(value));
/** Groups of verdicts that one word selects. */
const GROUPS = {
  departs: ['deviates', 'known-deviation', 'not-implemented', 'differs'],
  unproven: ['not-exercised', 'not-testable'],
};
const NOWHERE = 'not-in-force';

const all = (selector) => [...document.querySelectorAll(selector)];
const PARTS = {
  clauses: all('#clauses tr[data-level]'),
  scenarios: all('.feature > details'),
  findings: all('#findings > .item'),
  bugs: all('#bugs tbody > tr'),
};
const isScenario = (item) => item.tagName === 'DETAILS';

const texts = new Map();
function textOf(item) {
  if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
  return texts.get(item);
}

const tags = new Map();
function tagsOf(item) {
  if (!isScenario(item)) return [item.id.toLowerCase()];
  if (!tags.has(item)) {
    const line = item.querySelector('div > p').textContent.toLowerCase();
    tags.set(
      item,
      [...line.matchAll(/@(\S+)/g)].map(([, tag]) => tag),
    );
  }
  return tags.get(item);
}

const matchesWord = (item, word) =>
  word[0] === '@' ? tagsOf(item).includes(word.slice(1)) : textOf(item).includes(word);

/** Whether one of the chosen runs has it. With "in every run": whether all runs that have the item do. */
function inRuns(values, chosen, has) {
  const own = values.filter(({ run, isAsked }) => isAsked && (['', 'every'].includes(chosen) || run === chosen));
  return own.length > 0 && (chosen === 'every' ? own.every(has) : own.some(has));
}

function clauseMatches(row, { run, verdict, lacks }) {
  const cells = [...row.querySelectorAll('td[data-run]')].map(({ dataset }) => ({
    ...dataset,
    isAsked: dataset.verdict !== NOWHERE || verdict === NOWHERE,
  }));
  const wanted = GROUPS[verdict] ?? [verdict];
  const has = (cell) =>
    (verdict === '' || wanted.includes(cell.verdict)) &&
    (lacks === '' || (cell.lacks ?? '').split(' ').includes(lacks));
  return (run === '' && verdict === '' && lacks === '') || inRuns(cells, run, has);
}

function scenarioMatches(item, { run, outcome, lacks }) {
  const needs = (item.dataset.lacks ?? '').split(' ');
  const values = [...item.dataset.of].map((letter, at) => ({ run: runs[at], letter, at, isAsked: letter !== '-' }));
  const has = ({ letter, at }) =>
    (outcome === '' || letter === outcome) && (lacks === '' || needs.includes(`${at}:${lacks}`));
  return (run === '' && outcome === '' && lacks === '') || inRuns(values, run, has);
}

/**
 * Quoted words are one phrase. Findings and bugs are searched by text only. Clauses and scenarios use all fields; a
 * clause is also found by its scenarios, and a scenario by its clauses.
 */
function find(query) {
  const words = (query.text.toLowerCase().match(/"[^"]+"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const found = Object.fromEntries(
    Object.entries(PARTS).map(([part, items]) => [
      part,
      new Set(items.filter((item) => words.every((word) => matchesWord(item, word)))),
    ]),
  );
  const fit = {
    clauses: new Set(
      PARTS.clauses.filter(
        (row) => (query.level === '' || row.dataset.level === query.level) && clauseMatches(row, query),
      ),
    ),
    scenarios: new Set(PARTS.scenarios.filter((item) => scenarioMatches(item, query))),
  };
  if (query.level !== '' || query.verdict !== '') {
    const ids = new Set([...fit.clauses].map(({ id }) => id.toLowerCase()));
    for (const item of fit.scenarios) if (!tagsOf(item).some((tag) => ids.has(tag))) fit.scenarios.delete(item);
  }
  if (query.outcome !== '') {
    const borne = new Set([...fit.scenarios].flatMap(tagsOf));
    for (const row of fit.clauses) if (!borne.has(row.id.toLowerCase())) fit.clauses.delete(row);
  }
  for (const [part, items] of Object.entries(fit))
    for (const item of found[part]) if (!items.has(item)) found[part].delete(item);
  return found;
}

function show() {
  showCompared(form.elements);
  const query = Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  const isAll = FIELDS.every((name) => query[name] === '');
  const found = isAll ? undefined : find(query);
  for (const [part, items] of Object.entries(PARTS)) {
    for (const item of items) {
      const hidden = found !== undefined && !found[part].has(item);
      if (item.hidden !== hidden) item.hidden = hidden;
    }
    const link = form.querySelector(`[data-part=${part}]`);
    link.hidden = found === undefined;
    link.textContent = found === undefined ? '' : `${found[part].size} of ${items.length} ${part}`;
  }
  for (const table of all('#clauses > div'))
    table.hidden = table.querySelector('tr[data-level]:not([hidden])') === null;
  for (const feature of all('.feature')) feature.hidden = feature.querySelector('details:not([hidden])') === null;
}

/** The state in the page's address. */
function read() {
  const query = new URLSearchParams(location.search);
  for (const name of [...FIELDS, ...COMPARED]) form.elements[name].value = query.get(name) ?? '';
  if (FIELDS.slice(1).some((name) => form.elements[name].value !== '')) more.open = true;
  show();
}

/** The address, without the fields that are empty. */
function write() {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ''));
  const search = query.toString() === '' ? '' : `?${query}`;
  history.replaceState(null, '', `${location.pathname}${search}${location.hash}`);
}

/** Shows the target of a link, even if it is folded or filtered out. */
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) return;
  if (target.closest('[hidden]') !== null) {
    form.reset();
    show();
    write();
  }
  for (let place = target.closest('details'); place !== null; place = place.parentElement.closest('details')) {
    place.open = true;
  }
  target.scrollIntoView();
}

function changed() {
  show();
  write();
}

form.hidden = false;
form.addEventListener('input', changed);
for (const name of COMPARED) form.elements[name].addEventListener('input', changed);
document.querySelector('#compared > p')?.removeAttribute('hidden');
form.addEventListener('submit', (event) => event.preventDefault());
// The fields are emptied after the click.
form.querySelector('[type=reset]').addEventListener('click', () => setTimeout(changed));
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="?"]');
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  read();
  reveal();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target.matches('input, select')) return;
  event.preventDefault();
  form.elements.text.focus();
});
for (const button of all('button[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    location.hash = button.dataset.print;
    print();
  });
}
new ResizeObserver(() => {
  document.documentElement.style.scrollPaddingTop = `${bar.offsetHeight + 8}px`;
}).observe(bar);
window.addEventListener('popstate', read);
window.addEventListener('hashchange', reveal);
read();
if (location.hash !== '') reveal();

/** Reads the texts while the page is idle. */
function prepare(items) {
  const until = performance.now() + 8;
  while (items.length > 0 && performance.now() < until) textOf(items.pop());
  if (items.length > 0) setTimeout(prepare, 0, items);
}
prepare(Object.values(PARTS).flat());
