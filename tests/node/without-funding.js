// Takes the pages that ask for money out of the lock, so that it holds no address at all, and a test can say so.
const fs = require("fs");

const place = `${__dirname}/package-lock.json`;
const lock = JSON.parse(fs.readFileSync(place, "utf8"));
for (const held of Object.values(lock.packages)) delete held.funding;
fs.writeFileSync(place, `${JSON.stringify(lock, null, 2)}\n`);
