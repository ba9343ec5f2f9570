/* Added to every page by `paper-digest serve`: reloads when the site was rebuilt, and shows the problems when it could not be. */
(() => {
  "use strict";
  const here = document.currentScript;
  let shown = here.dataset.version;
  let panel = null;

  function show(problems) {
    panel?.remove();
    panel = null;
    if (!problems.length) return;
    panel = document.createElement("section");
    panel.id = "F-preview-problems";
    panel.setAttribute("role", "alert");
    panel.style.cssText =
      "position:fixed;inset:auto 0 0 0;max-height:60vh;overflow:auto;z-index:100;padding:1rem 1.25rem 1.5rem;" +
      "background:#211d18;color:#f6f2ea;border-top:4px solid #e4795f;font:15px/1.5 ui-monospace,monospace";
    const heading = document.createElement("p");
    heading.style.cssText = "margin:0 0 .75rem;font:600 16px/1.4 system-ui,sans-serif";
    heading.textContent = "Not rebuilt: this is the last good version. Mend this, and it will reload by itself.";
    const text = document.createElement("pre");
    text.style.cssText = "margin:0;white-space:pre-wrap;background:none;color:inherit;padding:0";
    text.textContent = problems.join("\n\n");
    panel.append(heading, text);
    document.body.append(panel);
  }

  const events = new EventSource(here.dataset.events);
  events.addEventListener("message", (event) => {
    const state = JSON.parse(event.data);
    if (String(state.version) !== shown) {
      shown = String(state.version);
      location.reload();
      return;
    }
    show(state.problems);
  });
})();
