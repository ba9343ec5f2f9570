/* The reading list as files: made of it, and read again. What is read comes from anywhere: it stays text, nothing of it is
   believed without being looked at, and there is an end to how much is taken. */
import { item } from "./saved.js";

export const LARGEST_FILE = 4_000_000;
export const MOST_PAPERS = 2_000;
const LONGEST_TITLE = 600;
export const LONGEST_NOTE = 20_000;
const LONGEST_ID = 120;
const VERSION = 1;

/* ---- words ---- */

/** A title or summary of the generator's making in plain words: math as `O(n log n)`, or as TeX if words cannot say it. */
export function words(html) {
  if (!/[<&]/.test(html)) return html;
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const space of body.querySelectorAll("mspace")) space.replaceWith(" ");
  for (const math of body.querySelectorAll("math")) {
    if (math.querySelector("msup, msub, msubsup, mfrac, msqrt, mroot, mover, munder, munderover, mtable")) {
      math.replaceWith(`$${math.getAttribute("alttext")}$`);
    }
  }
  return body.textContent;
}

/** The name by which a paper is called in a sentence: what stands before its title's colon, or the title's beginning. */
export function shortName(title) {
  const [name] = title.split(": ");
  if (name.length <= 60) return name;
  return `${title.slice(0, 60).replace(/\s+\S*$/, "")}…`;
}

/** The title of a saved paper: that of the catalog, or else the one it was saved with. */
export function titleOf({ item: { title }, paper }) {
  return paper ? words(paper.title) : title;
}

/* ---- files of the list: `entries` are `{item, paper, page}`, of which `paper` is null for those not in the catalog ---- */

/** The whole list, to keep and to read again. */
export function backup(entries, digest) {
  return `${JSON.stringify({ version: VERSION, digest, papers: entries.map((entry) => entry.item) }, null, 1)}\n`;
}

const LINK_LABELS = ["PDF", "Code", "Data", "Model", "Project", "Page", "Demo", "Slides", "Video", "Poster"];
const COLUMNS = {
  id: ({ item: { id } }) => id,
  title: titleOf,
  authors: ({ paper }) => paper?.authors.join("; "),
  venue: ({ paper }) => paper?.listed.venues?.[0].title,
  year: ({ paper }) => paper && (/\b\d{4}$/.exec(paper.place ?? "")?.[0] ?? paper.when?.slice(0, 4)),
  published: ({ paper }) => paper?.when,
  added: ({ paper }) => paper?.added,
  status: ({ paper }) => paper && (paper.status ?? "active").toLowerCase(),
  categories: ({ paper }) => ids(paper?.listed.categories),
  tags: ({ paper }) => ids(paper?.listed.tags),
  link: ({ page }) => page,
  ...Object.fromEntries(LINK_LABELS.map((label) => [label.toLowerCase(), ({ paper }) => linkOf(paper, label)])),
  summary: ({ paper }) => words(paper?.summary ?? ""),
  read: ({ item: { read } }) => (read ? "yes" : "no"),
  note: ({ item: { note } }) => note,
  saved: ({ item: { saved } }) => saved,
};

function ids(lists = []) {
  return lists.map(({ path }) => path.split("/")[1]).join("; ");
}

function linkOf(paper, label) {
  return paper?.links.find(([name]) => name === label)?.[1];
}

