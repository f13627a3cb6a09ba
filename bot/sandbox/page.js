// The page: waits for changes, hands each phone its part, moves the clock, plays the story.

import { avatar, el } from "./page_message.js";
import { createPhone } from "./page_phone.js";
import { caption, dayName, hours, language, officeTime, setLanguage, word } from "./page_words.js";

const by = (id) => document.getElementById(id);
const phones = new Map(); // person id -> phone
const fresh = new Map(); // person id -> unread messages while off screen
let last = null; // the latest answer of /sandbox/screen
let moving = false;
let storyClosed = false;

/** Send a control request; a refusal is shown, and undefined comes back. */
async function ask(path, body) {
  const form = body instanceof FormData;
  try {
    const answer = await fetch(`/sandbox/${path}`, {
      method: "POST",
      headers: form ? {} : { "Content-Type": "application/json" },
      body: form ? body : JSON.stringify(body),
    });
    const given = await answer.json();
    if (answer.ok) return given;
    problem(given.error);
  } catch {
    problem(word("lost"));
  }
  return undefined;
}

let problemTimer;
function problem(text) {
  by("problem").textContent = text;
  by("problem").hidden = !text;
  clearTimeout(problemTimer);
  problemTimer = setTimeout(() => { by("problem").hidden = true; }, 6000);
}

async function watch() {
  let after = 0, toasts = 0, seen = -1;
  for (;;) {
    try {
      const answer = await fetch(`/sandbox/screen?after=${after}&toasts=${toasts}&seen=${seen}&wait=20`);
      if (!answer.ok) throw new Error(String(answer.status));
      const screen = await answer.json();
      // Numbers that went back mean another sandbox: begin anew.
      if (screen.next < after) return location.reload();
      const first = seen === -1;
      ({ next: after, toasts_next: toasts, seen } = screen);
      take(screen, first);
    } catch {
      problem(word("lost"));
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

function take(screen, first) {
  last = screen;
  const now = officeTime(screen.clock.now);
  const reactions = new Map(screen.reactions.map((r) => [`${r.chat}/${r.message_id}`, r.reaction[0].emoji ?? "★"]));
  const active = [];
  for (const person of screen.people) {
    if (!phones.has(person.id)) {
      const phone = createPhone(person, ask);
      phones.set(person.id, phone);
      by("phones").append(phone.root);
      seenOnScreen.observe(phone.root);
    }
    const groups = screen.groups.filter((g) => g.members.includes(person.id) && !g.moved_to);
    const news = phones.get(person.id).update({ person, groups, bot: screen.bot, reactions, now }, first);
    if (news) active.push(person.id);
    if (news && !first && !visible.has(person.id)) fresh.set(person.id, (fresh.get(person.id) ?? 0) + news);
  }
  // The story acts on phones that may stand aside; one of them comes into view.
  if (screen.play.running && active.length && !active.some((id) => visible.has(id))) show(active[0]);
  if (!first) for (const toast of screen.toasts) phones.get(toast.person)?.answer(toast);
  drawTop();
}

function show(id) {
  phones.get(id)?.root.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
}

const visible = new Set();
const seenOnScreen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const id = Number(entry.target.dataset.person);
    if (entry.isIntersecting) { visible.add(id); fresh.delete(id); } else visible.delete(id);
  }
  if (last) drawCast();
}, { threshold: 0.6 });

function drawTop() {
  const { clock, play, people } = last;
  const now = officeTime(clock.now);
  document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
  document.title = `${last.bot.name} · ${word("title")}`;
  by("title").textContent = document.title;
  by("subtitle").textContent = word("subtitle");
  by("clock-label").textContent = moving ? word("moving") : word(clock.movable ? "office" : "real");
  by("clock-now").textContent = `${dayName(now)} ${hours(now)}`;
  by("clock-now").title = word("year", now);
  by("clock-now").dateTime = clock.now;
  by("clock-moves").hidden = !clock.movable;
  for (const button of by("clock-moves").children) {
    button.textContent = word(button.dataset.move);
    button.disabled = moving || play.running;
  }
  by("clock").classList.toggle("moving", moving);
  by("play").hidden = !play.available;
  by("play").disabled = play.running;
  by("play").textContent = play.running ? word("playing") : `▶ ${word("play")}`;
  by("tips-open").hidden = !last.tips.length;
  by("tips-open").textContent = word("try");
  by("add-person").textContent = word("person");
  by("add-group").textContent = word("group");
  by("add-group").hidden = people.length < 2;
  by("language").textContent = word("language");
  by("nobody").hidden = people.length > 0;
  by("nobody-text").textContent = word("nobody");
  by("nobody-add").textContent = word("person");
  drawStory(play);
  drawCast();
}

