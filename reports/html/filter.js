/* What the page does with scripts: filter the clauses, unfold what a link leads to. It reads without. */
const form = document.getElementById('filter');
const rows = [...document.querySelectorAll('#clauses tr[data-level]')];
const texts = new Map();

function textOf(row) {
  if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
  return texts.get(row);
}

/** Without a verdict, a target stands for the clauses that are in force for it. */
function hasVerdict(cell, verdict, run) {
  if (run !== '' && cell.dataset.run !== run) return false;
  if (verdict !== '') return cell.dataset.verdict === verdict;
  return run === '' || cell.dataset.verdict !== 'other-revision';
}

function filter() {
  const { text, level, verdict, run } = form.elements;
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const cells = [...row.querySelectorAll('td[data-run]')];
    const matches =
      (level.value === '' || row.dataset.level === level.value) &&
      (cells.length === 0 || cells.some((cell) => hasVerdict(cell, verdict.value, run.value))) &&
      words.every((word) => textOf(row).includes(word));
    row.hidden = !matches;
    shown += Number(matches);
  }
  for (const table of document.querySelectorAll('#clauses table')) {
    table.hidden = table.querySelector('tr[data-level]:not([hidden])') === null;
  }
  form.querySelector('output').textContent = `${shown} of ${rows.length} clauses`;
}

/** A link leads to what it names, folded or filtered away as it may be. */
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) return;
  if (target.closest('[hidden]') !== null) {
    form.reset();
    filter();
  }
  for (let place = target.closest('details'); place !== null; place = place.parentElement.closest('details')) {
    place.open = true;
  }
  target.scrollIntoView();
}

form.hidden = false;
form.addEventListener('input', filter);
form.addEventListener('submit', (event) => event.preventDefault());
// The fields are emptied after the event.
form.addEventListener('reset', () => setTimeout(filter));
filter();
window.addEventListener('hashchange', reveal);
if (location.hash !== '') reveal();
