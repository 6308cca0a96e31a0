"use strict";
// Marks say their numbers under the pointer: what Vega wrote for screen readers, as text, never as markup.
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
document.body.append(tip);
addEventListener("pointermove", (event) => {
  const mark = event.target.closest?.(".chart .role-mark [aria-label]");
  tip.hidden = !mark;
  if (!mark) return;
  tip.textContent = mark.getAttribute("aria-label");
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, innerWidth - width - 8);
  const top = event.clientY - height - 12;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${top < 4 ? event.clientY + 18 : top}px`;
});
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

// A click on a column's head sorts by it: numbers by their value, the unmeasured last.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const key = (row) => row.cells[column].dataset.value;
    const numeric = [...body.rows].some((row) => key(row) !== undefined);
    if (!numeric && column > 0) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "descending" || (!numeric && !head.hasAttribute("aria-sort"));
      const sign = falling ? 1 : -1;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", falling ? "ascending" : "descending");
      const rows = [...body.rows].sort((a, b) => {
        if (!numeric) return sign * a.cells[column].textContent.localeCompare(b.cells[column].textContent);
        const [x, y] = [key(a), key(b)];
        if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
        return sign * (x - y);
      });
      body.append(...rows);
    });
  });
}
