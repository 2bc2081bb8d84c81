// Keeps what is typed into the boxes of a case on the server, so that no draft is lost. A box is named by the last word of
// its form's address. Without script the page works as ever: what is refused comes back, what is sent is sent.

const note = document.querySelector("[data-drafts]");
const WAIT = 1200, AGAIN = 8000;
const BOXES = ["answer", "note", "write", "wait", "extend", "resolve", "triage"];
const unsaved = new Map();
let timer = 0, ended = false, failing = false, going = null;

function boxOf(form) {
  const box = new URL(form.action).pathname.split("/").pop();
  return BOXES.includes(box) ? box : null;
}

/** What a box holds: its text, or the answers to all questions. */
function textOf(form, box) {
  const fields = new FormData(form);
  if (box !== "triage") return fields.get("text") ?? "";
  const answers = Object.fromEntries([...fields].filter(([name]) => name.startsWith("q-")));
  return Object.values(answers).some((said) => said.trim()) ? JSON.stringify(answers) : "";
}

function tell(text) {
  if (note.textContent !== text) note.textContent = text;
}

async function save() {
  for (const [form, box] of [...unsaved]) {
    going = new AbortController();
    const text = textOf(form, box);
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, box, text });
    let answer = null;
    try {
      answer = await fetch(note.dataset.drafts, { method: "POST", body, redirect: "manual", signal: going.signal, keepalive: text.length < 16000 });
    } catch { /* no connection: tried again */ }
    if (!unsaved.has(form)) continue; // sent meanwhile
    failing = !answer?.ok;
    if (answer?.ok) {
      ended = false;
      if (textOf(form, box) === text) unsaved.delete(form);
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      tell(note.dataset.saved.replace("{time}", time));
    } else {
      ended = answer !== null && answer.status < 500;
      tell(ended ? note.dataset.ended : note.dataset.away);
    }
  }
  clearTimeout(timer);
  if (unsaved.size) timer = setTimeout(save, AGAIN);
}

if (note) {
  document.addEventListener("input", (event) => {
    const form = event.target.form, box = form && boxOf(form);
    if (!box) return;
    unsaved.set(form, box);
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  document.addEventListener("submit", (event) => {
    if (ended && boxOf(event.target)) {
      event.preventDefault();
      delete event.target.dataset.sent;
      event.submitter?.removeAttribute("aria-busy");
      tell(note.dataset.ended);
      save();
      return;
    }
    if (unsaved.delete(event.target)) going?.abort();
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved.size && failing) event.preventDefault();
    else if (unsaved.size) save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && unsaved.size) save();
  });
}
