/* The reading list's page. The list itself is in saved.js; every change goes there, and what it then holds is shown. */
import { address, announce, element, papers } from "./cards.js";
import { ForYou } from "./for-you.js";
import { Entry, icon } from "./reading-list-entry.js";
import { tidied } from "./reading-list-files.js";
import { arrange, letDrag } from "./reading-list-order.js";
import { quietButton, Side } from "./reading-list-side.js";
import { keep, onChange, root, saved } from "./saved.js";

const SHOWN = {
  all: { label: "All", has: () => true, none: "" },
  unread: { label: "Unread", has: ({ read }) => !read, none: "You have read all of them." },
  read: { label: "Read", has: ({ read }) => read, none: "None is marked as read yet." },
};
const BOOKMARK = "M5 3h10v14l-5-3.6L5 17z";

const WARNING = "It is set to, or is out of room. The list holds until you leave the page: export it before.";
const LOST = "The catalog could not be loaded, so that papers stand here with their titles alone. Are you online?";
const WHAT_FOR =
  "Then you can put the papers in your order, write notes, tick off what you have read, and take the list along as BibTeX, RIS, CSV or Markdown.";
const WHERE_KEPT =
  "There is no account. The list is kept in this browser only. Clear its data and the list is gone: export it when it matters.";
const DROP = "Or drop a file on this page: a backup, BibTeX, RIS, CSV, Markdown, or a list of links to papers, one a line.";

/** Fill the page, from now on. */
export async function start(place) {
  const catalog = await papers().catch(() => null);
  new ReadingList(place, catalog);
}

class ReadingList {
  constructor(place, catalog) {
    this.isCatalogKnown = catalog !== null;
    this.catalog = catalog ?? { all: [], byId: new Map() };
    this.entries = new Map(); /* by id: the rows, also of what was just removed */
    this.removed = new Map(); /* by id: what can be put back */
    this.lingering = new Set(); /* ids that stay in view until another part of the list is asked for */
    this.order = []; /* ids, as the rows stand */
    const state = new URLSearchParams(location.search);
    this.asked = Object.hasOwn(SHOWN, state.get("show") ?? "") ? state.get("show") : "all";
    this.isBrief = state.has("brief");
    this.forYou = new ForYou(catalog);
    this.side = new Side({
      catalog: this.catalog,
      current: () => this.withNotes(),
      change: (list) => this.change(list),
    });
    place.append(...this.frame());
    onChange(() => this.show());
    addEventListener("pagehide", () => this.keepNotes());
    document.addEventListener("visibilitychange", () => document.hidden && this.keepNotes());
    letDrag(this.list, (row) => this.dropped(row));
    this.show();
    this.warn(canKeep());
  }

  /* ---- the list ---- */

  /** Every saved paper once, in the reader's order. */
  current() {
    return tidied(saved(), this.catalog);
  }

  /** The same, with what is being written just now. */
  withNotes() {
    this.keepNotes();
    return this.current();
  }

  change(list) {
    this.warn(keep(list));
  }

  warn(isKept) {
    this.warning.hidden = isKept;
  }

  item(id) {
    return this.current().find((each) => each.id === id) ?? this.entries.get(id).item;
  }

  /** Note, or mark as read. A paper that another window removed meanwhile comes back with what was just said of it. */
  changeItem(id, values) {
    if (!this.current().some((each) => each.id === id)) this.putBack({ ...this.item(id), ...values });
    else this.change(this.current().map((each) => (each.id === id ? { ...each, ...values } : each)));
  }

  remove(id) {
    const entry = this.entries.get(id);
    entry.keepNote();
    this.removed.set(id, this.item(id));
    this.change(this.current().filter((each) => each.id !== id));
    entry.focus();
    announce(`Removed: ${entry.name}`);
  }

  undo(id) {
    this.putBack(this.removed.get(id));
    const entry = this.entries.get(id);
    entry.focus();
    announce(`Put back: ${entry.name}`);
  }

