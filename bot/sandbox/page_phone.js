// One phone: its chats, messages, composer, toasts.

import { avatar, el, formatted, iconButton, messageNode, plain, summary } from "./page_message.js";
import { atOffice, dayName, hours, word } from "./page_words.js";

/** A phone for `person`. `ask(path, body)` sends a control request and tells if it worked. */
export function createPhone(person, ask) {
  const chats = new Map(); // chat id -> Map(message id -> message)
  const nodes = new Map(); // "chat/message" -> {json, node}
  const unread = new Map();
  let state = { person, groups: [], bot: {}, reactions: new Map(), now: null };
  let chat = person.id;
  let chosen = null;
  let editing = false;
  let atEnd = true; // whether the newest message is in view, and shall stay so
  let asked = null; // the number of the message that last asked for an answer
  let offered = false; // whether the reply to it was opened by itself

  const root = el("article", "phone", { "data-person": person.id });
  const owner = el("b", "", {}, person.name);
  const about = el("span", "about", {}, person.about);
  const time = el("span", "status-time");
  const head = el("div", "chat-head");
  const tabs = el("div", "tabs");
  const list = el("div", "messages");
  const layer = el("div", "layer", { "aria-live": "polite" });
  const panel = el("div", "panel");
  const bar = el("div", "reply-bar");
  const below = el("div", "reply-keyboard");
  const input = el("textarea", "", { rows: 1 });
  const menu = iconButton("menu", "", "menu");
  const clip = iconButton("clip", "");
  const send = iconButton("send", "", "send");
  const picker = el("input", "", { type: "file", hidden: "" });
  const composer = el("div", "composer", {}, menu, input, clip, send, picker);
  const body = el("div", "chat-body", {}, list, layer, panel);
  panel.hidden = bar.hidden = below.hidden = true;
  root.append(el("div", "status", {}, avatar(person.name, person.id, "small"), el("span", "owner", {}, owner, about), time), head, tabs, body, bar, composer, below);

  const place = () => (chat === person.id ? {} : { chat });

  async function say(text) {
    const reply = chosen && !editing ? { reply_to: chosen.message_id } : {};
    const done = await ask("say", { person: person.id, text, ...place(), ...reply });
    if (done) choose(null);
    return done;
  }

  async function submit() {
    const text = input.value.trim();
    if (!text) return;
    const change = { person: person.id, message_id: chosen?.message_id, text, ...place() };
    const done = editing ? await ask("edit", change) : await say(text);
    if (!done) return;
    input.value = "";
    choose(null);
    grow();
  }

  async function press(message, button, key) {
    if (button.url) return open(button.url) || window.open(button.url, "_blank", "noopener");
    if (button.web_app) return window.open(button.web_app.url, "_blank", "noopener");
    if (button.copy_text) {
      await navigator.clipboard?.writeText(button.copy_text.text).catch(() => {});
      return toast(word("copied"));
    }
    key.classList.add("waiting");
    setTimeout(() => key.classList.remove("waiting"), 4000);
    return ask("press", { person: person.id, message_id: message.message_id, data: button.callback_data, ...place() });
  }

  // An invitation link to this very bot is opened here, by sending /start.
  function open(url) {
    const link = URL.canParse(url) ? new URL(url) : null;
    const own = link && /^(t\.me|telegram\.me)$/.test(link.hostname) && link.pathname === `/${state.bot.username}`;
    const invited = own && link.searchParams.get("startgroup");
    // To a group the link adds the bot, and says its code there: here to the first group.
    if (invited) return join(invited);
    if (own) say(`/start ${link.searchParams.get("start") ?? ""}`.trim());
    return own;
  }

  function join(code) {
    const [group] = state.groups;
    if (!group) { toast(word("noGroup")); return true; }
    chat = group.id;
    unread.delete(chat);
    choose(null);
    draw(true);
    say(`/start@${state.bot.username} ${code}`);
    return true;
  }

  function choose(message, edit = false, focus = true) {
    chosen = message;
    editing = edit;
    offered = Boolean(message) && !focus;
    bar.replaceChildren();
    bar.hidden = !message;
    input.placeholder = hint();
    if (!message) return;
    const close = iconButton("close", word("cancel"), "quiet");
    close.addEventListener("click", () => { if (editing) input.value = ""; choose(null); grow(); });
    const title = edit ? word("editing") : `${word("reply")} ${message.from.id === person.id ? word("you") : message.from.first_name}`;
    bar.append(el("div", "quote", {}, el("b", "", {}, title), el("span", "", {}, ...plain(summary(message)))));
    const words = message.text ?? message.caption;
    if (message.from.id === person.id && words && !edit) {
      const change = el("button", "quiet", { type: "button" }, word("edit"));
      change.addEventListener("click", () => { choose(message, true); input.value = words; grow(); input.focus(); });
      bar.append(change);
    }
    bar.append(close);
    if (focus) input.focus({ preventScroll: true });
  }

  const underneath = () => (chat === person.id ? state.person.keyboard : null);

  // What to write, in the words of the message that asks for it.
  function hint() {
    const wanted = underneath();
    const forced = wanted?.force_reply && chosen?.message_id === wanted.message_id;
    return ((forced || wanted?.keyboard) && wanted.input_field_placeholder) || word("write");
  }

  // A message may ask to be answered: the phone then offers the reply by itself.
  function obey() {
    // Answered by somebody else's hand, as the story does it: the offer is over.
    const later = [...(chats.get(chat)?.values() ?? [])].some((m) => m.from.id === person.id && m.message_id > asked);
    if (offered && chosen?.message_id === asked && !input.value && later) choose(null);
    const wanted = underneath();
    if (!wanted?.force_reply || wanted.message_id === asked) return;
    asked = wanted.message_id;
    const room = chats.get(chat);
    const last = Math.max(...room.keys());
    if (!editing && room.has(asked) && asked === last) choose(room.get(asked), false, false);
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 120)}px`;
    send.classList.toggle("ready", Boolean(input.value.trim()));
  }

  function showPanel(items) {
    const was = panel.dataset.kind;
    panel.hidden = !panel.hidden && was === items.kind;
    panel.dataset.kind = items.kind;
    panel.replaceChildren(...items.nodes);
  }

  function commandNodes() {
    const found = state.person.commands ?? [];
    if (!found.length) return [el("p", "hint", {}, word("noCommands"))];
    return found.map((item) => {
      const row = el("button", "command", { type: "button" }, el("b", "", {}, `/${item.command}`), el("span", "", {}, item.description));
      row.addEventListener("click", () => { panel.hidden = true; say(`/${item.command}`); });
      return row;
    });
  }

  function moreNodes() {
    const blocked = state.person.blocked;
    const row = el("button", "command", { type: "button" }, el("b", "", {}, word(blocked ? "unblock" : "block")));
    row.addEventListener("click", () => {
      panel.hidden = true;
      ask("faults", { person: person.id, kind: blocked ? "none" : "blocked" });
    });
    return [row];
  }

  function toast(text) {
    if (!text) return;
    const node = el("div", "toast", {}, ...formatted(text));
    layer.append(node);
    setTimeout(() => node.classList.add("gone"), 3600);
    setTimeout(() => node.remove(), 4000);
  }

  function alertBox(text) {
    const ok = el("button", "primary", { type: "button" }, word("ok"));
    const box = el("div", "alert", { role: "alertdialog" }, el("div", "alert-card", {}, el("p", "", {}, text), ok));
    ok.addEventListener("click", () => box.remove());
    body.append(box);
  }

  function answer(given) {
    for (const key of root.querySelectorAll(".key.waiting")) key.classList.remove("waiting");
    if (given.show_alert) alertBox(given.text);
    else toast(given.text);
  }

  menu.addEventListener("click", () => showPanel({ kind: "commands", nodes: commandNodes() }));
  clip.addEventListener("click", () => picker.click());
  send.addEventListener("click", submit);
  input.addEventListener("input", grow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
    if (event.key === "Escape") { panel.hidden = true; choose(null); }
  });
  list.addEventListener("click", () => { panel.hidden = true; });
  picker.addEventListener("change", async () => {
    const file = picker.files[0];
    if (!file) return;
    const form = new FormData();
    form.set("person", person.id);
    form.set("file", file);
    if (input.value.trim()) form.set("caption", input.value.trim());
    if (/^image\/(png|jpeg|gif)$/.test(file.type)) form.set("as", "photo");
    if (chat !== person.id) form.set("chat", chat);
    if (chosen) form.set("reply_to", chosen.message_id);
    picker.value = "";
    if (await ask("file", form)) { input.value = ""; choose(null); grow(); }
  });

  function drawHead() {
    const group = state.groups.find((g) => g.id === chat);
    const name = group ? group.title : state.bot.name;
    const about = group ? word("people", group.members.length + 1) : word("bot");
    const more = iconButton("more", word("block"), "quiet");
    more.addEventListener("click", () => showPanel({ kind: "more", nodes: moreNodes() }));
    head.replaceChildren(avatar(name || "?", group ? chat : 1), el("div", "chat-name", {}, el("b", "", {}, name), el("small", "", {}, about)), ...(group ? [] : [more]));
    tabs.hidden = state.groups.length === 0;
    const rooms = [[person.id, state.bot.name], ...state.groups.map((g) => [g.id, g.title])];
    tabs.replaceChildren(...rooms.map(([id, title]) => {
      const tab = el("button", id === chat ? "tab here" : "tab", { type: "button" }, title);
      const count = unread.get(id) ?? 0;
      if (count && id !== chat) tab.append(el("i", "badge", {}, String(count)));
      tab.addEventListener("click", () => { chat = id; unread.delete(id); choose(null); draw(true); });
      return tab;
    }));
  }

  const toTheEnd = () => { list.scrollTop = list.scrollHeight; };
  const keepEnd = () => { if (atEnd) toTheEnd(); };
  list.addEventListener("scroll", () => { atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120; });
  list.addEventListener("load", keepEnd, true); // a picture grew
  new ResizeObserver(keepEnd).observe(list);

  function drawList(toEnd) {
    const near = atEnd;
    const group = state.groups.find((g) => g.id === chat);
    const messages = [...(chats.get(chat)?.values() ?? [])].sort((a, b) => a.message_id - b.message_id);
    const fresh = [];
    let day = "";
    for (const message of messages) {
      const date = dayName(atOffice(message.date));
      if (date !== day) fresh.push(el("div", "pill day", {}, (day = date)));
      const key = `${chat}/${message.message_id}`;
      const reaction = state.reactions.get(key);
      const topic = group?.topics.find((t) => t.id === message.message_thread_id)?.name;
      const json = JSON.stringify([message, reaction, topic, word("edited")]);
      if (nodes.get(key)?.json !== json) {
        const node = messageNode(message, person.id, { act, reaction, topic: message.forum_topic_created ? null : topic, inGroup: Boolean(group) });
        if (nodes.has(key)) node.classList.add("changed");
        nodes.set(key, { json, node });
      }
      fresh.push(nodes.get(key).node);
    }
    if (!messages.length && !group) fresh.push(welcome());
    if (state.person.blocked && !group) fresh.push(el("div", "pill", {}, word("blocked")));
    list.replaceChildren(...fresh);
    if (near || toEnd) toTheEnd();
  }

  function welcome() {
    const start = el("button", "primary start", { type: "button" }, word("start"));
    start.addEventListener("click", () => say("/start"));
    return el("div", "welcome", {}, avatar(state.bot.name || "?", 1, "large"), el("b", "", {}, state.bot.name), el("p", "", {}, word("hello")), start);
  }

  function drawKeyboard() {
    const rows = underneath()?.keyboard ?? [];
    below.hidden = !rows.length;
    below.replaceChildren(...rows.map((row) => el("div", "keys", {}, ...row.map((button) => {
      const text = button.text ?? button;
      const key = el("button", "key", { type: "button" }, text);
      key.addEventListener("click", () => say(text));
      return key;
    }))));
  }

  function draw(toEnd = false) {
    owner.textContent = state.person.name;
    time.textContent = state.now ? hours(state.now) : "";
    input.placeholder = hint();
    for (const [button, key] of [[menu, "commands"], [clip, "attach"], [send, "send"]]) {
      button.title = word(key);
      button.setAttribute("aria-label", word(key));
    }
    root.classList.toggle("blocked", state.person.blocked);
    drawHead();
    drawList(toEnd);
    drawKeyboard();
    grow();
  }

  /** Take in what the server says; returns how many messages of others are new. */
  function update(next, first) {
    state = next;
    let news = 0;
    for (const message of next.person.messages) {
      const room = chats.get(message.chat.id) ?? new Map();
      chats.set(message.chat.id, room);
      if (message.deleted) { room.delete(message.message_id); continue; }
      if (!room.has(message.message_id) && message.from.id !== person.id) {
        news += 1;
        if (message.chat.id !== chat && !first) unread.set(message.chat.id, (unread.get(message.chat.id) ?? 0) + 1);
      }
      room.set(message.message_id, message);
    }
    if (!next.groups.some((g) => g.id === chat)) chat = person.id;
    obey();
    draw();
    return news;
  }

  const act = { say, press, open, choose };
  return { root, update, redraw: () => { nodes.clear(); draw(); }, answer, toast };
}
