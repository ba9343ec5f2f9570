/* Reads feeds with a reader that is not ours: addresses of files on standard input, what it found as JSON on standard output. */
import { readFileSync } from "node:fs";
import { parseFeed, parseOpml } from "feedsmith";

const list = (value) => value ?? [];
const READ = {
  rss: (item) => ({
    guid: item.guid?.value,
    title: item.title,
    link: item.link,
    authors: list(item.dc?.creators),
    published: item.pubDate,
    updated: null,
    content: item.content?.encoded,
    summary: item.description,
  }),
  atom: (entry) => ({
    guid: entry.id,
    title: entry.title?.value ?? entry.title,
    link: list(entry.links).find(({ rel }) => rel === "alternate")?.href,
    authors: list(entry.authors).map(({ name }) => name),
    published: entry.published,
    updated: entry.updated,
    content: entry.content?.value ?? entry.content,
    summary: entry.summary?.value ?? entry.summary,
  }),
  json: (item) => ({
    guid: item.id,
    title: item.title,
    link: item.url,
    authors: list(item.authors).map(({ name }) => name),
    published: item.date_published,
    updated: item.date_modified,
    content: item.content_html,
    summary: item.summary,
  }),
};

function read(file) {
  const { format, feed } = parseFeed(readFileSync(file, "utf8"));
  return { format, items: list(feed.items ?? feed.entries).map(READ[format]) };
}

const asked = JSON.parse(readFileSync(0, "utf8"));
const found = Object.fromEntries(asked.feeds.map((file) => [file, read(file)]));
const opml = asked.opml ? parseOpml(readFileSync(asked.opml, "utf8")) : null;
process.stdout.write(JSON.stringify({ found, opml }));