  /** Put a paper where it stood: behind the nearest one before it that is still there. */
  putBack(item) {
    const list = this.current();
    const before = this.order.slice(0, this.order.indexOf(item.id)).reverse();
    const neighbour = before.find((id) => list.some((each) => each.id === id));
    list.splice(list.findIndex((each) => each.id === neighbour) + 1, 0, item);
    this.removed.delete(item.id);
    this.lingering.add(item.id);
    this.change(list);
  }

  /** Move a paper among those in view. */
  move(id, step) {
    const inView = this.inView();
    const from = inView.indexOf(id);
    const to = Math.max(0, Math.min(inView.length - 1, from + step));
    if (to !== from) this.place(id, to);
    else announce(`${this.entries.get(id).name} is ${from ? "last" : "first"} already`);
    this.entries.get(id).element.scrollIntoView({ block: "nearest" });
  }

  dropped(row) {
    const rows = [...this.list.children].map((each) => each.dataset.id).filter((id) => !this.removed.has(id));
    this.place(row.dataset.id, rows.indexOf(row.dataset.id));
  }

  place(id, to) {
    const others = this.inView().filter((each) => each !== id);
    const moved = this.item(id);
    const list = this.current().filter((each) => each.id !== id);
    const at = (neighbour) => list.findIndex((each) => each.id === neighbour);
    list.splice(to ? at(others[to - 1]) + 1 : Math.max(0, at(others[0])), 0, moved);
    this.change(list);
    announce(`${this.entries.get(id).name}, now ${to + 1} of ${others.length + 1}`);
  }

  inView() {
    return this.order.filter((id) => !this.removed.has(id));
  }

  keepNotes() {
    for (const entry of this.entries.values()) entry.keepNote();
  }

  /* ---- what is shown ---- */

  show() {
    const list = this.current();
    const { has } = SHOWN[this.asked];
    this.renewEntries(list);
    const isShown = (each) => has(each) || this.lingering.has(each.id) || this.entries.get(each.id).isEdited();
    this.order = this.withStaying(list.filter(isShown).map(({ id }) => id));
    for (const id of this.order) if (!this.removed.has(id)) this.lingering.add(id);
    arrange(this.list, this.order.map((id) => this.entries.get(id).element));
    const inView = this.inView();
    inView.forEach((id, at) => this.entries.get(id).setEnds(at === 0, at === inView.length - 1));
    this.showParts(list);
    this.forYou.show(list);
  }

  renewEntries(list) {
    const listed = new Set(list.map(({ id }) => id));
    for (const each of list) {
      this.removed.delete(each.id);
      if (this.entries.has(each.id)) this.entries.get(each.id).show(each);
      else this.entries.set(each.id, this.entry(each));
    }
    for (const [id, entry] of this.entries) {
      if (this.removed.has(id)) entry.setRemoved(true);
      else if (!listed.has(id) && !entry.isEdited()) this.entries.delete(id);
    }
  }

  entry(item) {
    return new Entry(item, this.catalog.byId.get(item.id) ?? null, this.isCatalogKnown, {
      change: (id, values) => this.changeItem(id, values),
      move: (id, step) => this.move(id, step),
      remove: (id) => this.remove(id),
      undo: (id) => this.undo(id),
      left: () => this.show(),
    });
  }

  /** The ids with those that are no more in the list but stay in view: removed just now, or being written of. */
  withStaying(ids) {
    const order = [...ids];
    this.order.forEach((id, place) => {
      if (!order.includes(id) && (this.removed.has(id) || this.entries.get(id)?.isEdited())) {
        order.splice(order.indexOf(this.order[place - 1]) + 1, 0, id);
      }
    });
    return order;
  }

