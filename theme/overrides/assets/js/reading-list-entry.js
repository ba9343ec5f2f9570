/* One paper of the reading list: its card, the reader's note, and what can be done with it. */
import { address, card, element } from "./cards.js";
import { LONGEST_NOTE, shortName, titleOf } from "./reading-list-files.js";

const PAUSE = 400; /* milliseconds without typing after which a note is kept */
const LEAVING = 250; /* so long an empty field stays open, lest what was just clicked moves away */
const DOTS = "M7.5 5h.01M12.5 5h.01M7.5 10h.01M12.5 10h.01M7.5 15h.01M12.5 15h.01";
const growsByItself = CSS.supports("field-sizing", "content");

/** A row of the list. `acts` are what it asks of the list: `change(id, values)`, `move(id, step)`, `remove(id)`, `undo(id)`,
    and `left()` when a note is no longer written. */
export class Entry {
  constructor(item, paper, isCatalogKnown, acts) {
    Object.assign(this, { item, acts, id: item.id, name: shortName(titleOf({ item, paper })), isWritten: false });
    this.article = paper ? card(paper) : bareCard(item, isCatalogKnown);
    this.note = this.makeNote();
    this.makeTools();
    this.removed = this.makeRemoved();
    this.element = element("li", { class: "entry", "data-id": this.id }, this.article, this.removed);
    this.show(item);
  }

  /** The card's own button to save is replaced by one to remove, and its tags by what the reader does here. */
  makeTools() {
    this.article.querySelector(".save")?.remove();
    this.article.querySelector(".card__tags")?.remove();
    this.read = element("input", { type: "checkbox" });
    this.read.addEventListener("change", () => this.acts.change(this.id, { read: this.read.checked }));
    this.addNote = this.button("Add a note", `Add a note: ${this.name}`, () => this.openNote());
    this.addNote.className = "linkish";
    const remove = this.button("Remove", `Remove: ${this.name}`, () => this.acts.remove(this.id));
    remove.className = "linkish";
    const whose = element("span", { class: "unseen" }, `: ${this.name}`);
    const label = element("label", { class: "entry__read" }, this.read, "Read", whose);
    const foot = this.article.querySelector(".card__foot");
    foot.prepend(element("div", { class: "entry__tools" }, label, this.addNote, remove));
    foot.before(this.note);
    this.article.append(this.makeOrder());
  }

  makeOrder() {
    const step = (way, name, path) => {
      const made = this.button("", `Move ${name}: ${this.name}`, () => this.acts.move(this.id, way));
      made.append(icon(path));
      made.dataset.step = way;
      made.title = `Move ${name}`;
      return made;
    };
    const made = element(
      "div",
      { class: "entry__order", role: "group", "aria-label": `Place of ${this.name}` },
      step(-Infinity, "to the top", "M5 3.5h10M10 17V7M5.5 11 10 6.5l4.5 4.5"),
      step(-1, "up", "M10 16V5M5.5 9.5 10 5l4.5 4.5"),
      step(1, "down", "M10 4v11M5.5 10.5 10 15l4.5-4.5"),
      element("span", { class: "entry__handle", "data-handle": true, title: "Drag to another place" }, icon(DOTS)),
    );
    made.addEventListener("keydown", (event) => this.onOrderKey(event));
    return made;
  }

  /** On the arrows, keys do what they say: also to the list's beginning and end. */
  onOrderKey(event) {
    const steps = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    event.preventDefault();
    this.acts.move(this.id, steps[event.key]);
  }

  makeNote() {
    const note = element("textarea", { class: "entry__note", rows: 1, maxlength: LONGEST_NOTE, dir: "auto", hidden: true });
    note.setAttribute("aria-label", `Note on ${this.name}`);
    note.placeholder = "What do you want to remember of it?";
    note.addEventListener("input", () => {
      this.isWritten = true;
      this.grow();
      clearTimeout(this.pause);
      this.pause = setTimeout(() => this.keepNote(), PAUSE);
    });
    note.addEventListener("blur", () => {
      this.keepNote();
      setTimeout(() => this.acts.left(), LEAVING);
    });
    return note;
  }

  makeRemoved() {
    const undo = this.button("Undo", `Undo: put ${this.name} back`, () => this.acts.undo(this.id));
    undo.className = "linkish";
    return element("p", { class: "entry__removed", hidden: true }, "Removed: ", element("bdi", {}, this.name), " ", undo);
  }

  button(text, label, act) {
    const made = element("button", { type: "button", "aria-label": label }, text);
    made.addEventListener("click", act);
    return made;
  }

  /** Show what is kept of the paper. A note that is being written stays as it is. */
  show(item) {
    this.item = item;
    this.setRemoved(false);
    this.read.checked = item.read;
    this.element.classList.toggle("entry--read", item.read);
    if (!this.isWritten && this.note.value !== item.note) this.note.value = item.note;
    this.foldNote();
  }

  setRemoved(is) {
    this.article.hidden = is;
    this.removed.hidden = !is;
    this.element.classList.toggle("entry--removed", is);
  }

  /** Which ways lead no further. Such buttons stay where the keyboard finds them. */
  setEnds(isFirst, isLast) {
    for (const button of this.article.querySelectorAll("[data-step]")) {
      button.setAttribute("aria-disabled", String(button.dataset.step === "1" ? isLast : isFirst));
    }
  }

  openNote() {
    this.addNote.hidden = true;
    this.note.hidden = false;
    this.grow();
    this.note.focus();
  }

  /** No field where there is no note. */
  foldNote() {
    this.note.hidden = !this.note.value && document.activeElement !== this.note;
    this.addNote.hidden = !this.note.hidden;
    this.grow();
  }

  grow() {
    if (growsByItself || this.note.hidden) return;
    this.note.style.height = "auto";
    this.note.style.height = `${this.note.scrollHeight + 2}px`;
  }

  isEdited() {
    return this.isWritten || document.activeElement === this.note;
  }

  /** Keep what was written, if anything was. */
  keepNote() {
    clearTimeout(this.pause);
    if (!this.isWritten) return;
    this.isWritten = false;
    this.acts.change(this.id, { note: this.note.value });
  }

  focus() {
    (this.article.hidden ? this.removed.querySelector("button") : this.article.querySelector("a, button, input")).focus();
  }
}

/** The card of a paper that the catalog does not hold, or that could not be loaded. */
function bareCard({ id, title }, isCatalogKnown) {
  const link = isCatalogKnown ? title : element("a", { href: address(`papers/${id}/`) }, title);
  return element(
    "article",
    { class: "card card--bare" },
    element("p", { class: "card__meta" }, element("span", {}, isCatalogKnown ? "Not in this catalog" : "Saved paper")),
    element("h2", { class: "card__title", dir: "auto" }, link),
    element("div", { class: "card__foot" }),
  );
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(path) {
  const made = document.createElementNS(SVG, "svg");
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("d", path);
  made.append(drawn);
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" })) {
    made.setAttribute(key, value);
  }
  return made;
}