function drawStory(play) {
  const told = play.running || play.finished || play.error;
  by("story").hidden = !told || (storyClosed && !play.running);
  const ended = play.error ? `${word("broke")}：${play.error}` : word("played");
  by("story-step").textContent = play.running && play.step ? word("step", play.step, play.total) : play.running ? word("ready") : ended;
  by("story-caption").textContent = caption(play.caption);
  by("story-dots").replaceChildren(...Array.from({ length: play.total }, (_, i) =>
    el("i", i + 1 < play.step || play.finished ? "done" : i + 1 === play.step ? "now" : "")));
  by("story-close").hidden = play.running;
}

function drawCast() {
  by("cast").hidden = last.people.length < 2;
  by("cast").replaceChildren(...last.people.map((person) => {
    const chip = el("button", visible.has(person.id) ? "chip here" : "chip", { type: "button" }, avatar(person.name, person.id, "small"), person.name);
    const count = fresh.get(person.id);
    if (count) chip.append(el("i", "badge", {}, String(count)));
    chip.addEventListener("click", () => show(person.id));
    return chip;
  }));
}

async function move(button) {
  const kind = button.dataset.move;
  moving = true;
  drawTop();
  await ask("clock", kind === "hour" ? { advance_minutes: 60 } : { to: kind });
  moving = false;
  drawTop();
}

function dialog(kind) {
  const group = kind === "group";
  by("dialog").dataset.kind = kind;
  by("dialog-title").textContent = word(kind);
  by("dialog-label").textContent = word(group ? "groupName" : "name");
  by("dialog-name").value = "";
  by("dialog-cancel").textContent = word("cancel");
  by("dialog-ok").textContent = word("ok");
  by("dialog-members").hidden = !group;
  by("dialog-members").replaceChildren(el("legend", "", {}, word("members")), ...last.people.map((person) =>
    el("label", "", {}, el("input", "", { type: "checkbox", value: person.id, checked: "" }), avatar(person.name, person.id, "small"), person.name)));
  by("dialog").showModal();
}

/** What to try: whose phone, and what to do there; the name leads to the phone. */
function tell() {
  by("tips-title").textContent = word("tryTitle");
  by("tips-close").textContent = word("ok");
  by("tips-list").replaceChildren(...last.tips.map((tip) => {
    const person = last.people.find((one) => one.name === tip.person);
    if (!person) return el("li", "", {}, el("p", "", {}, caption(tip)));
    const chip = el("button", "chip here", { type: "button" }, avatar(person.name, person.id, "small"), person.name, el("small", "", {}, person.about));
    chip.addEventListener("click", () => { by("tips").close(); show(person.id); });
    return el("li", "", {}, chip, el("p", "", {}, caption(tip)));
  }));
  by("tips").showModal();
}

by("dialog-form").addEventListener("submit", async () => {
  const name = by("dialog-name").value.trim();
  if (!name) return;
  if (by("dialog").dataset.kind === "person") {
    const person = await ask("people", { name });
    if (person) setTimeout(() => show(person.id), 400);
    return;
  }
  const members = [...by("dialog-members").querySelectorAll("input:checked")].map((box) => Number(box.value));
  ask("groups", { title: name, members });
});
by("dialog-cancel").addEventListener("click", () => by("dialog").close());
by("tips-open").addEventListener("click", tell);
by("tips-close").addEventListener("click", () => by("tips").close());
by("tips").addEventListener("click", (event) => { if (event.target === by("tips")) by("tips").close(); });
by("add-person").addEventListener("click", () => dialog("person"));
by("nobody-add").addEventListener("click", () => dialog("person"));
by("add-group").addEventListener("click", () => dialog("group"));
by("play").addEventListener("click", () => { storyClosed = false; ask("play", {}); });
by("story-close").addEventListener("click", () => { storyClosed = true; drawTop(); });
by("language").addEventListener("click", () => {
  setLanguage(language() === "zh" ? "en" : "zh");
  for (const phone of phones.values()) phone.redraw();
  drawTop();
});
for (const button of by("clock-moves").children) button.addEventListener("click", () => move(button));

watch();
