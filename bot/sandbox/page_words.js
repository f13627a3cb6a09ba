// The words of the page itself, in two languages. What the bot says is the bot's own.

const words = {
  zh: {
    title: "本地沙盒",
    subtitle: "每部手机是一个人，全部在本机，不连外网",
    office: "办公时间",
    real: "真实时间",
    next_working_day: "下一工作日",
    next_reminder: "下一提醒",
    hour: "+1 小时",
    moving: "时钟前进中…",
    play: "播放",
    playing: "播放中…",
    step: (n, total) => `第 ${n} 步 / 共 ${total} 步`,
    ready: "准备中…",
    played: "播放完毕",
    broke: "播放中断",
    try: "试一试",
    tryTitle: "可以这样试",
    person: "添加人员",
    group: "建群",
    language: "English",
    nobody: "还没有人。添加一位人员，即可与机器人对话。",
    name: "姓名",
    groupName: "群名称",
    members: "成员",
    cancel: "取消",
    ok: "确定",
    bot: "机器人",
    people: (n) => `${n} 人`,
    write: "输入消息",
    commands: "命令菜单",
    noCommands: "机器人没有设置命令",
    noGroup: "请先新建一个群",
    attach: "发送文件",
    send: "发送",
    start: "开始",
    hello: "发送任意消息或点“开始”，机器人便可与您联系。",
    edited: "已编辑",
    reply: "回复",
    editing: "编辑",
    edit: "编辑",
    you: "我",
    block: "停用机器人",
    unblock: "恢复机器人",
    blocked: "已停用机器人，收不到它的消息",
    opened: "已打开链接",
    copied: "已复制",
    photo: "照片",
    file: "文件",
    topic: (name) => `话题“${name}”`,
    joined: (who) => `${who} 加入本群`,
    left: (who) => `${who} 退出本群`,
    upgraded: "本群已升级为超级群",
    lost: "与沙盒的连接中断，正在重试…",
    days: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
    day: (d, day) => `${d.getUTCMonth() + 1}月${d.getUTCDate()}日 ${day}`,
    year: (d) => `${d.getUTCFullYear()}年`,
  },
  en: {
    title: "Local sandbox",
    subtitle: "Each phone is one person; all of it on this machine, nothing goes out",
    office: "Office clock",
    real: "Real time",
    next_working_day: "Next working day",
    next_reminder: "Next reminder",
    hour: "+1 hour",
    moving: "Moving the clock…",
    play: "Play",
    playing: "Playing…",
    step: (n, total) => `Step ${n} of ${total}`,
    ready: "Getting ready…",
    played: "The end",
    broke: "Broken off",
    try: "Try",
    tryTitle: "Things to try",
    person: "Add a person",
    group: "New group",
    language: "中文",
    nobody: "Nobody is here yet. Add a person to talk with the bot.",
    name: "Name",
    groupName: "Group name",
    members: "Members",
    cancel: "Cancel",
    ok: "OK",
    bot: "bot",
    people: (n) => `${n} people`,
    write: "Message",
    commands: "Commands",
    noCommands: "The bot has set no commands",
    noGroup: "Make a group first",
    attach: "Send a file",
    send: "Send",
    start: "Start",
    hello: "Write anything or press Start, and the bot may write to you.",
    edited: "edited",
    reply: "Reply to",
    editing: "Edit",
    edit: "Edit",
    you: "Me",
    block: "Block the bot",
    unblock: "Unblock the bot",
    blocked: "The bot is blocked; its messages do not arrive",
    opened: "Link opened",
    copied: "Copied",
    photo: "Photo",
    file: "File",
    topic: (name) => `Topic “${name}”`,
    joined: (who) => `${who} joined`,
    left: (who) => `${who} left`,
    upgraded: "This group became a supergroup",
    lost: "The sandbox does not answer, trying again…",
    days: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    day: (d, day) =>
      `${day} ${d.getUTCDate()} ${["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][d.getUTCMonth()]}`,
    year: (d) => `${d.getUTCFullYear()}`,
  },
};

const asked = new URLSearchParams(location.search).get("lang");
let code = asked in words ? asked : (localStorage.getItem("sandbox-language") ?? "zh");
if (!(code in words)) code = "zh";

export const language = () => code;

export function setLanguage(next) {
  code = next;
  localStorage.setItem("sandbox-language", next);
}

export function word(key, ...facts) {
  const found = words[code][key];
  return typeof found === "function" ? found(...facts) : found;
}

/** A caption is one text, or one for each language. */
export function caption(given) {
  if (given === null || typeof given === "string") return given ?? "";
  return given[code] ?? given.zh ?? Object.values(given)[0] ?? "";
}

// The office's offset from UTC in milliseconds, read off the office clock.
let offset = 0;

/** Read "2026-11-23T09:00:00+08:00"; the result's UTC fields are the office's. */
export function officeTime(iso) {
  const zone = /([+-])(\d\d):(\d\d)(?::\d\d)?$/.exec(iso);
  offset = zone ? (zone[1] === "-" ? -1 : 1) * (zone[2] * 60 + +zone[3]) * 60000 : 0;
  return new Date(Date.parse(iso) + offset);
}

export const atOffice = (seconds) => new Date(seconds * 1000 + offset);
const two = (n) => String(n).padStart(2, "0");
export const hours = (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
export const dayName = (d) => word("day", d, word("days")[d.getUTCDay()]);
