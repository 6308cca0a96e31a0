// Leaderboards: one at a time, chosen by name; without this script all of them stand below each other.
const choice = document.getElementById("board");
const showBoard = () => {
  for (const board of document.querySelectorAll(".board")) board.hidden = board.id !== choice.value;
};
document.getElementById("choice").hidden = false;
choice.addEventListener("change", showBoard);
showBoard();

// The rows behind a number. All that models said is put in as text, never as markup.
const held = JSON.parse(document.getElementById("records").textContent);
const dialog = document.getElementById("rows");
const field = (id) => document.getElementById(id);
const [find, byModel, byTask, byScore, list, more] = ["find", "by-model", "by-task", "by-score", "list", "more"].map(field);
const STEP = 40;
const make = (tag, name, text) => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
};
const rows = held.tasks.flatMap((task) => task.answers.map((a) => ({
  task, model: held.names[a[0]], repeat: a[1], quality: a[2], error: a[3], cost: a[4], seconds: a[5], first: a[6],
  given: a[7], made: a[8], ended: a[9], answer: a[10],
})));
for (const row of rows) row.judged = row.task.verdicts.some((v) => held.names[v[2]] === row.model);
const cells = [...new Set(rows.flatMap(({ task }) => [
  task.modality, `${task.modality}/${task.category.split("/")[0]}`, `${task.modality}/${task.category}`,
]))].sort();
for (const [select, values] of [[byModel, [...new Set(rows.map((row) => row.model))].sort()], [byTask, cells]]) {
  select.append(new Option("all", ""));
  for (const value of values) select.append(new Option(value.replace("/", " · "), value));
  if (select === byModel) for (const option of select.options) option.text = option.value || "all";
}

const amount = (value, digits = 2) => Number(value.toPrecision(digits)).toLocaleString("en", { maximumSignificantDigits: digits, useGrouping: true });
const chip = (quality) => {
  const element = make("span", quality === null ? "score none" : "score", quality === null ? "–" : quality.toFixed(2));
  if (quality !== null) element.style.setProperty("--q", `${100 * quality}%`);
  else element.title = "unscored";
  return element;
};
const meta = (row) => [
  row.task.metric && `scored by ${row.task.scorer} (${row.task.metric})`,
  row.seconds !== null && `${amount(row.seconds)} s`,
  row.first !== null && `first token ${amount(row.first)} s`,
  row.cost !== null && `$${amount(row.cost)}`,
  row.given !== null && `${row.given} tokens in`,
  row.made !== null && `${row.made} out`,
  row.ended && row.ended !== "stop" && `ended by ${row.ended}`,
].filter(Boolean).join(" · ");

const told = ([by, vote, model, against, , order, quality, error, reason]) => {
  const who = `${vote ? "vote of" : "verdict of"} ${held.names[by]}`;
  const outcome = quality === null ? `none: ${error}` : quality > 0.5 ? "better" : quality < 0.5 ? "worse" : "a tie";
  const place = order === "AB" ? ", shown first" : order === "BA" ? ", shown second" : "";
  return [`${held.names[model]} against ${held.names[against]}${place}, ${who}: ${outcome}`, reason];
};

const inside = (row) => {
  const box = make("div", "inside");
  const part = (title, text, name = "said") => { box.append(make("h4", "", title), make("div", name, text)); };
  part("Prompt", row.task.prompt);
  if (row.task.files.length) box.append(make("p", "meta", `with ${row.task.files.join(" and ")}`));
  if (row.error) part("Error", row.error);
  part("Answer", row.answer || "(nothing)", "said main");
  box.append(make("p", "meta", meta(row)));
  if (row.task.right !== null) part("Right answer", row.task.right);
  const others = rows.filter((other) => other.task === row.task && other !== row);
  if (others.length) {
    box.append(make("h4", "", "Others on this task"));
    const items = make("ul", "others");
    for (const other of others) {
      const item = make("li"), opened = make("details"), head = make("summary");
      const name = other.model + (other.model === held.reference ? " (reference)" : "") + (other.repeat ? `, repeat ${other.repeat}` : "");
      head.append(chip(other.quality), name);
      opened.append(head, make("div", "said", other.error ? `${other.error}\n\n${other.answer}` : other.answer || "(nothing)"));
      item.append(opened);
      items.append(item);
    }
    box.append(items);
  }
  const verdicts = row.task.verdicts.filter((v) => [held.names[v[2]], held.names[v[3]]].includes(row.model) && v[4] === row.repeat);
  if (verdicts.length) box.append(make("h4", "", "Verdicts and votes"));
  for (const verdict of verdicts) {
    const [line, reason] = told(verdict);
    box.append(make("p", "meta", line));
    if (reason) box.append(make("div", "said", reason));
  }
  return box;
};

const entry = (row) => {
  const opened = make("details", "row"), head = make("summary");
  const where = `${row.task.id} · ${row.model}${row.repeat ? ` · repeat ${row.repeat}` : ""}`;
  head.append(chip(row.quality), make("span", "where", where), make("span", "begins", row.task.prompt.slice(0, 200)));
  opened.append(head);
  opened.addEventListener("toggle", () => {
    if (opened.open && opened.childElementCount === 1) opened.append(inside(row));
  });
  return opened;
};

const fits = {
  "": () => true, none: (row) => row.quality === null, 0: (row) => row.quality === 0, 1: (row) => row.quality === 1,
  part: (row) => row.quality > 0 && row.quality < 1, judged: (row) => row.judged,
};
let found = [];
const showMore = () => {
  const from = list.childElementCount;
  list.append(...found.slice(from, from + STEP).map(entry));
  more.hidden = list.childElementCount >= found.length;
  return list.children[from];
};
const filter = () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  found = rows.filter((row) => {
    const cell = `${row.task.modality}/${row.task.category}`;
    if (byModel.value && row.model !== byModel.value) return false;
    if (byTask.value && cell !== byTask.value && !cell.startsWith(`${byTask.value}/`)) return false;
    if (!fits[byScore.value](row)) return false;
    const text = words.length ? `${row.task.id} ${row.task.prompt} ${row.answer} ${row.error}`.toLowerCase() : "";
    return words.every((word) => text.includes(word));
  });
  list.replaceChildren();
  showMore();
  const scored = found.filter((row) => row.quality !== null);
  const mean = scored.length && byTask.value.includes("/") ? `, mean score ${(scored.reduce((sum, row) => sum + row.quality, 0) / scored.length).toFixed(3)}` : "";
  field("counted").textContent = `${found.length.toLocaleString("en")} ${found.length === 1 ? "row" : "rows"}${mean}`;
  const chosen = [byTask.value, byModel.value].map(encodeURIComponent).join("&");
  if (dialog.open) history.replaceState(null, "", `#rows&${chosen}`);
};
let waiting;
find.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
for (const select of [byModel, byTask, byScore]) select.addEventListener("change", filter);
more.addEventListener("click", () => showMore()?.querySelector("summary").focus());

const openRows = (model, cell) => {
  byModel.value = model;
  byTask.value = cell;
  byScore.value = find.value = "";
  dialog.showModal();
  field("rows-title").textContent = model || "All rows";
  filter();
  dialog.scrollTop = 0;
};
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button.open");
  if (button) {
    const { model, modality, category } = button.dataset;
    openRows(model, category ? `${modality}/${category}` : modality);
  } else if (event.target === dialog) {
    dialog.close();
  }
});
dialog.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
if (location.hash.startsWith("#rows&")) {
  const [, cell, model] = location.hash.split("&").map(decodeURIComponent);
  openRows(model ?? "", cell ?? "");
}
