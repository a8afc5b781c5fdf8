/** The pages of the mini-program (小程序页面): help lines, events, columns, oneself. */

import { button, el } from "./dom.js";

const STATES = {
  later: "还没开始报名",
  open: "可以报名",
  waiting: "满了，可以排候补",
  full: "满了",
  closed: "报名结束",
  past: "已经结束",
};
const BLOCKS = "p, h2, h3, h4, li, blockquote";

export const tabs = [
  { label: "热线", draw: helpLines },
  { label: "活动", draw: events },
  { label: "专栏", draw: columns },
  { label: "我的", draw: oneself },
];

async function helpLines(phone) {
  const { items, note } = await phone.ask("GET", "/helplines");
  return [el("h2", {}, "求助热线"), list(items.map(helpLine)), el("p", { class: "muted" }, note)];
}

function helpLine(line) {
  const hours = line.hours ? el("small", {}, line.hours) : null;
  const name = line.danger ? "mini__number mini__number--danger" : "mini__number";
  const what = el("span", {}, el("strong", {}, line.name), el("small", {}, line.for_whom), hours);
  return row(el("b", { class: name }, line.number), what);
}

async function events(phone, cursor = "") {
  const { items, next } = await phone.ask("GET", `/events?limit=10${cursor && `&cursor=${cursor}`}`);
  const rows = items.map((event) => opens(phone, () => oneEvent(phone, event.number), event.title, eventLine(event)));
  return [el("h2", {}, "活动"), list(rows), more(phone, next, (after) => events(phone, after))];
}

const eventLine = (event) =>
  [when(event.starts_at), event.district, STATES[event.state], event.is_demo && "演示"].filter(Boolean).join(" · ");

async function oneEvent(phone, number) {
  const event = await phone.ask("GET", `/events/${encodeURIComponent(number)}`);
  const facts = [
    ["时间", when(event.starts_at)],
    ["地点", event.place],
    ["年龄", event.ages || "不限"],
    ["名额", `共 ${event.capacity} 个，还有 ${event.seats_left} 个；${STATES[event.state]}`],
    ["要填", event.form.map((one) => one.label).join("、") || "不用填"],
  ];
  return [
    back(phone, events),
    el("h2", {}, event.title),
    factList(facts),
    ...prose(event.html),
    el("p", { class: "muted" }, `报名请回到公众号里，回复“报名”。${event.is_demo ? "这是演示活动，不是真的。" : ""}`),
  ];
}

async function columns(phone) {
  const { items } = await phone.ask("GET", "/columns?limit=50");
  const rows = items.map((one) => opens(phone, () => oneColumn(phone, one.slug), one.title, one.summary));
  return [el("h2", {}, "学习专栏"), list(rows)];
}

async function oneColumn(phone, slug) {
  const { items } = await phone.ask("GET", `/articles?limit=50&column=${encodeURIComponent(slug)}`);
  const rows = items.map((one) => opens(phone, () => oneArticle(phone, one), one.title, one.summary));
  return [back(phone, columns), list(rows)];
}

async function oneArticle(phone, { column, slug }) {
  const article = await phone.ask("GET", `/articles/${encodeURIComponent(column)}/${encodeURIComponent(slug)}`);
  const byline = [article.date, article.author, article.sample ? "示例" : ""].filter(Boolean).join(" · ");
  return [
    back(phone, () => oneColumn(phone, column)),
    el("h2", {}, article.title),
    el("p", { class: "muted" }, byline),
    ...prose(article.html),
  ];
}

async function oneself(phone) {
  if (!phone.isLoggedIn()) return stranger(phone);
  const me = await phone.ask("GET", "/me");
  const { messages, signups, cases, consents, logins } = me.holdings;
  const held = `消息 ${messages} 条，报名 ${signups} 次，求助 ${cases} 个，同意书 ${consents} 份，登录 ${logins} 处`;
  const facts = [
    ["第一次来", when(me.since)],
    ["登录时间", when(me.logged_in_at)],
    ["登录到期", when(me.expires_at)],
    ["存了你的", held],
  ];
  return [el("h2", {}, "我的"), factList(facts), afterwards(phone, "退出登录", "button", () => phone.logOut())];
}

const stranger = (phone) => [
  el("h2", {}, "我的"),
  el("p", {}, "还没有登录。登录只用微信给的一个编号，不用填名字。"),
  afterwards(phone, "微信登录", "button button--primary", () => phone.logIn()),
];

/** A button that does something and then shows oneself anew. */
function afterwards(phone, label, look, act) {
  const run = async () => {
    await act();
    return oneself(phone);
  };
  return button(label, () => phone.show(run), { class: `${look} button--wide` });
}

/** What went wrong, as the API says it; with numbers to call when it gives some. */
export function problem(error) {
  const lines = (error.helplines || []).map((line) => row(el("b", { class: "mini__number" }, line.number), line.name));
  const trace = error.code ? el("p", { class: "muted" }, `${error.code} · ${error.request_id || ""}`) : null;
  const told = [el("h2", {}, error.title || "没有成功"), el("p", {}, error.detail || error.message), list(lines)];
  return trace ? [...told, trace] : told;
}

/** The words of cleaned HTML, block by block: nothing that came from outside becomes HTML here. */
function prose(html) {
  const blocks = new DOMParser().parseFromString(html, "text/html").querySelectorAll(BLOCKS);
  return [...blocks].map((one) => el(one.tagName.startsWith("H") ? "h3" : "p", {}, one.textContent));
}

const factList = (facts) =>
  el(
    "dl",
    { class: "facts" },
    facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
  );
const list = (rows) => el("ul", { class: "mini__list" }, rows);
const row = (...content) => el("li", { class: "mini__row" }, ...content);

function opens(phone, draw, title, line) {
  const shown = [el("strong", {}, title), el("small", {}, line)];
  return el("li", {}, button(shown, () => phone.show(draw), { class: "mini__open" }));
}

function more(phone, next, draw) {
  return next ? button("下一页", () => phone.show(() => draw(next)), { class: "button button--wide" }) : "";
}

const back = (phone, draw) => button("‹ 返回", () => phone.show(draw), { class: "mini__back" });

function when(iso) {
  const format = { month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" };
  return new Date(iso).toLocaleString("zh-CN", { ...format, timeZone: "Asia/Shanghai" });
}
