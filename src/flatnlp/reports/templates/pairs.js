(() => {
"use strict";
const data = JSON.parse(document.getElementById("pairs-data").textContent);
const hidden = new RegExp(data.hidden, "gu");
const FULL = 1000, EXCERPT = 70;
const byId = (id) => document.getElementById("pairs-" + id);

// Every text goes into the page through here, as text: nothing is ever read as HTML.
const element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) if (value !== null) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
};
const legible = (text) => {
  const parts = [];
  let read = 0;
  for (const found of text.matchAll(hidden)) {
    if (found.index > read) parts.push(text.slice(read, found.index));
    const code = "[U+" + found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + "]";
    parts.push(element("span", { class: "hidden-character", title: "a character that cannot be seen" }, code));
    read = found.index + found[0].length;
  }
  if (read < text.length) parts.push(text.slice(read));
  return parts;
};

const pairs = data.pairs.map((row, order) => {
  const [set, index, text, label, before, after, pBefore, pAfter, verdict, queries, flat, saliency] = row;
  const swaps = [];
  for (let i = 0; i < flat.length; i += 3) swaps.push({ start: flat[i], end: flat[i + 1], text: flat[i + 2] });
  return { order, set: data.sets[set], index, original: data.texts[text], label, before, after, pBefore, pAfter,
    verdict: data.verdicts[verdict], queries, swaps, saliency, drop: pBefore - pAfter };
});
const adversarial = (pair) => {
  let text = "", read = 0;
  const spans = [];
  for (const swap of pair.swaps) {
    text += pair.original.slice(read, swap.start);
    spans.push([text.length, text.length + swap.text.length]);
    text += swap.text;
    read = swap.end;
  }
  return { text: text + pair.original.slice(read), spans };
};
const haystack = (pair) => (pair.haystack ??= (pair.original + "\n" + adversarial(pair).text).toLowerCase());

// Filters and order.
const several = (values) => new Set(values).size > 1;
const manySets = several(pairs.map((pair) => pair.set.attack + "\n" + pair.set.split));
const manyRuns = several(pairs.map((pair) => pair.set.run)) || manySets;
const runName = (set) => manySets ? set.run + ", " + set.attack + " on " + set.split : set.run;
const className = (pair, number) => pair.set.classes[number] ?? "class " + number;
const fill = (id, all, values) => byId(id).append(
  element("option", { value: "" }, all), ...[...new Set(values)].map((value) => element("option", { value: "=" + value }, value)));
fill("verdict", "any", data.verdicts.filter((verdict) => pairs.some((pair) => pair.verdict === verdict)));
fill("class", "any", pairs.map((pair) => className(pair, pair.label)));
fill("run", "all", pairs.map((pair) => runName(pair.set)));
if (!manyRuns) byId("run").closest("label").hidden = true;
const ORDERS = [
  ["order of the data set", (a, b) => a.index - b.index],
  ["most words changed", (a, b) => b.swaps.length - a.swaps.length],
  ["fewest words changed", (a, b) => a.swaps.length - b.swaps.length],
  ["largest drop of probability", (a, b) => b.drop - a.drop],
  ["smallest drop of probability", (a, b) => a.drop - b.drop],
  ["most queries", (a, b) => b.queries - a.queries],
  ["fewest queries", (a, b) => a.queries - b.queries],
];
byId("sort").append(...ORDERS.map(([name], number) => element("option", { value: number }, name)));

let found = pairs, page = 0;
const opened = new Set();
const choose = () => {
  const search = byId("search").value.trim().toLowerCase();
  const example = /^#\d+$/.test(search) ? Number(search.slice(1)) : null;
  const [verdict, label, run] = ["verdict", "class", "run"].map((id) => byId(id).value.slice(1));
  const only = byId("explained")?.checked;
  found = pairs.filter((pair) =>
    (!verdict || pair.verdict === verdict) && (!label || className(pair, pair.label) === label) &&
    (!run || runName(pair.set) === run) && (!only || pair.saliency) &&
    (example === null ? !search || haystack(pair).includes(search) : pair.index === example));
  const compare = ORDERS[byId("sort").value || 0][1];
  found.sort((a, b) => compare(a, b) || a.index - b.index || a.order - b.order);
  page = 0;
  show();
};

