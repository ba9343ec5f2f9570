/* Export and import of the reading list: beside the list where there is room, folded away above it where there is none. */
import { address, announce, bibtex, element, fragment } from "./cards.js";
import * as files from "./reading-list-files.js";
import { onChange, root, saved } from "./saved.js";

const AT_ONCE = 6; /* so many pages are fetched at a time */
const MOST_FILES = 10;
const MOST_NAMED = 5; /* so many titles are named in a sentence */
const ACCEPTED = ".json,.bib,.ris,.csv,.md,.txt,application/json,text/*";
const TYPES = {
  bib: "application/x-bibtex",
  ris: "application/x-research-info-systems",
  csv: "text/csv",
  md: "text/markdown",
  json: "application/json",
};
/* What is made of the list alone, and what is fetched from the pages of its papers: how, and what stands between two. */
const TEXTS = { csv: files.csv, md: files.markdown, json: (entries) => files.backup(entries, root.href) };
const CITATIONS = { bib: { of: bibtex, between: "\n" }, ris: { of: ris, between: "" } };
const FORMATS = { BibTeX: "bib", RIS: "ris", CSV: "csv", Markdown: "md", "Backup (JSON)": "json" };

/** `list` is what of the reading list is used here: its `catalog`, `current()` and `change(list)`. */
export class Side {
  constructor(list) {
    this.list = list;
    this.picker = element("input", { type: "file", multiple: true, hidden: true, accept: ACCEPTED });
    this.picker.addEventListener("change", () => this.importFiles([...this.picker.files]));
    this.toldOfExport = element("p", { class: "reading__told" });
    this.toldOfImport = element("p", { class: "reading__told" });
    this.exports = this.makeExports();
    this.element = element(
      "details",
      { class: "reading__side" },
      element("summary", {}, "Export and import"),
      this.exports,
      this.makeImports(),
    );
    this.settle();
    this.letDrop();
  }

  makeExports() {
    const buttons = Object.entries(FORMATS).map(([name, ending]) => {
      const act = ending in TEXTS ? () => this.exportText(ending) : () => this.exportCitations(name, ending);
      return element("li", {}, quietButton(name, act));
    });
    const list = element("ul", { class: "reading__exports" }, ...buttons);
    return section("export", "Export", list, this.toldOfExport);
  }

  makeImports() {
    const how = ", or drop it on this page: a backup, BibTeX, RIS, CSV, Markdown, or a list of links to papers, one a line. What you have stays.";
    const bounds = `At most ${files.LARGEST_FILE / 1e6} MB, and ${files.MOST_PAPERS.toLocaleString("en")} papers in all.`;
    return section(
      "import",
      "Import",
      element("p", {}, quietButton("Choose a file", () => this.choose()), how),
      element("p", { class: "reading__bounds" }, bounds),
      this.toldOfImport,
      this.picker,
    );
  }

  /** Open where there is room beside the list. */
  settle() {
    const wide = matchMedia("(min-width: 60rem)");
    const fit = () => (this.element.open = wide.matches);
    fit();
    wide.addEventListener("change", fit);
  }

  /** With an empty list there is nothing to export; to import, the page then has a button of its own. */
  show(isEmpty) {
    this.exports.hidden = isEmpty;
    this.element.hidden = isEmpty && !this.toldOfImport.textContent;
  }

  /** Lead the reader to the exports. */
  open() {
    this.element.open = true;
    this.exports.querySelector("button").focus();
  }

  /** Let the reader choose a file to import. */
  choose() {
    this.picker.click();
  }

  /* ---- export ---- */

  entries() {
    const { catalog } = this.list;
    return this.list.current().map((item) => ({
      item,
      paper: catalog.byId.get(item.id) ?? null,
      page: address(`papers/${item.id}/`),
    }));
  }

  exportText(ending) {
    const entries = this.entries();
    const name = download(TEXTS[ending](entries), ending);
    say(this.toldOfExport, `${numberOf(entries.length)} in ${name}.`);
  }

  /** Citations, from the pages of the papers. What is missing is told. */
  async exportCitations(format, ending) {
    const entries = this.entries();
    const within = entries.filter(({ paper }) => paper);
    const { of, between } = CITATIONS[ending];
    const progress = (done) => (this.toldOfExport.textContent = `${format}: ${done} of ${within.length} …`);
    const texts = await atOnce(within, ({ paper }) => of(paper.id), progress);
    const found = texts.filter((text) => text !== null);
    const missing = within.filter((_, place) => texts[place] === null);
    const without = entries.filter(({ paper }) => !paper);
    say(
      this.toldOfExport,
      found.length
        ? `${numberOf(found.length)} in ${download(found.join(between), ending)}.`
        : "No citation could be loaded, so there is no file.",
      missing.length && `Missing, because their pages could not be loaded: ${named(missing.map(files.titleOf))}.`,
      without.length && `Left out, because they are not in this catalog: ${named(without.map(files.titleOf))}.`,
    );
  }

