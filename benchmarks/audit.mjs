// Runs Lighthouse, as for a mid-range phone on slow 4G, and prints one line of JSON a run.
//
//     node audit.mjs NODE_MODULES CHROMIUM RUNS ADDRESS…
//
// One Chromium serves all runs; Lighthouse empties its cache before each. Started by audit.py,
// which says what the figures have to be.
import process from "node:process";

const [modules, chromePath, runs, ...addresses] = process.argv.slice(2);
const { default: lighthouse } = await import(`${modules}/lighthouse/core/index.js`);
const { launch } = await import(`${modules}/chrome-launcher/dist/index.js`);

const CHROME = [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--lang=zh-CN",
];
const OPTIONS = {
  formFactor: "mobile",
  throttlingMethod: "simulate",
  onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
  ignoreStatusCode: true, // a form with errors is a page too
  logLevel: "silent",
};

// Where a page is an error, that is meant.
const MEANT = ["errors-in-console", "http-status-code"];

// Bytes of headers, which hardly count where HTTP/2 packs them.
const headers = ({ DevtoolsLog = [] } = {}) => DevtoolsLog
  .filter(({ method, params }) => method === "Network.responseReceived"
    && params.response.url.startsWith("http"))
  .reduce((sum, { params }) => sum + params.response.encodedDataLength, 0);

const shortened = ({ categories, audits, environment, runtimeError }, artifacts) => ({
  error: runtimeError?.message ?? null,
  cpu: environment.benchmarkIndex,
  scores: Object.fromEntries(
    Object.values(categories).map(({ id, score }) => [id, Math.round(score * 100)])),
  failed: Object.values(categories).flatMap(({ auditRefs }) => auditRefs)
    .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 0.9)
    .map(({ id }) => id),
  indexed: audits["is-crawlable"].score === 1,
  paint: audits["largest-contentful-paint"].numericValue ?? null,
  bytes: audits["total-byte-weight"].numericValue - headers(artifacts),
});

const chrome = await launch({ chromePath, chromeFlags: CHROME, logLevel: "silent" });
try {
  for (const address of addresses) {
    // A page that is kept in memory is kept from here on.
    const { ok } = await fetch(address, { headers: { connection: "close" } });
    const options = { ...OPTIONS, port: chrome.port, skipAudits: ok ? [] : MEANT };
    for (let run = 0, again = 2; run < Number(runs); run += 1) {
      const { lhr, artifacts } = await lighthouse(address, options);
      if (lhr.runtimeError && again > 0) { // on a busy machine a recording may fail
        again -= 1;
        run -= 1;
      } else {
        console.log(JSON.stringify(shortened(lhr, artifacts)));
      }
    }
  }
} finally {
  chrome.kill();
}