// One row: the text with its swaps in place, long stretches between them cut.
const head = (text, room) => text.slice(0, room).replace(/\S*$/u, "") || text.slice(0, room);
const tail = (text, room) => text.slice(-room).replace(/^\S*/u, "") || text.slice(-room);
const excerpt = (text, first, last) => {
  if (text.length <= (first || last ? EXCERPT : 2 * EXCERPT) + 15) return text;
  return first ? "… " + tail(text, EXCERPT) : last ? head(text, EXCERPT) + " …" : head(text, EXCERPT) + " … " + tail(text, EXCERPT);
};
const inPlace = (pair) => {
  if (!pair.swaps.length) return legible(pair.original.length > 4 * EXCERPT ? head(pair.original, 4 * EXCERPT) + " …" : pair.original);
  const parts = [];
  let read = 0;
  for (const swap of pair.swaps) {
    parts.push(...legible(excerpt(pair.original.slice(read, swap.start), read === 0, false)));
    if (swap.end > swap.start) parts.push(element("del", {}, ...legible(pair.original.slice(swap.start, swap.end))), " ");
    parts.push(element("ins", {}, ...legible(swap.text)));
    read = swap.end;
  }
  parts.push(...legible(excerpt(pair.original.slice(read), false, true)));
  return parts;
};
const cell = (name, className, ...children) => element("td", { "data-name": name, class: className }, ...children);
const bdi = (text) => element("bdi", {}, ...legible(text));
const MARKS = { flipped: "✗ ", held: "✓ " };
const rowOf = (pair) => {
  const id = "pair-" + pair.order, open = opened.has(pair.order);
  const button = element("button", { type: "button", class: "open", "aria-expanded": String(open), "aria-controls": id,
    "aria-label": "Example " + pair.index + (manyRuns ? ", " + runName(pair.set) : "") }, String(pair.index));
  const row = element("tr", { class: pair.verdict.replaceAll(" ", "-") },
    element("th", { scope: "row", class: "number" }, button),
    manyRuns ? cell("Run", null, bdi(runName(pair.set))) : null,
    cell("True class", null, bdi(className(pair, pair.label))),
    cell("Outcome", "outcome", (MARKS[pair.verdict] || "") + pair.verdict),
    cell("Text", "swapped-text", element("span", { dir: "auto" }, ...inPlace(pair))),
    cell("Words changed", "number", String(pair.swaps.length)),
    cell("Queries", "number", pair.queries.toLocaleString("en")),
    cell("Drop", "number", (100 * pair.drop).toFixed(1)));
  button.addEventListener("click", () => {
    const now = !opened.has(pair.order);
    if (now) opened.add(pair.order); else opened.delete(pair.order);
    button.setAttribute("aria-expanded", String(now));
    if (now) row.after(detailOf(pair, id)); else row.nextSibling.remove();
  });
  return open ? [row, detailOf(pair, id)] : [row];
};