/** CSV (RFC 4180) with columns like those of the site's own, every cell in quotes. */
export function csv(entries) {
  const rows = [Object.keys(COLUMNS), ...entries.map((entry) => Object.values(COLUMNS).map((cell) => cell(entry) ?? ""))];
  return rows.map((row) => `${row.map((cell) => `"${harmless(String(cell)).replaceAll('"', '""')}"`).join(",")}\r\n`).join("");
}

/* What spreadsheets take for the beginning of a formula, in wide letters too, behind apostrophes that are the reader's own. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** A cell that no spreadsheet runs: one more apostrophe before it makes it text. */
function harmless(cell) {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

function withoutGuard(cell) {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** Markdown: a list of tasks, ticked where a paper is read, with notes as quotes. No sign of a title or note does anything. */
export function markdown(entries) {
  return `# Reading list\n\n${entries.map(markdownOf).join("\n")}`;
}

function markdownOf(entry) {
  const { item, paper, page } = entry;
  const about = [authorsOf(paper), paper?.place, paper?.date, paper?.status, `saved ${item.saved}`].filter(Boolean);
  const lines = [`- [${item.read ? "x" : " "}] [${markdownWords(titleOf(entry))}](${page})  `, `  ${about.map(markdownWords).join(" · ")}`];
  /* Two spaces at its end keep a line of a note a line. */
  const note = item.note ? ["", ...item.note.split("\n").map((line) => `  > ${markdownWords(line)}  `)] : [];
  return [...lines, ...note, ""].join("\n");
}

function authorsOf(paper) {
  if (!paper?.authors.length) return "";
  const shown = paper.authors.length <= 4 ? paper.authors : paper.authors.slice(0, 3);
  return shown.join(", ") + (shown.length < paper.authors.length ? ` + ${paper.authors.length - shown.length}` : "");
}

const MARKDOWN_SIGNS = /[\\`*_{}[\]~$<]|&(?=[#\w])/g;
const MARKDOWN_ENTITIES = { "<": "&lt;", "&": "&amp;" }; /* not every renderer knows these with a backslash */

/** Words in which no sign means anything to Markdown, on one line: as `outputs/exports/markdown.py` does it. */
function markdownWords(text) {
  const line = text.split(/\s+/).filter(Boolean).join(" ");
  const escaped = line.replace(MARKDOWN_SIGNS, (sign) => MARKDOWN_ENTITIES[sign] ?? `\\${sign}`);
  return escaped.replace(/^(?:[#>=+:-]|!!!|\?\?\?)/, "\\$&").replace(/^(\d+)(?=[.)])/, "$1\\");
}

function fromMarkdownWords(escaped) {
  const entities = { lt: "<", amp: "&" };
  return escaped.replace(/\\([!-/:-@[-`{-~])|&(lt|amp);/g, (_, sign, name) => sign ?? entities[name]);
}

/* ---- reading files ---- */

/** What a file says: `items`, and as `lost` the lines or entries that nothing could be made of. */
export function understood(text, catalog) {
  const content = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const finder = new Finder(catalog);
  if (/^\s*[[{]/.test(content) && !/^\s*\[[^\]\n]*\]\(/.test(content)) return fromJson(content, finder);
  if (/^[ \t]*@\s*\w+\s*[{(]/m.test(content)) return fromBibtex(content, finder);
  if (/^TY {2}- /m.test(content)) return fromRis(content, finder);
  if (/^"?(?:id|title)"?[,;\t]/i.test(content)) return fromCsv(content, finder);
  return fromLines(content, finder);
}

/** An item of what was read, if it can be one: the id that the site uses now, and nothing longer than it may be. */
function itemFrom(value, finder) {
  if (typeof value?.id !== "string" || value.id.length > LONGEST_ID || !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value.id)) return null;
  const paper = finder.byId(value.id);
  const made = item({ ...value, id: paper?.id ?? value.id });
  const title = made.title.replace(/[\s\p{Cc}]+/gu, " ").trim().slice(0, LONGEST_TITLE);
  return {
    ...made,
    title: paper ? words(paper.title) : title || made.id,
    saved: /^\d{4}-\d{2}-\d{2}$/.test(made.saved) ? made.saved : item({ id: made.id }).saved,
    note: made.note.replace(/\r\n?/g, "\n").slice(0, LONGEST_NOTE),
  };
}

/** Items of values, and what the others are called by `name`. */
function sorted(values, make, name) {
  const items = [];
  const lost = [];
  for (const value of values) {
    const made = make(value);
    if (made) items.push(made);
    else lost.push(name(value));
  }
  return { items, lost };
}

function fromJson(content, finder) {
  let parsed;
  try {
    parsed = JSON.parse(content);
  } catch {
    return { items: [], lost: ["the file, which is no JSON"] };
  }
  const values = Array.isArray(parsed) ? parsed : parsed?.papers;
  if (!Array.isArray(values)) return { items: [], lost: ["the file, which holds no list of papers"] };
  const named = (value) => (typeof value === "string" ? { id: value } : value);
  return sorted(values, (value) => itemFrom(named(value), finder), (value) => said(value?.title ?? value?.id ?? value));
}

function said(value) {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

function fromBibtex(content, finder) {
  const starts = [...content.matchAll(/@\s*(\w+)\s*[{(]\s*([^\s,{}()"]+)\s*,/g)];
  const entries = starts.map((start, place) => ({
    key: start[2],
    fields: content.slice(start.index + start[0].length, starts[place + 1]?.index),
  }));
  const field = (fields, name) => {
    const found = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(["{]?)`, "i").exec(fields);
    return found ? braced(fields, found.index + found[0].length, found[1]) : "";
  };
  const find = ({ key, fields }) =>
    finder.byId(key) ??
    ["eprint", "doi", "url"].map((name) => finder.byLink(field(fields, name))).find(Boolean) ??
    finder.byTitle(field(fields, "title"));
  return sorted(entries, (entry) => finder.itemOf(find(entry)), ({ key, fields }) => field(fields, "title") || key);
}

/** The value of a BibTeX field, from where it begins to the sign that ends it. */
function braced(fields, from, opened) {
  let depth = 0;
  for (let at = from; at < fields.length && at < from + 4 * LONGEST_TITLE; at++) {
    const sign = fields[at];
    if (depth === 0 && (opened === '"' ? sign === '"' : opened === "{" ? sign === "}" : /[,\n}]/.test(sign))) {
      return fields.slice(from, at).replace(/\s+/g, " ").trim();
    }
    if (sign === "{") depth++;
    if (sign === "}") depth--;
  }
  return "";
}

function fromRis(content, finder) {
  const records = content.split(/^ER {2}-.*$/m).filter((record) => /^TY {2}- /m.test(record));
  const field = (record, tag) => new RegExp(`^${tag} {2}- (.*)$`, "m").exec(record)?.[1].trim() ?? "";
  const find = (record) =>
    finder.byId(field(record, "ID")) ??
    ["DO", "UR"].map((tag) => finder.byLink(field(record, tag))).find(Boolean) ??
    finder.byTitle(field(record, "T[I1]"));
  return sorted(records, (record) => finder.itemOf(find(record)), (record) => field(record, "T[I1]") || "a record without a title");
}

function fromCsv(content, finder) {
  const [header, ...rows] = cells(content);
  const names = header.map((name) => name.trim().toLowerCase());
  const cell = (row, name) => withoutGuard(row[names.indexOf(name)] ?? "");
  const make = (row) => {
    const read = /^(?:yes|true|x|1)$/i.test(cell(row, "read").trim());
    const about = { title: cell(row, "title"), saved: cell(row, "saved"), note: cell(row, "note"), read };
    const id = cell(row, "id").trim() || (finder.byLink(cell(row, "link")) ?? finder.byTitle(about.title))?.id;
    return itemFrom({ ...about, id }, finder);
  };
  const isFilled = (row) => row.some((value) => value.trim());
  return sorted(rows.filter(isFilled), make, (row) => row.filter(Boolean).slice(0, 2).join(", "));
}

/** The rows of a CSV file. What divides its cells shows in its header. */
function cells(content) {
  const [mark] = /[,;\t]/.exec(content.slice(0, content.indexOf("\n")).replace(/"[^"]*"/g, "")) ?? [","];
  const rows = [];
  let row = [];
  let from = 0;
  while (from <= content.length) {
    const isQuoted = content[from] === '"';
    const end = isQuoted ? endOfQuoted(content, from + 1) : endOfBare(content, from, mark);
    const cell = isQuoted ? content.slice(from + 1, end).replaceAll('""', '"') : content.slice(from, end);
    const after = isQuoted ? endOfBare(content, end + 1, mark) : end; /* what follows a quote is no part of it */
    row.push(cell);
    if (content[after] !== mark) {
      rows.push(row);
      row = [];
    }
    from = after + 1;
  }
  return rows;
}

function endOfQuoted(content, from) {
  let at = content.indexOf('"', from);
  while (at >= 0 && content[at + 1] === '"') at = content.indexOf('"', at + 2);
  return at < 0 ? content.length : at;
}

function endOfBare(content, from, mark) {
  let at = from;
  while (at < content.length && content[at] !== mark && content[at] !== "\n") at++;
  return at;
}

const LIST_ITEM = /^(?:[-*+]|\d{1,4}[.)])\s+(?:\[([ xX])\]\s+)?/;
const NAMED_LINK = /^\[((?:\\.|[^\\[\]])*)\]\(<?([^\s)>]*)>?\)/;
const OWN_PAGE = /\/papers\/([a-z0-9]+(?:-[a-z0-9]+)*)\/?(?:[#?].*)?$/;

/** Markdown as this page makes it, or a plain list: an id or a link a line. */
function fromLines(content, finder) {
  const items = [];
  const lost = [];
  let last = null; /* the paper that notes and what is indented belong to */
  for (const line of content.split("\n")) {
    const quoted = /^\s*> ?(.*)$/.exec(line);
    if (quoted && last) {
      last.notes.push(fromMarkdownWords(quoted[1].trimEnd()));
    } else if (/^\s{2,}\S/.test(line) && last && !LIST_ITEM.test(line.trim())) {
      last.saved = /\bsaved (\d{4}-\d{2}-\d{2})\s*$/.exec(line)?.[1] ?? last.saved;
    } else if (line.trim() && !line.startsWith("#")) {
      const found = fromLine(line.trim(), finder);
      last = found && { ...found, notes: [] };
      if (last) items.push(last);
      else lost.push(line.trim());
    }
  }
  const whole = items.map(({ notes, ...about }) => itemFrom({ ...about, note: notes.join("\n") }, finder));
  return { items: whole.filter(Boolean), lost };
}

function fromLine(line, finder) {
  const [marker = "", tick = ""] = LIST_ITEM.exec(line) ?? [];
  const text = line.slice(marker.length);
  const read = tick.toLowerCase() === "x";
  const [, title, link] = NAMED_LINK.exec(text) ?? [];
  const paper = finder.byId(text) ?? finder.byLink(link ?? text) ?? finder.byTitle(title ?? text);
  if (paper) return { id: paper.id, read };
  const id = link && OWN_PAGE.exec(link)?.[1];
  return id ? { id, read, title: fromMarkdownWords(title) } : null;
}

/** Finds papers of the catalog by what other files call them. */
class Finder {
  constructor(catalog) {
    this.catalog = catalog;
    this.numbers = new Map();
    this.titles = new Map();
    for (const paper of catalog.all) {
      const known = [paper.arxiv, paper.doi, ...paper.links.map(([, url]) => url)].filter(Boolean);
      for (const number of known.flatMap(numbers)) this.numbers.set(number, paper);
      this.titles.set(comparable(words(paper.title)), paper);
    }
  }

  byId(id) {
    return this.catalog.byId.get(id);
  }

  /** By a paper's page, or by the arXiv number or DOI of a link. */
  byLink(link) {
    const id = OWN_PAGE.exec(link.trim())?.[1];
    return (id && this.byId(id)) || numbers(link).map((number) => this.numbers.get(number)).find(Boolean);
  }

  byTitle(title) {
    const asked = comparable(title);
    return asked ? this.titles.get(asked) : undefined;
  }

  itemOf(paper) {
    return paper ? itemFrom({ id: paper.id }, this) : null;
  }
}

/** The arXiv numbers and DOIs in a link. */
function numbers(link) {
  const found = link.match(/(?<![\d.])\d{4}\.\d{4,5}(?!\d)|\b10\.\d{4,9}\/[^\s"{}<>?#]+/g) ?? [];
  return found.map((number) => number.toLowerCase());
}

/** A title by its letters and digits alone, whatever braces and signs stand between them. */
function comparable(title) {
  return title.normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
}

/* ---- merging ---- */

/** The present list with what was read: its order stays, notes are joined, read is what either says. */
export function merged(present, incoming) {
  const list = new Map(present.map((each) => [each.id, each]));
  let added = 0;
  let beyond = 0;
  const known = new Set();
  for (const each of incoming) {
    const before = list.get(each.id);
    if (!before && list.size >= MOST_PAPERS) {
      beyond++;
      continue;
    }
    list.set(each.id, before ? joined(before, each) : each);
    if (!before) added++;
    else if (present.includes(before)) known.add(each.id);
  }
  return { list: [...list.values()], added, known: known.size, beyond };
}

function joined(one, other) {
  const saved = one.saved < other.saved ? one.saved : other.saved;
  return { ...one, read: one.read || other.read, saved, note: joinedNotes(one.note, other.note) };
}

/** Both notes, unless one holds the other: spaces and lines tell no notes apart. */
function joinedNotes(one, other) {
  const [first, second] = [one, other].map((note) => note.split(/\s+/).filter(Boolean).join(" "));
  if (first.includes(second)) return one;
  if (second.includes(first)) return other;
  return `${one}\n\n${other}`;
}

/** The list with every paper once, by the id that the site uses now. */
export function tidied(list, { byId }) {
  return merged([], list.map((each) => ({ ...each, id: byId.get(each.id)?.id ?? each.id }))).list;
}
