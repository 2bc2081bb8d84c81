// The red button without a line: the request is kept on this device and sent, once, when the page is
// next open with one. Its random key makes it one case however often it is sent.

const PLACE = "vipclub-help";

function kept() {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "[]");
  } catch {
    return [];
  }
}
function keepAll(requests) {
  try {
    if (requests.length) localStorage.setItem(PLACE, JSON.stringify(requests));
    else localStorage.removeItem(PLACE);
  } catch { /* a browser that keeps nothing: the page says what to do */ }
}

function newTap() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Where it is answered, or nothing while there is no line. */
async function send(body) {
  try {
    const answer = await fetch("/help/ask", {
      method: "POST",
      body: new URLSearchParams(body),
      credentials: "omit",
    });
    return answer.ok ? answer.url : "";
  } catch {
    return "";
  }
}

let sending = false;
async function sendKept() {
  if (sending) return;
  sending = true;
  for (const body of kept()) {
    const place = await send(body);
    if (!place) break;
    keepAll(kept().filter((one) => one.tap !== body.tap));
    told(place);
  }
  sending = false;
}

/** Says on the page that what was kept is with the club now. */
function told(place) {
  const note = document.getElementById("help-sent");
  if (!note) return;
  note.querySelector("a").href = place;
  note.hidden = false;
  document.getElementById("help-kept")?.setAttribute("hidden", "");
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-keeps]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.dataset.sent) return;
  form.dataset.sent = "yes";
  form.elements.tap.value ||= newTap(); // the kept page has none of its own
  const body = Object.fromEntries(new FormData(form, event.submitter));
  keepAll([...kept().filter((one) => one.tap !== body.tap), body]);
  const place = await send(body);
  if (place) {
    keepAll(kept().filter((one) => one.tap !== body.tap));
    location.assign(place);
    return;
  }
  delete form.dataset.sent;
  const note = document.getElementById("help-kept");
  note.hidden = false;
  note.setAttribute("tabindex", "-1");
  note.focus();
}, true);

/** The offline page shows what this phone keeps of its member. */
async function showOwn() {
  const place = document.getElementById("own");
  if (!place || !("caches" in window)) return;
  const [kept] = await (await caches.open("vipclub-own")).matchAll();
  if (!kept) return;
  const found = new DOMParser().parseFromString(await kept.text(), "text/html");
  place.replaceChildren(...(found.querySelector("main") ?? found.body).childNodes);
}
showOwn().catch(() => {});

addEventListener("online", sendKept);
addEventListener("pageshow", sendKept);
setInterval(() => { if (kept().length) sendKept(); }, 15000);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/static/worker.js", { scope: "/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage({ language: document.documentElement.lang, own: document.body.dataset.own });
  }).catch(() => {});
}
