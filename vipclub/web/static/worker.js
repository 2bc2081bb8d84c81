// Keeps one page for when the network or the server is gone: the hotline's numbers, and the request
// for help. Nothing about anybody is in it. Beside it, apart, what is the member's own: the card's
// number and the next appointment, gone when the sign-in ends.

const KEPT = "vipclub-offline";
const OWN = "vipclub-own";
const NOT_OFTENER = 20000;
const LANGUAGES = ["zh-Hans", "zh-Hant", "en"];
const GONE = [502, 503, 504];

/** The offline page of a language with its style and script, fetched without a cookie. */
async function keep(cache, language) {
  const address = `/offline/${language}`;
  const answer = await fetch(address, { credentials: "omit", cache: "reload" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, answer.clone());
  const files = [...(await answer.text()).matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)];
  await Promise.all([...new Set(files.map((found) => found[1]))].map((file) => cache.add(file)));
}

const DAY = 24 * 3600 * 1000;
/** A number on the kept page may have changed: it is fetched anew after a day. */
async function keepFresh(cache, language) {
  const kept = await cache.match(`/offline/${language}`);
  const at = Date.parse(kept?.headers.get("Date") ?? "");
  if (!(Date.now() - at < DAY)) await keep(cache, language);
}

async function keepAll() {
  const cache = await caches.open(KEPT);
  await Promise.all(LANGUAGES.map((language) => keep(cache, language)));
}

let ownKept = 0, ownLanguage = "";
async function keepOwn(address, language) {
  if (language === ownLanguage && Date.now() - ownKept < NOT_OFTENER) return;
  const answer = await fetch(address, { cache: "reload", redirect: "error" });
  if (!answer.ok) return;
  await (await caches.open(OWN)).put(address, answer);
  ownKept = Date.now();
  ownLanguage = language;
}
function forgetOwn() {
  ownKept = 0;
  return caches.delete(OWN);
}

async function offlinePage() {
  const cache = await caches.open(KEPT);
  const told = await cache.match("/offline/language");
  const language = told ? await told.text() : "zh-Hans";
  const page = (await cache.match(`/offline/${language}`)) ?? (await cache.match("/offline/zh-Hans"));
  return page ?? Response.error();
}

async function open(request) {
  try {
    const answer = await fetch(request);
    return GONE.includes(answer.status) ? await offlinePage() : answer;
  } catch {
    return offlinePage();
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: KEPT })) ?? Response.error();
  }
}

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(keepAll());
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => {
  const { language, own } = event.data ?? {};
  if (own) event.waitUntil(keepOwn(own, language).catch(() => {}));
  if (!LANGUAGES.includes(language)) return;
  event.waitUntil(
    caches.open(KEPT).then(async (cache) => {
      await cache.put("/offline/language", new Response(language));
      await keepFresh(cache, language).catch(() => {});
    }),
  );
});
addEventListener("fetch", (event) => {
  const { request } = event;
  // whoever signs out, signs in or is asked to: what was kept is not theirs
  if (request.mode === "navigate" && ["/sign-out", "/sign-in"].includes(new URL(request.url).pathname)) {
    event.waitUntil(forgetOwn());
  }
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(open(request));
  else if (["style", "script", "image"].includes(request.destination)) event.respondWith(file(request));
});
