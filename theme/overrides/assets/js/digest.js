/* What pages do beyond links. Whatever not every page needs is loaded when it is first wanted. */
import { announce, confirm, copy, enliven } from "./cards.js";
import { onChange, saved } from "./saved.js";

const page = document.documentElement;

function letThemeSwitch(button) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  button.addEventListener("click", () => {
    const current = page.dataset.theme || (system.matches ? "dark" : "light");
    page.dataset.theme = current === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("digest:theme", page.dataset.theme);
    } catch {
      /* private browsing: the choice holds for this page */
    }
  });
}

function letCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", () =>
    copy(Promise.resolve(button.dataset.copy || `${citation(button)}\n`)).then(
      () => confirm(button),
      () => confirm(button, "Not copied"),
    ),
  );
}

function citation(button) {
  return button.closest("figure").querySelector("code, .citation__text").textContent.trim();
}

function openSearch() {
  import("./search.js").then(
    ({ open }) => open(),
    () => announce("Search could not be loaded. Are you online?"),
  );
}

/** Search opens with `/`, unless that is being typed somewhere. */
function onKey(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  openSearch();
}

/** Filters stand open where there is room beside the papers. */
function settle(filters) {
  const wide = matchMedia("(min-width: 60rem)");
  const fit = () => (filters.open = wide.matches);
  fit();
  wide.addEventListener("change", fit);
}

function showCount(badge) {
  const show = () => {
    badge.textContent = saved().length;
    badge.hidden = !saved().length;
  };
  onChange(show);
  show();
}

const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

each("[data-theme-switch]", letThemeSwitch);
each("[data-copy]", letCopy);
each("[data-search-open]", (button) => button.addEventListener("click", openSearch));
each(".filters", settle);
each("form[data-listing]", (form) => import("./listing.js").then(({ start }) => start(form)));
each("[data-saved-count]", showCount);
each(".card[data-paper], .paper[data-paper]", enliven);
each("[data-reading-list]", (place) => import("./reading-list.js").then(({ start }) => start(place)));
document.addEventListener("keydown", onKey);
