/* The search dialog: results as one types, by the index that Pagefind made, and facets that are loaded when they are opened. */
import { address, element } from "./cards.js";
import { root } from "./saved.js";

const AT_ONCE = 8;
const FACETS = { category: "Category", tag: "Tag", year: "Year", venue: "Venue" };

const dialog = document.getElementById("F-search");
const part = (name) => dialog.querySelector(`.search__${name}`);
const [input, form, results, count, facets, places] = ["input", "form", "results", "count", "facets", "fields"].map(part);
let loading = null;
let asked = 0;
let shown = ""; /* the words of which the results are */
let isEnterWaiting = false;

/** Show the dialog. */
export function open() {
  if (dialog.open) return;
  dialog.showModal();
  input.select();
  index().then(search, fail);
}

/** The index, which is loaded when it is first wanted. */
function index() {
  loading ??= import(new URL("pagefind/pagefind.js", root)).then(async (pagefind) => {
    await pagefind.options({ baseUrl: root.pathname, excerptLength: 22 });
    await pagefind.init();
    return pagefind;
  });
  return loading;
}

function fail() {
  loading = null;
  results.replaceChildren();
  count.textContent = "Search could not be loaded. Are you online?";
}

async function search() {
  const turn = ++asked;
  const words = input.value.trim();
  const filters = chosen();
  if (!words && !Object.keys(filters).length) {
    results.replaceChildren();
    count.textContent = shown = "";
    return;
  }
  try {
    const answer = await (await index()).search(words || null, { filters });
    if (turn !== asked) return;
    const first = await Promise.all(answer.results.slice(0, AT_ONCE).map((result) => result.data()));
    if (turn !== asked) return;
    results.replaceChildren(...first.map((found) => result(found, words)));
    shown = words;
    offerMore(answer.results, AT_ONCE, words);
    count.textContent = told(answer.results.length, words);
    showCounts(answer.filters);
    if (isEnterWaiting) openFirst();
  } catch {
    if (turn === asked) fail();
  }
}

function told(number, words) {
  const papers = number === 1 ? "1 paper" : `${number} papers`;
  if (!number) return words ? `No paper with “${words}”${facets.open ? " and all of that" : ""}` : "No paper with all of that";
  return words ? `${papers} with “${words}”` : papers;
}

/** One paper that was found, with its matches marked. */
function result({ url, meta, excerpt }, words) {
  const link = element(
    "a",
    { href: url, class: "search__link" },
    element("span", { class: "search__title", dir: "auto" }, ...marked(meta.title, words)),
    element("span", { class: "search__about" }, [meta.authors, meta.about].filter(Boolean).join(" · ")),
    element("span", { class: "search__excerpt", dir: "auto" }, ...excerptNodes(excerpt)),
  );
  return element("li", { class: `hue-${meta.hue}` }, link);
}

/** A title, in which what begins like a word that was asked for is marked. */
function marked(title, words) {
  const wanted = words.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1);
  if (!wanted.length) return [title];
  const starts = new RegExp(`(?<![\\p{L}\\p{N}])(${wanted.join("|")})`, "giu");
  return title.split(starts).map((text, place) => (place % 2 ? element("mark", {}, text) : text));
}

/** An excerpt as text and marks: whatever else it may hold stays text. */
function excerptNodes(excerpt) {
  const field = document.createElement("textarea"); /* in which entities are read, and no elements */
  const text = (html) => ((field.innerHTML = html), field.value);
  return excerpt.split(/<mark>|<\/mark>/).map((html, place) => (place % 2 ? element("mark", {}, text(html)) : text(html)));
}

function offerMore(all, from, words) {
  if (all.length <= from) return;
  const button = element("button", { type: "button", class: "search__more" }, `Show ${Math.min(AT_ONCE, all.length - from)} more`);
  const row = element("li", { class: "search__row" }, button);
  button.addEventListener("click", async () => {
    button.disabled = true;
    const found = await Promise.all(all.slice(from, from + AT_ONCE).map((each) => each.data())).catch(() => null);
    button.disabled = false;
    if (!found || !row.isConnected) return; /* offline, or something else is shown by now */
    const rows = found.map((each) => result(each, words));
    row.replaceWith(...rows);
    offerMore(all, from + AT_ONCE, words);
    rows[0].firstChild.focus();
  });
  results.append(row);
}

/* ---- facets ---- */

function chosen() {
  const values = [...places.querySelectorAll("[name]")].map((field) => [field.name, field.type === "checkbox" ? field.checked && field.value : field.value]);
  return Object.fromEntries(values.filter(([, value]) => value));
}

async function loadFacets() {
  if (!facets.open || places.childElementCount) return;
  try {
    const filters = await (await index()).filters();
    const named = Object.keys(FACETS).filter((name) => filters[name]);
    places.append(...named.map((name) => select(name, filters[name])), ...(filters.code ? [codeBox()] : []));
    showCounts(filters);
    search();
  } catch {
    fail();
  }
}

function select(name, values) {
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const titles = Object.keys(values).sort(name === "year" ? (one, other) => order.compare(other, one) : order.compare);
  const options = titles.map((title) => element("option", { value: title }, title));
  const id = `F-search-${name}`;
  const any = element("option", { value: "" }, "Any");
  return element("p", { class: "search__field" }, element("label", { for: id }, FACETS[name]), element("select", { id, name }, any, ...options));
}

function codeBox() {
  const box = element("input", { type: "checkbox", id: "F-search-code", name: "code", value: "yes" });
  const label = element("label", { for: "F-search-code" }, "Has code");
  return element("p", { class: "search__field search__field--check" }, box, label);
}

/** Beside every choice the number of papers that it would leave. Where one is made already, the others would leave none
    beside it, and each of them alone is not known: they stay as they are, to be chosen instead. */
function showCounts(filters) {
  if (!filters) return;
  for (const option of places.querySelectorAll("option[value]:not([value=''])")) {
    if (option.parentElement.value) {
      option.textContent = option.value;
      option.disabled = false;
      continue;
    }
    const number = filters[option.parentElement.name]?.[option.value] ?? 0;
    option.textContent = `${option.value} (${number})`;
    option.disabled = !number;
  }
}

/* ---- keys ---- */

/** The first result of what is typed, as soon as it is there. */
function openFirst() {
  isEnterWaiting = shown !== input.value.trim();
  if (!isEnterWaiting) results.querySelector("a")?.click();
}

/** Arrows go from the field through the results and back; Enter in the field opens the first one. */
function onKey(event) {
  if (event.isComposing) return; /* the key belongs to the input method */
  const links = [...results.querySelectorAll("a, button")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    event.preventDefault();
    dialog.close();
  } else if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    openFirst();
  } else if (event.key === "ArrowDown" && (at >= 0 || event.target === input) && links[at + 1]) {
    event.preventDefault();
    links[at + 1].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (links[at - 1] ?? input).focus();
  }
}

dialog.addEventListener("keydown", onKey);
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
form.addEventListener("input", () => {
  isEnterWaiting = false;
  search();
});
places.addEventListener("input", search);
facets.addEventListener("toggle", loadFacets);