// One pair in full, with saliency on demand.
const cut = (text, spans, words) => {
  const edges = new Set([0, text.length]);
  for (const [start, end] of spans) edges.add(start).add(end);
  for (let i = 0; i < words.length; i += 4) edges.add(words[i]).add(words[i + 1]);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, i) => ({ start, end: sorted[i + 1] }));
};
const drawn = (text, spans, kind, words, scale) => {
  const paragraph = element("p", { class: "text" + (words.length ? " saliency" : ""), dir: "auto" });
  const place = () => paragraph.append(element("mark", { class: kind + " empty" }));
  const empty = new Set(spans.filter(([start, end]) => start === end).map(([start]) => start));
  let at = 0;
  for (const { start, end } of cut(text, spans, words)) {
    if (empty.has(start)) place();
    const swapped = spans.some(([a, b]) => a < end && start < b);
    while (at < words.length && words[at + 1] <= start) at += 4;
    const inWord = at < words.length && words[at] <= start;
    let content = legible(text.slice(start, end));
    if (inWord) {
      const value = words[at + 2], importance = words[at + 3];
      const sign = value === null ? "unread" : value > 0 ? "for" : value < 0 ? "against" : "";
      const said = (value === null ? "not read by the model" : (value < 0 ? "−" : "+") + Math.abs(value * scale / FULL).toPrecision(3)) +
        (importance === null ? "" : ", importance " + (importance / FULL).toFixed(3));
      const span = element("span", { class: "word " + sign, title: said }, ...content);
      span.style.setProperty("--s", Math.abs(value || 0) / FULL);
      content = [span];
    }
    if (swapped) paragraph.append(element("mark", { class: kind }, ...content)); else paragraph.append(...content);
  }
  if (empty.has(text.length)) place();
  return paragraph;
};
const percent = (share) => (100 * share).toFixed(1);
const detailOf = (pair, id) => {
  const other = adversarial(pair), label = className(pair, pair.label);
  const sides = element("div", { class: "attempts" });
  const draw = (explained) => {
    const [, scale, first, second] = explained ? pair.saliency : [0, 1, [], []];
    const side = (name, prediction, probability, text, spans, kind, words) => element("div", { class: "attempt" },
      element("p", { class: "side" }, name + " → ", element("b", {}, bdi(className(pair, prediction)))),
      drawn(text, spans, kind, words, scale),
      element("p", { class: "numbers" }, "Probability of ", bdi(label), ": " + percent(probability) + " %"));
    sides.replaceChildren(
      side("Original", pair.before, pair.pBefore, pair.original, pair.swaps.map((swap) => [swap.start, swap.end]), "was", first));
    if (pair.swaps.length) sides.append(side("Adversarial", pair.after, pair.pAfter, other.text, other.spans, "now", second));
  };
  draw(false);
  const tools = element("div", { class: "tools" });
  if (pair.saliency) {
    const toggle = element("button", { type: "button", class: "show-saliency", "aria-pressed": "false" }, "Show saliency");
    const key = element("p", { class: "key saliency", hidden: "" }, (pair.set.method || "saliency") + ": ",
      element("span", { class: "word for", style: "--s:.7" }, "speaks for"), " ", bdi(className(pair, pair.saliency[0])), ", ",
      element("span", { class: "word against", style: "--s:.7" }, "against it"), "; the stronger, the darker and the thicker the line.");
    toggle.addEventListener("click", () => {
      const now = toggle.getAttribute("aria-pressed") === "false";
      toggle.setAttribute("aria-pressed", String(now));
      toggle.textContent = now ? "Hide saliency" : "Show saliency";
      key.hidden = !now;
      draw(now);
    });
    tools.append(toggle, key);
  }
  if (manyRuns) {
    const all = element("button", { type: "button" }, "This example in every run");
    all.addEventListener("click", () => {
      for (const each of ["verdict", "class", "run"]) byId(each).value = "";
      if (byId("explained")) byId("explained").checked = false;
      byId("search").value = "#" + pair.index;
      choose();
      byId("search").focus();
    });
    tools.append(all);
  }
  const room = element("td", { colspan: "8" }, sides, tools);
  return element("tr", { id, class: "detail" }, room);
};

const show = () => {
  const size = Number(byId("size").value), last = Math.max(0, Math.ceil(found.length / size) - 1);
  page = Math.min(page, last);
  const part = found.slice(page * size, (page + 1) * size);
  byId("rows").replaceChildren(...part.flatMap(rowOf));
  byId("count").textContent = found.length === pairs.length
    ? "All " + pairs.length.toLocaleString("en") + " pairs"
    : found.length.toLocaleString("en") + " of " + pairs.length.toLocaleString("en") + " pairs";
  byId("page").textContent = found.length
    ? (page * size + 1).toLocaleString("en") + "–" + (page * size + part.length).toLocaleString("en") + " of " + found.length.toLocaleString("en")
    : "none found";
  byId("previous").disabled = page === 0;
  byId("next").disabled = page === last;
};
const turn = (by) => { page += by; show(); document.getElementById("pairs").scrollIntoView(); };
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));
byId("size").addEventListener("change", show);
byId("search").addEventListener("input", choose);
for (const id of ["verdict", "class", "run", "sort", "explained"]) byId(id)?.addEventListener("change", choose);
document.getElementById("browser").hidden = false;
if (!manyRuns) document.querySelector(".pairs thead th:nth-child(2)").remove();
choose();
})();
