/* Filtering and sorting a listing: the whole of it, not only the page that is open. The state is in the address. */
import { card, element, papers, plain } from "./cards.js";

const AT_ONCE = 25;
const SORTS = {
  published: (one, other) => (other.when ?? "").localeCompare(one.when ?? ""),
  title: (one, other) => order.compare(plain(one.title), plain(other.title)),
};
const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
const words = new WeakMap();

function fields(form) {
  return [...form.elements].filter((field) => field.name);
}

/** Let a form filter the listing of its page, from now on. */
export function start(form) {
  const listing = new Listing(form);
  form.addEventListener("input", () => listing.changed());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    form.elements.q.focus(); /* the button that was pressed goes */
    requestAnimationFrame(() => listing.changed());
  });
  addEventListener("popstate", () => listing.restore());
  if (listing.isAsked()) listing.restore();
  else if (listing.state().toString()) listing.changed(); /* filled in before the script was there */
}

class Listing {
  constructor(form) {
    this.form = form;
    this.whole = document.querySelectorAll("[data-unfiltered]");
    this.count = document.querySelector("[data-count]");
    this.countOfWhole = this.count.textContent;
    this.shown = element("div", { class: "cards", hidden: true });
    document.querySelector(".cards").after(this.shown);
    this.asked = 0;
  }

  /** What the form says: only what narrows or sorts. */
  state() {
    const said = fields(this.form).map((field) => [field.name, field.type === "checkbox" ? field.checked && field.value : field.value.trim()]);
    return new URLSearchParams(said.filter(([, value]) => value));
  }

  /** Whether the address asks for a part of the listing, or for another order. */
  isAsked() {
    const asked = new URLSearchParams(location.search);
    return fields(this.form).some((field) => asked.get(field.name));
  }

  /** Fill the form from the address, and show what that asks for. */
  restore() {
    const asked = new URLSearchParams(location.search);
    for (const field of fields(this.form)) {
      if (field.type === "checkbox") field.checked = asked.get(field.name) === field.value;
      else field.value = asked.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.selectedIndex = 0; /* an address made by hand, or long ago */
    }
    this.show();
  }

  changed() {
    const state = this.state().toString();
    history.replaceState(history.state, "", `${location.pathname}${state && "?"}${state}${location.hash}`);
    this.show();
  }

  async show() {
    const state = this.state();
    const turn = ++this.asked;
    const isAsked = state.toString() !== "";
    this.form.querySelector("[type=reset]").hidden = !isAsked;
    if (!isAsked) return this.showWhole();
    try {
      const { all } = await papers();
      if (turn === this.asked) this.showPart(found(all, this.form.dataset.listing, state), state);
    } catch {
      if (turn === this.asked) this.count.textContent = "The papers could not be loaded. Are you online?";
    }
  }

  showWhole() {
    this.shown.hidden = true;
    this.whole.forEach((part) => (part.hidden = false));
    this.count.textContent = this.countOfWhole;
  }

  showPart({ matching, of }, state) {
    this.whole.forEach((part) => (part.hidden = true));
    this.shown.hidden = false;
    this.shown.replaceChildren();
    const isNarrowed = [...state.keys()].some((name) => name !== "sort");
    const noun = of === 1 ? "paper" : "papers";
    this.count.textContent = isNarrowed ? `${matching.length} of ${of} ${noun}` : `${of} ${noun}`;
    if (matching.length) this.more(matching, 0);
    else this.shown.append(this.nothing());
  }

  /** Some more cards, and a button for those that follow. */
  more(matching, from) {
    const cards = matching.slice(from, from + AT_ONCE).map((paper) => card(paper));
    this.shown.append(...cards);
    const left = matching.length - from - cards.length;
    if (from) cards[0].querySelector(".card__title a").focus();
    if (left <= 0) return;
    const button = element("button", { type: "button", class: "more-cards" }, `Show ${Math.min(left, AT_ONCE)} more`);
    button.addEventListener("click", () => {
      button.remove();
      this.more(matching, from + AT_ONCE);
    });
    this.shown.append(button);
  }

  nothing() {
    const all = element("button", { type: "button", class: "linkish" }, "Show all again");
    all.addEventListener("click", () => this.form.reset());
    return element("p", { class: "quiet nothing" }, "No paper of this list matches all of that. ", all);
  }
}

/** The papers of a listing that match, in the order that is asked for, and how many there are in all. */
export function found(all, listing, state) {
  const members = listing === "papers/" ? all : all.filter((paper) => paper.places.has(listing));
  const wanted = comparable(state.get("q") ?? "").split(/\s+/).filter(Boolean);
  const places = ["tag", "year", "venue"].filter((name) => state.get(name)).map((name) => `${name}s/${state.get(name)}/`);
  const matching = members.filter(
    (paper) =>
      places.every((place) => paper.places.has(place)) &&
      (!state.get("code") || paper.links.some(([label]) => label === "Code")) &&
      wanted.every((word) => wordsOf(paper).includes(word)),
  );
  const sort = SORTS[state.get("sort")];
  return { matching: sort ? matching.sort(sort) : matching, of: members.length };
}

/** All that a paper's words are looked for in, as it is compared. */
function wordsOf(paper) {
  if (!words.has(paper)) {
    const lists = Object.values(paper.listed).flat();
    const said = [plain(paper.title), ...paper.authors, plain(paper.summary ?? ""), ...lists.map(({ title }) => title), paper.place ?? ""];
    words.set(paper, comparable(said.join("\n")));
  }
  return words.get(paper);
}

/** A text without capitals and accents. */
function comparable(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
