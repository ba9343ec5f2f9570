/* The order of rows on a page: putting them right without losing the focus, and dragging them. */

const EDGE = 72; /* so near to the window's edge, in pixels, dragging scrolls the page */
const STILL = 4; /* a press that moves less is no dragging */

/** Put rows into a list, in an order. The row that is held stays in the page all the while: what would leave it, the
    focus, what is typed, the finger that drags it, holds on. */
export function arrange(list, rows, held = rows.find((row) => row.contains(document.activeElement))) {
  const wanted = new Set(rows);
  for (const row of [...list.children]) if (!wanted.has(row)) row.remove();
  let next = null;
  for (const row of [...rows].reverse()) {
    const isInPlace = row.parentNode === list && (row === held || row.nextElementSibling === next);
    if (!isInPlace) list.insertBefore(row, next);
    next = row;
  }
}

/** Let the rows of a list be dragged by their handles. `drop` is told the row; it then stands where it was dropped. */
export function letDrag(list, drop) {
  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest?.("[data-handle]");
    if (!handle || event.button) return;
    event.preventDefault();
    new Drag(list, handle, event, drop);
  });
}

class Drag {
  constructor(list, handle, { pointerId, clientY }, drop) {
    Object.assign(this, { list, handle, drop, from: clientY, y: clientY, begun: false });
    this.row = handle.closest("li");
    this.before = [...list.children];
    this.over = new AbortController();
    const on = (target, name, act) => target.addEventListener(name, act, { signal: this.over.signal });
    handle.setPointerCapture(pointerId);
    on(handle, "pointermove", (event) => this.move(event.clientY));
    on(handle, "pointerup", () => this.end());
    on(handle, "pointercancel", () => this.cancel());
    on(handle, "lostpointercapture", () => this.end()); /* the list changed meanwhile, by another window */
    on(document, "keydown", (event) => event.key === "Escape" && this.cancel());
  }

  move(y) {
    this.y = y;
    if (!this.begun && Math.abs(y - this.from) >= STILL) this.begin();
    if (this.begun) this.follow();
  }

  /** While one row is dragged all are as low as their titles, so that a long list can be crossed. */
  begin() {
    this.begun = true;
    this.list.classList.add("entries--moving");
    this.row.classList.add("entry--moved");
    this.stayUnderPointer();
    this.scroll();
  }

  /** The list is much lower now: scroll, and where the page has too little to scroll, make room above or below the list. */
  stayUnderPointer() {
    const { style } = this.list;
    scrollBy(0, this.distance());
    style.marginTop = `${Math.max(0, -this.distance())}px`;
    style.marginBottom = `${Math.max(0, this.distance())}px`;
    scrollBy(0, this.distance());
  }

  /** How far the row is below the pointer. */
  distance() {
    const { top, height } = this.row.getBoundingClientRect();
    return top + height / 2 - this.y;
  }

  /** Let the row stand where the pointer is. */
  follow() {
    const others = [...this.list.children].filter((row) => row !== this.row);
    const isBelow = (row) => {
      const { top, height } = row.getBoundingClientRect();
      return this.y < top + height / 2;
    };
    const place = others.findIndex(isBelow);
    others.splice(place < 0 ? others.length : place, 0, this.row);
    if (others.indexOf(this.row) !== [...this.list.children].indexOf(this.row)) arrange(this.list, others, this.row);
  }

  scroll() {
    if (this.over.signal.aborted) return;
    const above = EDGE - this.y;
    const below = this.y - (innerHeight - EDGE);
    if (above > 0 || below > 0) {
      scrollBy(0, above > 0 ? -above / 4 : below / 4);
      this.follow();
    }
    requestAnimationFrame(() => this.scroll());
  }

  cancel() {
    arrange(this.list, this.before, this.row);
    this.end(false);
  }

  end(isDropped = this.begun) {
    this.over.abort();
    const { top } = this.row.getBoundingClientRect();
    this.list.classList.remove("entries--moving");
    this.row.classList.remove("entry--moved");
    Object.assign(this.list.style, { marginTop: "", marginBottom: "" });
    if (this.begun) scrollBy(0, this.row.getBoundingClientRect().top - top);
    if (isDropped) this.drop(this.row);
  }
}
