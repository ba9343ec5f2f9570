/* What the pages do beyond links: the theme switch, copy buttons, the `/` shortcut, and filters that stand open where there is room. */
(() => {
  "use strict";
  const root = document.documentElement;

  const themeSwitch = document.querySelector("[data-theme-switch]");
  if (themeSwitch) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const current = () => root.dataset.theme || (system.matches ? "dark" : "light");
    themeSwitch.hidden = false;
    themeSwitch.addEventListener("click", () => {
      const chosen = current() === "dark" ? "light" : "dark";
      root.dataset.theme = chosen;
      try {
        localStorage.setItem("digest.theme", chosen);
      } catch {
        /* private browsing: the choice holds for this page */
      }
    });
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    const source = button.closest("figure").querySelector("code, .citation__text");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(source.textContent.trim() + "\n");
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1600);
    });
  }

  const search = document.getElementById("__search");
  for (const button of document.querySelectorAll("[data-search-open]")) {
    button.addEventListener("click", () => search.click());
  }
  if (search) {
    /* The theme's own shortcut focuses the field, which it cannot while the dialog is not shown. */
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (!search.checked) search.click();
    });
    let before = null;
    search.addEventListener("change", () => {
      if (search.checked) {
        before = document.activeElement;
        document.querySelector(".md-search__input")?.focus();
      } else {
        before?.focus();
      }
    });
  }

  const filters = document.querySelector(".filters");
  if (filters) {
    const wide = matchMedia("(min-width: 60rem)");
    const settle = () => (filters.open = wide.matches);
    settle();
    wide.addEventListener("change", settle);
  }
})();
