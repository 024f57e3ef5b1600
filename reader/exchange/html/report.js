
// Sorts and filters the table of claims, and lights the note on the claim in hand. All else works without it.
(() => {
  "use strict";
  let lit = null;
  const light = event => {
    const mark = event.target.closest("mark"), note = mark && document.getElementById(mark.dataset.n);
    if (note === lit) return;
    lit?.classList.remove("lit");
    note?.classList.add("lit");
    lit = note;
  };
  document.addEventListener("pointerover", light);
  document.addEventListener("focusin", light);

  const table = document.querySelector("#claims table");
  if (!table) return;
  const body = table.tBodies[0], rows = [...body.rows];
  const tools = document.querySelector(".tools"), [verdict, words, count] = tools.querySelectorAll("select, input, output");
  const key = (row, column) =>
    column === 0 ? Number(row.cells[0].textContent) : column === 1 ? Number(row.dataset.w) : row.cells[column].textContent.trim().toLowerCase();
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", column ? "none" : "ascending");
    button.addEventListener("click", () => {
      const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
      const keyed = rows.map(row => [key(row, column), row]);
      keyed.sort(([a], [b]) => turn * (a < b ? -1 : a > b ? 1 : 0));
      body.append(...keyed.map(([, row]) => row));
    });
  });
  const filter = () => {
    const word = words.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = Boolean(verdict.value && row.dataset.v !== verdict.value) || !row.textContent.toLowerCase().includes(word);
      shown += !row.hidden;
    }
    count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} rows`;
  };
  verdict.addEventListener("input", filter);
  words.addEventListener("input", filter);
  tools.addEventListener("submit", event => event.preventDefault());
  tools.hidden = false;
})();
