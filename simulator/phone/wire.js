/** The wire panel (线路): everything that went over the network for the selected bubble. */

import { api } from "./api.js";
import { button, copy, el, find } from "./dom.js";
import { byteCount, duration, fullTime } from "./format.js";
import { MODES, VERDICTS, pushName } from "./labels.js";
import { known, on } from "./store.js";
import { whySection } from "./why.js";
import { prettyXml } from "./xml.js";

const LIMIT_MS = 5000;
const WAIT_MS = 700;
const folded = new Set(["wire", "headers", "reply-wire"]);
let asked = 0;
let timer = 0;

export function startWire() {
  on("push", load);
  on("bubbles", ({ bubbles }) => {
    if (bubbles.some((bubble) => bubble.push_id === known.push)) loadSoon(100);
  });
  load();
}

function loadSoon(ms) {
  clearTimeout(timer);
  timer = setTimeout(load, ms);
}

async function load() {
  clearTimeout(timer);
  const id = known.push;
  const turn = ++asked;
  if (!id) return find("wire").replaceChildren(hint());
  try {
    const push = await api.push(id);
    if (turn !== asked) return;
    draw(push);
    // Retries add tries without changing a bubble, so an unsettled push is read again.
    if (push.outcome === null) loadSoon(WAIT_MS);
  } catch (error) {
    if (turn === asked) find("wire").replaceChildren(el("p", { class: "muted" }, error.message));
  }
}

function hint() {
  return el(
    "div",
    { class: "wire__hint" },
    el("p", {}, "这里会显示微信服务器和机器人之间传的每一个字。"),
    el("p", { class: "muted" }, "发一条消息，或点聊天里的任意一个气泡。"),
  );
}

function draw(push) {
  const panel = find("wire");
  const { scrollTop } = panel;
  panel.replaceChildren(
    ...[
      head(push),
      whySection(push.why),
      problems(push.problems),
      attempts(push.attempts),
      pushed(push),
      reply(push),
      address(push),
      ...raw(push),
    ].filter(Boolean),
  );
  panel.scrollTop = scrollTop;
}

function head(push) {
  return el(
    "p",
    { class: "wire__head" },
    el("strong", {}, pushName(push.kind)),
    el("span", { class: "badge" }, `${MODES[push.mode] || push.mode}模式`),
    el("span", { class: "muted" }, fullTime(new Date(push.at))),
  );
}

function problems(list) {
  if (!list?.length) return null;
  return el(
    "section",
    { class: "wire__problems" },
    el("h3", {}, "有问题"),
    el(
      "ul",
      {},
      list.map((text) => el("li", {}, text)),
    ),
  );
}

function attempts(list) {
  const rows = list.length
    ? el("ol", { class: "attempts" }, list.map(attempt))
    : el("p", { class: "muted" }, "正在送出…");
  return el("section", {}, el("h3", {}, "送达"), rows);
}

function attempt(one) {
  const isGood = ["ok", "empty"].includes(one.verdict);
  const used = Math.min(one.ms ?? LIMIT_MS, LIMIT_MS);
  const verdict = [one.status, VERDICTS[one.verdict] || one.verdict].filter(Boolean).join(" ");
  const line = el(
    "div",
    { class: `attempt ${isGood ? "" : "attempt--bad"}` },
    el("span", {}, `第 ${one.n} 次`),
    el("meter", { min: 0, max: LIMIT_MS, value: used, title: "占 5 秒时限的多少" }),
    el("span", {}, duration(one.ms)),
    el("span", { class: "attempt__verdict" }, verdict),
  );
  const body = one.body || one.body_base64;
  return el("li", {}, line, !isGood && body ? el("pre", { class: "code", tabindex: 0 }, body) : null);
}

const pushed = (push) => fold("plain", "推送的内容（解密后）", push.plain_xml, prettyXml(push.plain_xml));
const reply = (push) =>
  push.reply_plain_xml &&
  fold("reply", "机器人的回复（解密后）", push.reply_plain_xml, prettyXml(push.reply_plain_xml));

function raw(push) {
  return [
    fold("wire", "推送原文（线上）", push.wire_body),
    push.reply_wire && fold("reply-wire", "回复原文（线上）", push.reply_wire),
    fold("headers", "请求头", headerText(push.request_headers)),
    el(
      "p",
      { class: "wire__tools" },
      button("复制成 curl 命令", () => copy(curl(push)), { class: "button button--small" }),
    ),
  ];
}

function address(push) {
  const [path, query = ""] = push.url.split("?");
  const fields = [...new URLSearchParams(query)].flatMap(([name, value]) => [
    el("dt", {}, name),
    el("dd", {}, value),
  ]);
  return fold(
    "url",
    "地址和签名",
    push.url,
    [el("p", { class: "wire__path" }, `POST ${path}`), el("dl", { class: "facts facts--mono" }, fields)],
    "div",
  );
}

function fold(key, title, source, content = [source], tag = "pre") {
  const box = el(
    "details",
    { class: "fold wire__part", open: !folded.has(key), data: { part: key } },
    el("summary", {}, title, el("small", {}, byteCount(source))),
    el(tag, { class: "code", tabindex: tag === "pre" ? 0 : null }, content),
    button("复制", () => copy(source), {
      class: "button button--small wire__copy",
      "aria-label": `复制：${title}`,
    }),
  );
  box.addEventListener("toggle", () => (box.open ? folded.delete(key) : folded.add(key)));
  return box;
}

const headerText = (headers) =>
  Object.entries(headers || {})
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/** The very same signed request, to be sent again from a terminal. */
function curl(push) {
  const headers = Object.entries(push.request_headers || {}).filter(
    ([name]) => !/^(host|content-length|connection)$/i.test(name),
  );
  return [
    "curl -sS -X POST",
    quoted(push.url),
    ...headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(push.wire_body)}`,
  ].join(" ");
}
