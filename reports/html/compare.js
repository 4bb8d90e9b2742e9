/* Compares two runs: shows only their columns, and only the rows in which they differ. */
const COMPARED = ['from', 'to'].filter((name) => document.querySelector(`#compared [name=${name}]`) !== null);
const beside = [...document.querySelectorAll('table[data-of]')];

function isDifferent(row, [from, to]) {
  const [before, now] = [row.cells[from], row.cells[to]];
  const isAsked = !before.classList.contains('void') && !now.classList.contains('void');
  return isAsked && before.textContent !== now.textContent;
}

/** `fields` are the two runs. Unless both are chosen, all rows are shown. */
function showCompared(fields) {
  if (COMPARED.length === 0) return;
  const chosen = COMPARED.map((name) => fields[name].selectedIndex);
  const isChosen = chosen.every((at) => at > 0) && chosen[0] !== chosen[1];
  const counts = beside.map((table) => {
    for (const row of table.rows)
      for (const cell of [...row.cells].slice(1)) cell.hidden = isChosen && !chosen.includes(cell.cellIndex);
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) row.hidden = isChosen && !isDifferent(row, chosen);
    const count = rows.filter(({ hidden }) => !hidden).reduce((sum, row) => sum + Number(row.dataset.count), 0);
    table.hidden = count === 0;
    return `${count} ${table.dataset.of}`;
  });
  document.querySelector('#compared output').textContent = `${counts.join(' and ')} are different.`;
}