  /* ---- import ---- */

  letDrop() {
    const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
    const mark = (is) => document.body.classList.toggle("reading-drop", is);
    document.addEventListener("dragover", (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      mark(true);
    });
    document.addEventListener("dragleave", (event) => event.relatedTarget || mark(false));
    document.addEventListener("drop", (event) => {
      mark(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      this.importFiles([...event.dataTransfer.files]);
    });
  }

  async importFiles(chosen) {
    this.picker.value = ""; /* the same file can be chosen again */
    this.element.hidden = false;
    this.element.open = true;
    const before = this.list.current();
    const told = { added: 0, known: 0, beyond: 0, lost: [], unread: [] };
    for (const file of chosen.slice(0, MOST_FILES)) await this.importFile(file, told);
    const left = chosen.length - MOST_FILES;
    if (left > 0) told.unread.push(`Of so many files ${left} were not read.`);
    this.tellOfImport(told);
    if (told.added || told.known) this.offerUndo(before);
  }

  /** Take in one file, and add to what is told of all of them. */
  async importFile(file, told) {
    if (file.size > files.LARGEST_FILE) {
      told.unread.push(`${file.name} is larger than ${files.LARGEST_FILE / 1e6} MB, so it was not read.`);
      return;
    }
    let read;
    try {
      read = files.understood(await file.text(), this.list.catalog);
    } catch {
      told.unread.push(`${file.name} could not be read.`);
      return;
    }
    const { list, ...counts } = files.merged(this.list.current(), read.items);
    if (read.items.length) this.list.change(list);
    for (const [name, number] of Object.entries(counts)) told[name] += number;
    told.lost = told.lost.concat(read.lost); /* no spreading: a call takes so many arguments and no more */
  }

  tellOfImport({ added, known, beyond, lost, unread }) {
    const there = known ? `, ${known} ${known === 1 ? "was" : "were"} there already` : "";
    say(
      this.toldOfImport,
      (added || known || !unread.length) && `${added} added${there}.`,
      ...unread,
      beyond && `${beyond} left out: a list holds ${files.MOST_PAPERS.toLocaleString("en")} papers at most.`,
      lost.length && `${lost.length} not understood, or not in this catalog: ${named(lost)}.`,
    );
  }

  /** Until something else is changed, a whole import can be taken back. */
  offerUndo(before) {
    const undo = quietButton("Undo", () => {
      this.list.change(before);
      say(this.toldOfImport, "The list is as it was before.");
      this.toldOfImport.tabIndex = -1; /* the button that was pressed is gone */
      this.toldOfImport.focus();
    });
    const after = saved();
    onChange(() => saved() !== after && undo.remove());
    this.toldOfImport.append(" ", undo);
  }
}

/* ---- parts of the page ---- */

function section(name, title, ...parts) {
  const id = `F-${name}`;
  return element("section", { "aria-labelledby": id }, element("h2", { id }, title), ...parts);
}

/** A button that looks like a link. */
export function quietButton(text, act) {
  const made = element("button", { type: "button", class: "linkish" }, text);
  made.addEventListener("click", act);
  return made;
}

/* ---- words ---- */

/** Say how something ended, to eyes and to screen readers. */
function say(place, ...sentences) {
  place.textContent = sentences.filter(Boolean).join(" ");
  announce(place.textContent);
}

function numberOf(papers) {
  return papers === 1 ? "1 paper" : `${papers} papers`;
}

/** Titles or lines in a sentence: no more of them, and no longer, than can be read. */
function named(titles) {
  const shown = titles.slice(0, MOST_NAMED).map((title) => `“${title.length > 80 ? `${title.slice(0, 80)}…` : title}”`);
  const more = titles.length - shown.length;
  return shown.join(", ") + (more ? ` and ${more} more` : "");
}

/* ---- files ---- */

/** Hand a file to the reader. Its name, which holds the day. */
function download(text, ending) {
  const name = `reading-list-${new Date().toLocaleDateString("sv")}.${ending}`;
  const url = URL.createObjectURL(new Blob([text], { type: `${TYPES[ending]};charset=utf-8` }));
  const link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return name;
}

/** A paper's RIS record, which lies in a link of its page. */
async function ris(id) {
  const [link] = await fragment(address(`papers/${id}/`), "#cite a[download$='.ris']");
  const href = link.getAttribute("href");
  return decodeURIComponent(href.slice(href.indexOf(",") + 1));
}

/** What comes of each value, in their order: a few at a time, and null where nothing comes. */
async function atOnce(values, make, tell) {
  const made = new Array(values.length).fill(null);
  let next = 0;
  let done = 0;
  const work = async () => {
    while (next < values.length) {
      const place = next++;
      made[place] = await make(values[place]).catch(() => null);
      tell(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return made;
}
