// Drawing one message: its text with entities, files, quote, time and buttons.

import { atOffice, hours, word } from "./page_words.js";

/** An element with class, attributes and children; text is never read as HTML. */
export function el(name, className = "", attributes = {}, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const HUES = [172, 205, 262, 18, 338, 132, 42, 228];

export function avatar(name, id, extra = "") {
  const node = el("span", `avatar ${extra}`, { "aria-hidden": "true" }, [...name][0] ?? "?");
  node.style.setProperty("--hue", HUES[Math.abs(id) % HUES.length]);
  return node;
}

const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h10",
  clip: "M20 11.5l-8 8a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L10 17a1.8 1.8 0 0 1-2.5-2.5l7.3-7.3",
  send: "M4 12l16-8-6 17-3-7z",
  more: "M12 6v.01M12 12v.01M12 18v.01",
  close: "M6 6l12 12M18 6L6 18",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const iconButton = (name, label, kind = "") =>
  el("button", `icon ${kind}`, { type: "button", title: label, "aria-label": label }, icon(name));

const LAMPS = { "🟢": "green", "🟡": "yellow", "🔴": "red", "🔵": "blue", "⚪": "grey", "🟠": "orange", "⚫": "dark" };
const LAMP = /(🟢|🟡|🔴|🔵|⚪\uFE0F?|🟠|⚫\uFE0F?)/u;

// Lights are drawn, so that they look alike on machines without an emoji font.
export function plain(text) {
  return text.split(LAMP).map((piece) => {
    const lamp = LAMPS[piece.replace("\uFE0F", "")];
    return lamp ? el("span", `lamp ${lamp}`, {}, piece) : piece;
  });
}

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/** Text and its entities (UTF-16 offsets, as JavaScript counts) as nodes. */
export function formatted(text, entities = [], act = {}) {
  const build = (start, end, inside) => {
    const out = [];
    let at = start;
    for (let i = 0; i < inside.length; i++) {
      const entity = inside[i];
      const stop = Math.min(entity.offset + entity.length, end);
      if (entity.offset < at) continue;
      const block = BLOCKS.has(entity.type);
      // A block begins and ends a line by itself: the line breaks around it would leave empty ones.
      const before = text.slice(at, entity.offset);
      out.push(...plain(block ? before.replace(/\n$/, "") : before));
      const within = inside.slice(i + 1).filter((e) => e.offset >= entity.offset && e.offset < stop);
      out.push(dressed(entity, text.slice(entity.offset, stop), build(entity.offset, stop, within), act));
      at = block && text[stop] === "\n" ? stop + 1 : stop;
    }
    out.push(...plain(text.slice(at, end)));
    return out;
  };
  return build(0, text.length, entities);
}

function dressed(entity, covered, children, act) {
  if (entity.type === "bot_command") {
    const link = el("a", "", { href: "#" }, ...children);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      event.stopPropagation();
      act.say?.(covered);
    });
    return link;
  }
  if (entity.type === "url" || entity.type === "text_link") {
    const link = el("a", "", { href: entity.url ?? covered, target: "_blank", rel: "noopener noreferrer" }, ...children);
    link.addEventListener("click", (event) => {
      event.stopPropagation();
      if (act.open?.(link.href)) event.preventDefault();
    });
    return link;
  }
  if (entity.type === "spoiler") return el("span", "spoiler", {}, ...children);
  const tag = TAGS[entity.type];
  return tag ? el(tag, "", {}, ...children) : el("span", "marked", {}, ...children);
}

export function summary(message) {
  if (message.text) return message.text;
  if (message.document) return message.document.file_name ?? word("file");
  return message.caption ?? word("photo");
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function fileNode(file) {
  const ending = (file.file_name ?? "").split(".").at(-1).slice(0, 4).toUpperCase();
  const link = el("a", "file", { href: `/sandbox/download/${file.file_id}`, download: file.file_name ?? "" },
    el("span", "file-icon", {}, ending || "·"),
    el("span", "file-about", {}, el("b", "", {}, file.file_name ?? word("file")), el("small", "", {}, size(file.file_size ?? 0))));
  link.addEventListener("click", (event) => event.stopPropagation());
  return link;
}

function service(message) {
  if (message.new_chat_members) return word("joined", message.new_chat_members.map((u) => u.first_name).join("、"));
  if (message.left_chat_member) return word("left", message.left_chat_member.first_name);
  if (message.forum_topic_created) return word("topic", message.forum_topic_created.name);
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return word("upgraded");
  return null;
}

/**
 * The node of a message on `owner`'s screen. `act` has what its parts do:
 * say(text), press(message, button), open(url), choose(message).
 */
export function messageNode(message, owner, { act, reaction, topic, inGroup }) {
  const news = service(message);
  if (news) return el("div", "pill", {}, news);
  const own = message.from.id === owner;
  const bubble = el("div", "bubble");
  if (inGroup && !own) bubble.append(el("div", "sender", {}, message.from.first_name));
  if (topic) bubble.append(el("div", "topic", {}, `# ${topic}`));
  const quoted = message.reply_to_message;
  if (quoted) {
    bubble.append(el("div", "quote", {}, el("b", "", {}, quoted.from.id === owner ? word("you") : quoted.from.first_name), el("span", "", {}, ...plain(summary(quoted)))));
  }
  if (message.photo) {
    bubble.append(el("img", "photo", { src: `/sandbox/download/${message.photo.at(-1).file_id}`, alt: message.caption ?? word("photo") }));
  }
  if (message.document) bubble.append(fileNode(message.document));
  const text = message.text ?? message.caption;
  if (text) bubble.append(el("div", "text", {}, ...formatted(text, message.entities ?? message.caption_entities, act)));
  const stamp = hours(atOffice(message.date));
  bubble.append(el("div", "stamp", {}, message.edit_date ? `${word("edited")} ${stamp}` : stamp));
  if (reaction) bubble.append(el("span", "reaction", {}, reaction));
  bubble.addEventListener("click", () => {
    if (!String(getSelection())) act.choose(message);
  });
  const node = el("div", own ? "message own" : "message", { "data-message": message.message_id }, bubble);
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (rows.length) node.append(keyboard(rows, message, act));
  return node;
}

function keyboard(rows, message, act) {
  const board = el("div", "keyboard");
  for (const row of rows) {
    const line = el("div", "keys");
    for (const button of row) {
      const key = el("button", `key ${button.style ?? ""}`, { type: "button" }, ...plain(button.text));
      if (button.url || button.web_app) key.classList.add("outward");
      key.addEventListener("click", () => act.press(message, button, key));
      line.append(key);
    }
    board.append(line);
  }
  return board;
}