  showParts(list) {
    const isEmpty = !list.length && !this.order.length;
    this.empty.hidden = !isEmpty;
    for (const part of [this.bar, this.list, this.kept]) part.hidden = isEmpty;
    this.side.show(isEmpty);
    for (const [name, button] of this.choices) {
      const { label, has } = SHOWN[name];
      const number = list.filter(has).length;
      button.replaceChildren(`${label} `, element("span", { class: "n" }, String(number)));
      button.setAttribute("aria-pressed", String(name === this.asked));
    }
    this.none.textContent = SHOWN[this.asked].none;
    this.none.hidden = isEmpty || this.order.length > 0;
  }

  ask(name) {
    this.asked = name;
    this.keepNotes();
    this.lingering.clear();
    this.removed.clear();
    this.remember();
    this.show();
  }

  /** Titles and notes alone, or whole cards. */
  beBrief(is) {
    this.isBrief = is;
    this.list.classList.toggle("entries--brief", is);
    this.brief.setAttribute("aria-pressed", String(is));
    this.remember();
  }

  /** What is looked at stands in the address. */
  remember() {
    const state = new URLSearchParams({ ...(this.asked !== "all" && { show: this.asked }), ...(this.isBrief && { brief: 1 }) }).toString();
    history.replaceState(history.state, "", `${location.pathname}${state && "?"}${state}${location.hash}`);
  }

  /* ---- the frame ---- */

  frame() {
    this.warning = notice("alert", element("strong", {}, "This browser keeps nothing for this site. "), WARNING);
    this.kept = element(
      "p",
      { class: "quiet reading__kept" },
      "Kept in this browser only. Clear its data and the list is gone: ",
      quietButton("export it", () => this.side.open()),
      ".",
    );
    this.bar = this.makeBar();
    this.list = element("ol", { class: "entries", "aria-label": "Saved papers" });
    this.beBrief(this.isBrief);
    this.none = element("p", { class: "quiet nothing", hidden: true });
    this.empty = this.makeEmpty();
    const lost = !this.isCatalogKnown && notice("note", LOST);
    const parts = [this.warning, lost, this.bar, this.list, this.none, this.empty];
    return [this.kept, this.side.element, element("div", { class: "reading__main" }, parts), this.forYou.section];
  }

  /** Which part of the list is shown, and how. */
  makeBar() {
    const choice = (act, ...about) => {
      const made = element("button", { type: "button", class: "reading__choice" }, ...about);
      made.addEventListener("click", act);
      return made;
    };
    this.choices = new Map(Object.keys(SHOWN).map((name) => [name, choice(() => this.ask(name))]));
    this.brief = choice(() => this.beBrief(!this.isBrief), "Brief");
    this.brief.classList.add("reading__choice--brief");
    const about = { class: "reading__bar", role: "group", "aria-label": "Show" };
    return element("div", about, ...this.choices.values(), this.brief);
  }

  makeEmpty() {
    const choose = element("button", { type: "button", class: "action" }, "Import a list");
    choose.addEventListener("click", () => this.side.choose());
    const bookmark = element("span", { class: "reading__sample" }, icon(BOOKMARK), "Save");
    const browse = element("a", { class: "action action--first", href: address("papers/") }, "Browse all papers");
    return element(
      "div",
      { class: "reading__empty", hidden: true },
      element("h2", {}, "Nothing saved yet"),
      element("p", {}, "The bookmark on any card, ", bookmark, ", puts a paper here. ", WHAT_FOR),
      element("p", {}, WHERE_KEPT),
      element("p", { class: "reading__first" }, browse, choose),
      element("p", { class: "quiet" }, DROP),
    );
  }
}

function notice(role, ...words) {
  return element("p", { class: "notice", role, hidden: role === "alert" }, ...words);
}

/** Whether this browser keeps anything for this site. */
function canKeep() {
  const key = `digest:${root.pathname}:trial`;
  try {
    localStorage.setItem(key, "1");
    localStorage.removeItem(key);
    return true;
  } catch {
    return false;
  }
}
