/** “Why this answer” (为什么这样回答): the bot's own account of how it chose its reply. */

import { el } from "./dom.js";
import { RISKS } from "./labels.js";

const ROWS = [
  ["route", "走了哪条路"],
  ["intent", "听成了什么意思"],
  ["risk", "风险"],
  ["reply_key", "用了哪段回复"],
];

export function whySection(why) {
  return el(
    "section",
    { class: "why" },
    el("h3", {}, "为什么这样回答"),
    why ? explained(why) : el("p", { class: "muted" }, "机器人没有说明原因（没有带 X-Zhengqing-Why）。"),
  );
}

function explained(why) {
  const rows = ROWS.filter(([key]) => why[key]).flatMap(([key, label]) => [
    el("dt", {}, label),
    el("dd", { class: key === "risk" ? `risk risk--${why.risk}` : null }, shown(key, why[key])),
  ]);
  const reasons = [why.reasons || []].flat();
  return [
    el("dl", { class: "facts" }, rows),
    reasons.length
      ? el(
          "ol",
          { class: "reasons" },
          reasons.map((reason) => el("li", {}, asText(reason))),
        )
      : null,
  ];
}

const shown = (key, value) => (key === "risk" && RISKS[value]) || String(value);

function asText(reason) {
  return typeof reason === "string" ? reason : JSON.stringify(reason);
}
