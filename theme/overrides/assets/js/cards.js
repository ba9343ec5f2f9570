/* The cards of all papers, and what a card does. `theme/templates/pages/card.html.j2` makes the same without scripts. */
import { isSaved, onChange, root, toggle } from "./saved.js";

const NAMED_AUTHORS = 3;
let loading = null;

/** An element with attributes and children, of which texts are escaped. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** HTML of the generator's making, in which every text was escaped, as nodes. */
function markup(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The address of a page of the site. */
export function address(path) {
  return new URL(path, root).href;
}

/** All papers, in the site's order, and what finds one by its present or a former id. Fetched once. */
export function papers() {
  loading ??= fetchPapers().catch((reason) => {
    loading = null;
    throw reason;
  });
  return loading;
}

async function fetchPapers() {
  const answer = await fetch(address("papers/cards.json"));
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const { lists, papers: records } = await answer.json();
  const all = records.map((record) => paper(record, lists));
  const byId = new Map(all.map((each) => [each.id, each]));
  for (const each of all) for (const former of each.former ?? []) if (!byId.has(former)) byId.set(former, each);
  return { all, byId };
}

/** A record with the lists that it is in, by kind: `categories`, `tags`, `venues`, `years`, `authors`. */
function paper(record, lists) {
  const made = { authors: [], links: [], ...record, listed: {}, places: new Set() };
  for (const number of record.in ?? []) {
    const [path, title, hue] = lists[number];
    (made.listed[path.slice(0, path.indexOf("/"))] ??= []).push({ path, title, hue });
    made.places.add(path);
  }
  return made;
}

/** A title or summary without its markup. */
export function plain(html) {
  return html.includes("<") || html.includes("&") ? markup(html).textContent : html;
}

/** A paper's card, as it stands in listings. */
export function card(paper, level = 2) {
  const { categories: [category] = [], venues: [venue] = [], tags = [] } = paper.listed;
  const page = address(`papers/${paper.id}/`);
  const link = (to, name) => element("a", { class: name, href: address(to.path) }, to.title);
  const made = element(
    "article",
    { class: `card hue-${category?.hue || 1}`, "data-paper": paper.id },
    element(
      "p",
      { class: "card__meta" },
      category && link(category, "card__category"),
      venue
        ? element("a", { class: "card__venue", href: address(venue.path) }, paper.place)
        : paper.place && element("span", { class: "card__venue" }, paper.place),
      paper.date && element("time", { datetime: paper.when }, paper.date),
      paper.status && element("strong", { class: "status" }, paper.status),
    ),
    element(`h${level}`, { class: "card__title", dir: "auto" }, element("a", { href: page }, markup(paper.title))),
    paper.authors.length > 0 && element("p", { class: "card__authors" }, ...names(paper.authors)),
    paper.summary && element("p", { class: "card__summary", dir: "auto" }, markup(paper.summary)),
    paper.abstract && abstract(page),
    element(
      "div",
      { class: "card__foot" },
      tags.length > 0 &&
        element("ul", { class: "card__tags", "aria-label": "Tags" }, tags.map((tag) => element("li", {}, link(tag)))),
      element(
        "ul",
        { class: "card__links", "aria-label": "Links" },
        paper.links.map(([label, url]) => element("li", {}, element("a", { href: url, rel: "nofollow" }, label))),
        element("li", {}, element("a", { class: "card__cite", href: `${page}#cite` }, "Cite")),
      ),
    ),
  );
  enliven(made);
  return made;
}

/** The authors named on a card: all of them when that is hardly longer. */
function names(authors) {
  const shown = authors.length <= NAMED_AUTHORS + 1 ? authors : authors.slice(0, NAMED_AUTHORS);
  const parts = shown.flatMap((name, place) => [place ? ", " : null, element("bdi", {}, name)]);
  const more = authors.length - shown.length;
  return more ? [...parts, " ", element("span", { class: "more" }, `+\u00a0${more}`)] : parts;
}

/** The abstract, which is fetched from the paper's page when it is opened. */
function abstract(page) {
  const made = element("details", { class: "card__abstract" }, element("summary", {}, "Abstract"));
  made.addEventListener(
    "toggle",
    async () => {
      const found = await fragment(page, ".paper__abstract").catch(() => []);
      const lost = () => [element("p", {}, "The abstract could not be loaded. ", element("a", { href: page }, "Open the paper’s page"))];
      made.append(...(found.length ? found.map((each) => element("p", { dir: "auto" }, ...each.childNodes)) : lost()));
    },
    { once: true },
  );
  return made;
}

/** The elements of another page of the site that a selector finds. */
export async function fragment(page, selector) {
  const answer = await fetch(page);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll(selector);
  return [...found].map((each) => document.importNode(each, true));
}

/** Give a card, or the head of a paper's page, the buttons that need a script. */
export function enliven(made) {
  const title = made.querySelector(".card__title, .paper__title").textContent;
  const button = saveButton(made.dataset.paper, title);
  const actions = made.querySelector(".paper__actions");
  if (actions) {
    button.className = "action action--save";
    actions.append(button);
  } else {
    made.querySelector(".card__meta").after(button);
  }
  const cite = made.querySelector(".card__cite");
  if (cite && navigator.clipboard) cite.replaceWith(bibtexButton(made.dataset.paper, title, cite));
}

function saveButton(id, title) {
  const made = element("button", { type: "button", class: "save", "data-save": id }, star(), element("span", {}));
  made.setAttribute("aria-label", `Save: ${title}`);
  made.addEventListener("click", () => {
    if (!toggle(id, title)) announce("This browser keeps nothing for this site: the list is lost with the page");
  });
  showSaved(made);
  return made;
}

function showSaved(button) {
  const is = isSaved(button.dataset.save);
  button.setAttribute("aria-pressed", String(is));
  button.lastChild.textContent = is ? "Saved" : "Save";
}

/* One listener for all buttons that are on the page: cards come and go with every letter of a filter. */
onChange(() => document.querySelectorAll("[data-save]").forEach(showSaved));

function star() {
  return markup(
    '<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true"><path d="M5 3h10v14l-5-3.6L5 17z" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/></svg>',
  );
}

function bibtexButton(id, title, cite) {
  const made = element("button", { type: "button", class: "linkish" }, "Copy BibTeX");
  made.setAttribute("aria-label", `Copy BibTeX: ${title}`);
  made.addEventListener("click", async () => {
    try {
      await copy(bibtex(id));
      confirm(made);
    } catch {
      location.assign(cite.href);
    }
  });
  return made;
}

/** A paper's BibTeX, from its page. */
export async function bibtex(id) {
  const [code] = await fragment(address(`papers/${id}/`), "#cite pre code");
  return `${code.textContent.trim()}\n`;
}

/** Copy a text that is still on its way: some browsers want to be asked while the click lasts. */
export async function copy(promised) {
  if (typeof ClipboardItem === "function" && navigator.clipboard.write) {
    const text = promised.then((value) => new Blob([value], { type: "text/plain" }));
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
  } else {
    await navigator.clipboard.writeText(await promised);
  }
}

/** Say for a moment that a button did its work, to eyes and to screen readers. */
export function confirm(button, said = "Copied") {
  const before = confirmed.get(button) ?? { text: button.textContent, label: button.getAttribute("aria-label") };
  clearTimeout(before.timer);
  button.textContent = said;
  button.removeAttribute("aria-label");
  announce(said);
  before.timer = setTimeout(() => {
    confirmed.delete(button);
    button.textContent = before.text;
    if (before.label) button.setAttribute("aria-label", before.label);
  }, 1600);
  confirmed.set(button, before);
}

/* What the buttons say that say something else at the moment. */
const confirmed = new WeakMap();

/** Tell screen readers of something that only eyes would notice. */
export function announce(words) {
  let region = document.getElementById("F-announced");
  if (!region) {
    region = element("p", { id: "F-announced", class: "unseen", role: "status" });
    document.body.append(region);
  }
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = words));
}
