/* Before anything is drawn: whether there are scripts, and the theme that the reader chose. */
((page) => {
  page.classList.replace("no-js", "js");
  try {
    const theme = localStorage.getItem("digest:theme");
    if (theme === "light" || theme === "dark") page.dataset.theme = theme;
  } catch {
    /* No store, no choice. */
  }
})(document.documentElement);
