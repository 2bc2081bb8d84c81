// The red button without a line: the request is kept on this device and sent, once, when the page is
// next open with one. Its random key makes it one case however often it is sent; what the same page
// says later, with the same key, is added to that case.

const PLACE = "vipclub-help", ASIDE = "vipclub-help-refused";

function read(place) {
  try {
    return JSON.parse(localStorage.getItem(place) ?? "[]");
  } catch {
    return [];
  }
}
function write(place, requests) {
  try {
    if (requests.length) localStorage.setItem(place, JSON.stringify(requests));
    else localStorage.removeItem(place);
  } catch { /* a browser that keeps nothing: the page says what to do */ }
}
const kept = () => read(PLACE);
const keepAll = (requests) => write(PLACE, requests);

/** What is kept already isn't kept twice; what says something else stays beside it. */
function keep(body) {
  forget(body);
  keepAll([...kept(), body]);
}
function forget(body) {
  const gone = JSON.stringify(body);
  keepAll(kept().filter((one) => JSON.stringify(one) !== gone));
}

function newTap() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Where it is answered; nothing while there is no line, or a server that can't; REFUSED by one that
 * won't, which may stand between. */
const REFUSED = "refused";
async function send(body) {
  try {
    const answer = await fetch("/help/ask", {
      method: "POST",
      body: new URLSearchParams(body),
      credentials: "omit",
    });
    if (answer.ok) return answer.redirected ? answer.url : ""; // another page than ours says nothing
    return answer.status < 500 && ![408, 425, 429].includes(answer.status) ? REFUSED : "";
  } catch {
    return "";
  }
}

let sending = false;
async function sendKept() {
  if (sending) return;
  sending = true;
  try {
    for (const body of kept()) {
      const place = await send(body);
      if (!place) break;
      if (place === REFUSED) {
        setAside(body);
        continue;
      }
      forget(body);
      told(place);
    }
  } finally {
    sending = false;
  }
}

/** What is refused stands in nobody's way, is shown, and may be sent again. */
function setAside(body) {
  write(ASIDE, [...read(ASIDE), body]);
  forget(body);
  showAside();
}
function showAside() {
  const note = document.getElementById("help-refused");
  if (!note) return;
  const refused = read(ASIDE);
  note.hidden = !refused.length;
  note.querySelector("ul").replaceChildren(...refused.map((body) => {
    const line = document.createElement("li");
    line.textContent = [body.phone, body.place, body.what].filter(Boolean).join(" · ");
    return line;
  }).filter((line) => line.textContent));
}
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#help-refused button");
  if (!button) return;
  const refused = read(ASIDE);
  write(ASIDE, []);
  if (button.value === "again") refused.forEach(keep);
  showAside();
  sendKept();
});
showAside();

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
  keep(body);
  const place = await send(body);
  if (place && place !== REFUSED) {
    forget(body);
    location.assign(place);
    return;
  }
  delete form.dataset.sent;
  if (place === REFUSED) setAside(body);
  const note = document.getElementById(place === REFUSED ? "help-refused" : "help-kept");
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
addEventListener("pageshow", () => { // whoever comes back to the page may say more
  for (const form of document.querySelectorAll("form[data-keeps]")) delete form.dataset.sent;
});
setInterval(() => { if (kept().length) sendKept(); }, 15000);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/static/worker.js", { scope: "/" }).then(async () => {
    const ready = await navigator.serviceWorker.ready;
    ready.active?.postMessage({ language: document.documentElement.lang, own: document.body.dataset.own });
  }).catch(() => {});
}
