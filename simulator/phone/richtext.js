/** Message text to nodes: line breaks kept, links and phone numbers tappable, everything else plain text. */

import { el } from "./dom.js";

const URL_RUN = /https?:\/\/[^\s<>"'“”‘’，。；！？、（）《》【】]+/;
// Short service numbers only, and not when they count something (110 人, 120 元).
const PHONE_RUN =
  /(?<![\d.\-])(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8}|400-\d{3}-\d{4}|12\d{3}|11[09]|12[02])(?![\d.\-]|\s*[人名元个分次年月日岁座条%度块米号篇级])/;
const ANCHOR = /<a\s+[^>]*?href\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>([\s\S]*?)<\/a>/i;
const FAN_TEXT = new RegExp(`(?<url>${URL_RUN.source})|(?<phone>${PHONE_RUN.source})`, "g");
// WeChat turns <a href> in an account's text message into a link; from a follower it stays as typed.
const ACCOUNT_TEXT = new RegExp(`(?<anchor>${ANCHOR.source})|${FAN_TEXT.source}`, "gi");

export function safeUrl(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** taps: {web(url, title), phone(number), say(text, id)}; the caller decides what a tap does. */
export function richText(text, side, taps) {
  const nodes = [];
  let done = 0;
  for (const match of (text || "").matchAll(side === "account" ? ACCOUNT_TEXT : FAN_TEXT)) {
    if (match.index > done) nodes.push(text.slice(done, match.index));
    nodes.push(tappable(match.groups, match[0], taps));
    done = match.index + match[0].length;
  }
  if (done < (text || "").length) nodes.push(text.slice(done));
  return nodes;
}

function tappable(groups, run, taps) {
  if (groups.anchor) return anchor(run, taps);
  if (groups.phone) return tapLink(`tel:${run}`, run, () => taps.phone(run));
  return tapLink(safeUrl(run), run, () => taps.web(safeUrl(run), run));
}

function anchor(run, taps) {
  const [, double, single, inner] = run.match(ANCHOR);
  const href = (double ?? single).replaceAll("&amp;", "&");
  const label = inner.replace(/<[^>]*>/g, "") || href;
  const url = safeUrl(href);
  if (url) return tapLink(url, label, () => taps.web(url, label));
  const menu = href.match(/^weixin:\/\/bizmsgmenu\?(.*)$/);
  if (!menu) return run;
  const fields = new URLSearchParams(menu[1]);
  return tapLink("#", label, () => taps.say(fields.get("msgmenucontent") || label, fields.get("msgmenuid")));
}

export function tapLink(href, label, onTap) {
  if (!href) return label;
  const tap = (event) => {
    event.preventDefault();
    onTap();
  };
  return el("a", { href, class: "tap", rel: "noopener noreferrer", on: { click: tap } }, label);
}
