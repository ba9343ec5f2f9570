/* What to read next: papers that are beside those that a reader saved. Worked out from the list and two files of the site. */
import { address, card, element } from "./cards.js";
import { shortName, words } from "./reading-list-files.js";
import { saved } from "./saved.js";

const MOST = 6;
/* How much more the latest saved papers count than those from long ago. */
const FRESHNESS = 0.5;
/* What another recommendation for the sake of the same saved paper counts, so that one paper does not take them all. */
const AGAIN = 0.5;
const HERE = "That is worked out in this browser.";
const NOT_RECOMMENDED = new Set(["Retracted", "Withdrawn"]);

/** Up to six papers that are not saved, the best first, each with the saved papers that it is `beside`, the nearest first.
    `beside` holds the numbers of every paper's neighbours, in the order of `all`. */
export function recommended(items, { all, byId }, beside) {
  const number = new Map(all.map((paper, place) => [paper, place]));
  const taken = new Set(items.map(({ id }) => byId.get(id)));
  const ties = new Map(); /* by the number of a paper: the saved ones that it is beside, and how near */
  for (const [paper, weight] of weights(items, byId)) {
    const near = beside[number.get(paper)] ?? [];
    near.forEach((other, rank) => {
      const found = all[other];
      if (!found || taken.has(found) || NOT_RECOMMENDED.has(found.status)) return;
      if (!ties.has(other)) ties.set(other, []);
      ties.get(other).push({ paper, strength: weight * (1 - rank / near.length) });
    });
  }
  return chosen(ties).map(([place, found]) => ({ paper: all[place], beside: nearestFirst(found).map(({ paper }) => paper) }));
}

/** The saved papers of the catalog, and what each counts: those saved on the last day most, each day before it less. */
function weights(items, byId) {
  const days = [...new Set(items.map(({ saved }) => saved))].sort().reverse();
  const counted = new Map();
  for (const { id, saved } of items) {
    const paper = byId.get(id);
    if (paper) counted.set(paper, 1 + FRESHNESS / (1 + days.indexOf(saved)));
  }
  return counted;
}

/** The strongest, one after the other: what is there for a paper's sake makes the next one for its sake count less. */
function chosen(ties) {
  const left = new Map([...ties].sort(([one], [other]) => one - other));
  const times = new Map();
  const found = [];
  const worth = (candidates) =>
    candidates.reduce((sum, { paper, strength }) => sum + strength * AGAIN ** (times.get(paper) ?? 0), 0);
  while (left.size && found.length < MOST) {
    let best = null;
    for (const [place, candidates] of left) {
      const worthOfThis = worth(candidates);
      if (!best || worthOfThis > best.worth) best = { place, candidates, worth: worthOfThis };
    }
    left.delete(best.place);
    found.push([best.place, best.candidates]);
    const [{ paper }] = nearestFirst(best.candidates);
    times.set(paper, (times.get(paper) ?? 0) + 1);
  }
  return found;
}

function nearestFirst(candidates) {
  return [...candidates].sort((one, other) => other.strength - one.strength);
}

/* ---- on the page ---- */

/** The section of the page. `catalog` is what `papers` of cards.js found, or null. */
export class ForYou {
  constructor(catalog) {
    Object.assign(this, { catalog, shown: new Set(), known: null, loading: null });
    this.cards = element("div", { class: "cards" });
    this.words = element("p", { class: "quiet" });
    this.others = element("button", { type: "button", class: "more-cards", hidden: true }, "Show others");
    this.others.addEventListener("click", async () => {
      await this.renew(saved());
      this.cards.querySelector(".card__title a")?.focus();
    });
    const heading = element("h2", { id: "F-for-you" }, "For you");
    const about = { class: "reading__for-you", "aria-labelledby": "F-for-you" };
    this.section = element("section", about, heading, this.words, this.cards, this.others);
  }

  /** Recommend anew, unless all that changed is that some of these were saved: then they stay where they are. */
  show(list) {
    const now = new Set(list.map(({ id }) => id));
    const changed = this.known && [...now, ...this.known].filter((id) => now.has(id) !== this.known.has(id));
    this.known = now;
    this.others.hidden = ![...this.shown].some((id) => now.has(id));
    if (!changed || changed.some((id) => !this.shown.has(id))) this.renew(list);
  }

  async renew(list) {
    if (!this.catalog) return this.say("Recommendations need the catalog, which could not be loaded.");
    if (!list.length) return this.say(`Once you have saved a paper, those beside it in the catalog stand here. ${HERE}`);
    this.loading ??= neighbours().catch(() => null);
    const beside = await this.loading;
    if (!beside) {
      this.loading = null;
      return this.say("Recommendations could not be loaded. Are you online?");
    }
    const found = recommended(saved(), this.catalog, beside);
    if (!found.length) return this.say("Nothing more is beside what you saved.");
    this.say(`Beside what you saved, and not saved yet. ${HERE}`, found);
  }

  say(words, found = []) {
    this.words.textContent = words;
    this.shown = new Set(found.map(({ paper }) => paper.id));
    this.cards.replaceChildren(...found.map(recommendation));
    this.others.hidden = true;
  }
}

async function neighbours() {
  const answer = await fetch(address("papers/neighbours.json"));
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return (await answer.json()).beside;
}

/** A card with the reason why it is there. */
function recommendation({ paper, beside: [first, ...others] }) {
  const made = card(paper, 3);
  const more = others.length && ` and ${others.length === 1 ? "1 other" : `${others.length} others`} that you saved`;
  const name = element("bdi", {}, shortName(words(first.title)));
  const reason = element("p", { class: "card__reason" }, "Beside ", name, more || ", which you saved");
  (made.querySelector(".card__authors") ?? made.querySelector(".card__title")).after(reason);
  return made;
}
