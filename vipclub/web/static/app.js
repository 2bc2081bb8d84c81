// What a page does better with script than without. Without it every link and form still works.

const words = document.body.dataset;
const said = document.getElementById("said");

/** Says something to those who listen to the page. */
function say(text) {
  said.textContent = "";
  requestAnimationFrame(() => { said.textContent = text; });
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The time left in words: days, hours, minutes; late when it has passed. */
function left(milliseconds) {
  const late = milliseconds < 0;
  const all = late ? Math.max(Math.floor(-milliseconds / 60000), 1) : Math.ceil(milliseconds / 60000);
  const hours = Math.floor(all / 60), minutes = all % 60;
  if (late) return fill(hours ? words.lateHours : words.late, { hours, minutes });
  if (hours >= 24) return fill(words.days, { days: Math.floor(hours / 24), hours: hours % 24 });
  return fill(hours ? words.hours : words.minutes, { hours, minutes });
}

/** Plenty, soon (a third is left, or an hour), late: the same rule as the server's. */
function mood(rest, whole) {
  if (rest < 0) return "late";
  return rest < Math.min(whole / 3, 3600000) ? "soon" : "calm";
}

function tick() {
  for (const clock of document.querySelectorAll(".clock[data-until]")) {
    const since = Date.parse(clock.dataset.since), until = Date.parse(clock.dataset.until);
    if (!(until > since)) continue;
    const rest = until - Date.now();
    const hold = clock.closest(".held");
    const text = hold && rest < 0 ? words.over : left(rest);
    const place = clock.querySelector(".clock-words");
    if (place.textContent !== text) place.textContent = text;
    const now = mood(rest, until - since);
    if (now !== clock.dataset.mood) {
      if (clock.dataset.mood) say(`${text} ${clock.querySelector(".clock-by")?.textContent ?? ""}`);
      clock.dataset.mood = now;
    }
    const share = Math.max(0, Math.min(100, Math.round((100 * rest) / (until - since))));
    clock.querySelector(".left")?.setAttribute("stroke-dasharray", `${share} 100`);
  }
}
setInterval(tick, 5000);
tick();

/** Where a form was refused, the page begins with what is wrong. */
document.querySelector("main > .error-summary")?.focus();

/** A notice is taken away without the page. */
document.addEventListener("click", (event) => {
  const away = event.target.closest("a[data-dismiss]");
  if (!away) return;
  event.preventDefault();
  away.closest(".notice").remove();
  document.getElementById("main").focus({ preventScroll: true });
});

/** A question that opens in the page takes the focus, and gives it back when it is left. */
function leave(fold) {
  fold.open = false;
  fold.querySelector("summary").focus();
}
document.addEventListener("click", (event) => {
  const summary = event.target.closest(".confirmation-fold > summary");
  if (summary && !summary.parentElement.open) requestAnimationFrame(() => summary.nextElementSibling.focus());
  const close = event.target.closest("a[data-close]");
  if (!close) return;
  event.preventDefault();
  leave(close.closest("details"));
});
document.addEventListener("keydown", (event) => {
  const fold = event.key === "Escape" && event.target.closest(".confirmation-fold[open]");
  if (fold) leave(fold);
});

/** A form that makes something is sent once, however often it is clicked. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

/** A part of the page that is fetched anew: focus, chosen row and open answers stay as they are. */
const live = document.querySelector("[data-refresh]");
async function refresh() {
  if (document.hidden && !live.querySelector("[data-count]")) return;
  if (live.querySelector("[aria-busy], details[open]")) return;
  const answer = await fetch(live.dataset.refresh, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const text = await answer.text();
  if (live.querySelector("[aria-busy]")) return;
  const fresh = new DOMParser().parseFromString(text, "text/html").body;
  const before = rows().map((row) => row.dataset.row);
  const held = document.activeElement?.closest?.("[data-row]")?.dataset.row;
  const control = document.activeElement?.dataset?.key ?? (document.activeElement?.matches?.("[data-open]") ? "open" : null);
  live.replaceChildren(...fresh.childNodes);
  count();
  if (live.querySelector("[data-at-rest]")) clearInterval(refreshing);
  if (chosen) choose(rowOf(chosen), false);
  const row = held && rowOf(held);
  if (row) (row.querySelector(control === "open" ? "[data-open]" : `[data-key="${control}"]`) ?? row.querySelector("a, button"))?.focus({ preventScroll: true });
  const added = rows().filter((each) => !before.includes(each.dataset.row));
  if (added.length) say(added.map((each) => each.querySelector(".name")?.textContent).join(", "));
  tick();
}
/** What nobody has answered yet stands in the tab's title, and a new one is heard. */
const title = document.title;
let counted = null;
function count() {
  const found = live?.querySelector("[data-count]");
  if (!found) return;
  const open = Number(found.dataset.count);
  document.title = open ? `(${open}) ${title}` : title;
  if (counted !== null && open > counted) {
    say(found.textContent.replace(/\s+/g, " "));
    sound();
  }
  counted = open;
}
/** Two short tones; a browser that wasn't touched yet keeps silent. */
function sound() {
  try {
    const context = new AudioContext(), from = context.currentTime;
    for (const [at, pitch] of [[0, 880], [0.25, 660]]) {
      const tone = context.createOscillator(), volume = context.createGain();
      tone.frequency.value = pitch;
      volume.gain.value = 0.2;
      tone.connect(volume).connect(context.destination);
      tone.start(from + at);
      tone.stop(from + at + 0.2);
    }
  } catch { /* no sound here: the title says it */ }
}
count();
const refreshing = live && setInterval(() => refresh().catch(() => {}), Number(live.dataset.every) * 1000);

/** The keyboard of staff screens. */
let chosen = "";
function rows() { return [...document.querySelectorAll("[data-row]")]; }
function rowOf(name) { return rows().find((row) => row.dataset.row === name); }
function choose(row, focus = true) {
  for (const other of document.querySelectorAll(".chosen")) other.classList.remove("chosen");
  chosen = row?.dataset.row ?? "";
  if (!row) return;
  row.classList.add("chosen");
  if (focus) {
    row.querySelector("[data-open]")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
}
function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.dataset.row === chosen);
  choose(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
}

document.addEventListener("keydown", (event) => {
  if (!document.body.classList.contains("staff")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.target.form?.requestSubmit();
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const row = event.target.closest("[data-row]") ?? rowOf(chosen);
  const named = `[data-key="${CSS.escape(event.key)}"]`;
  const ofThePage = () => [...document.querySelectorAll(`main ${named}`)].find((each) => !each.closest("[data-row]"));
  const control = row?.querySelector(named) ?? ofThePage();
  const keys = document.getElementById("keys");
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "?") {
    keys?.classList.toggle("called");
    keys?.scrollIntoView({ block: "nearest" });
    if (keys) say(keys.textContent.replace(/\s+/g, " "));
  } else if (event.key === "/") document.querySelector("input[type=search]")?.focus();
  else if (event.key === "Enter" && row && !event.target.closest("a, button, summary")) row.querySelector("[data-open]")?.click();
  else if (control) control.click();
  else return;
  event.preventDefault();
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && row.dataset.row !== chosen) choose(row, false);
});
