/* The papers that a reader saved: in this browser, in the reader's order. Nothing of it is sent anywhere. */

export const root = new URL("../../", import.meta.url);

/* Several digests may share a host. */
const KEY = `digest:${root.pathname}:saved`;
const listeners = new Set();
let kept = null;

/** All saved papers: `{id, title, saved, read, note}` each. */
export function saved() {
  kept ??= read();
  return kept;
}

function read() {
  try {
    const list = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list.filter(isItem).map(item) : [];
  } catch {
    return []; /* nothing that can be read, or nothing may be kept */
  }
}

function isItem(value) {
  return typeof value?.id === "string" && value.id !== "";
}

/** A saved paper with all that it needs, of whatever is known. */
export function item({ id, title, saved: day, read: isRead, note }) {
  const text = (value) => (typeof value === "string" ? value : "");
  return { id, title: text(title) || id, saved: text(day) || today(), read: isRead === true, note: text(note) };
}

function today() {
  return new Date().toLocaleDateString("sv"); /* as 2026-11-25 */
}

export function isSaved(id) {
  return saved().some((each) => each.id === id);
}

/** Save a paper, or take it off the list; whether that is kept, as `keep` tells. */
export function toggle(id, title) {
  return keep(isSaved(id) ? saved().filter((each) => each.id !== id) : [...saved(), item({ id, title })]);
}

/** Keep a whole new list. Whether it will still be there on the next page: false where a browser keeps nothing. */
export function keep(list) {
  kept = list;
  let isKept = true;
  try {
    localStorage.setItem(KEY, JSON.stringify(list));
  } catch {
    isKept = false; /* private browsing, or full: the list holds for this page */
  }
  listeners.forEach((listener) => listener());
  return isKept;
}

/** Be told of every change, those in other windows too. */
export function onChange(listener) {
  listeners.add(listener);
}

function readAgain() {
  kept = null;
  listeners.forEach((listener) => listener());
}

addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) readAgain();
});

/* A page that comes back from the browser's memory was told of nothing meanwhile. */
addEventListener("pageshow", (event) => {
  if (event.persisted) readAgain();
});
