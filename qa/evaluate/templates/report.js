"use strict";
(() => {
  const collator = new Intl.Collator("en", { numeric: true });
  const rowsOf = (table) => [...table.tBodies[0].rows];

  function valueOf(row, column) {
    const cell = row.cells[column];
    return cell.dataset.value ?? cell.textContent.trim();
  }

  /* Ascending or descending by a column; rows without a value stay last. */
  function compare(a, b, column, sign) {
    const x = valueOf(a, column), y = valueOf(b, column);
    if (x === "" || y === "") return (x === "") - (y === "");
    const difference = Number(x) - Number(y);
    return sign * (Number.isNaN(difference) ? collator.compare(x, y) : difference);
  }

  /* A header sorts upwards, then downwards, then gives the first order back. */
  function sortable(table) {
    const first = rowsOf(table);
    const heads = [...table.tHead.rows[0].cells];
    const next = { none: "ascending", ascending: "descending", descending: "none" };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const order = next[head.getAttribute("aria-sort")];
        heads.forEach((other) => other.setAttribute("aria-sort", other === head ? order : "none"));
        const sign = order === "descending" ? -1 : 1;
        const rows = order === "none" ? first : [...first].sort((a, b) => compare(a, b, column, sign));
        table.tBodies[0].append(...rows);
      });
    });
  }

  const fieldsOf = (table) => [...document.querySelectorAll(`[data-for="${table.id}"]`)];

  function holds(row, field) {
    const wanted = field.value;
    if (field.dataset.filter !== "text") return !wanted || row.dataset[field.dataset.filter].split("\n").includes(wanted);
    return row.textContent.toLowerCase().includes(wanted.trim().toLowerCase());
  }

  function filter(table) {
    const fields = fieldsOf(table), rows = rowsOf(table);
    for (const row of rows) row.hidden = !fields.every((field) => holds(row, field));
    const status = document.querySelector(`[data-count="${table.id}"]`);
    const shown = rows.filter((row) => !row.hidden).length;
    status.textContent = `${shown} of ${rows.length} ${status.dataset.what}`;
  }

  function openRows(table, open) {
    for (const row of rowsOf(table)) {
      const details = row.querySelector("details");
      if (!open || !row.hidden) details.open = open;
    }
  }

  /* A link to a question shows it whatever the filter says. */
  function reveal() {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || row.tagName !== "TR") return;
    const table = row.closest("table");
    if (row.hidden) {
      for (const field of fieldsOf(table)) field.value = "";
      filter(table);
    }
    row.querySelector("details").open = true;
    row.scrollIntoView({ block: "start" });
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    sortable(table);
    for (const field of fieldsOf(table)) field.addEventListener("input", () => filter(table));
    filter(table);
  }
  for (const bar of document.querySelectorAll(".filter")) bar.hidden = false;
  for (const button of document.querySelectorAll("[data-open], [data-close]")) {
    const { open, close } = button.dataset;
    button.addEventListener("click", () => openRows(document.getElementById(open ?? close), Boolean(open)));
  }
  window.addEventListener("hashchange", reveal);
  reveal();
})();
