/** Builds elements; text always goes in as text, so nothing a person typed can become HTML. */

export const find = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
  else if (name === "data") Object.assign(node.dataset, value);
  else node.setAttribute(name, value === true ? "" : value);
}

export function button(label, onClick, props = {}) {
  return el("button", { type: "button", class: "button", ...props, on: { click: onClick } }, label);
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A steady colour per name, so the same person or card looks the same everywhere. */
export function tint(text) {
  let sum = 0;
  for (const char of text || "") sum = (sum * 31 + char.codePointAt(0)) % 9973;
  return `tint-${sum % 8}`;
}

const IS_EMOJI = /^\p{Extended_Pictographic}/u;
let emojiFont = null;

/** Without an emoji font every emoji is the same empty box. */
function canShowEmoji() {
  emojiFont ??= drawn("🌿") !== drawn("🐒");
  return emojiFont;
}

function drawn(text) {
  const canvas = el("canvas", { width: 24, height: 24 });
  const pen = canvas.getContext("2d");
  pen.font = "18px sans-serif";
  pen.fillText(text, 0, 18);
  return canvas.toDataURL();
}

/** Avatar (头像): an emoji when the cast gives one, else the first character on a colour. */
export function avatar(name, given) {
  const first = [...(name || "?").replace(/^[^\p{L}\p{N}]+/u, "")][0] || "?";
  const node = el("span", { class: `avatar ${tint(name)}`, "aria-hidden": "true" }, IS_EMOJI.test(given || "") && canShowEmoji() ? given : first);
  if (/^#[0-9a-f]{6}$/i.test(given || "")) node.style.backgroundColor = given;
  return node;
}

let toastTimer = 0;

export function toast(text) {
  const node = find("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { node.hidden = true; }, 4000);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("已复制");
  } catch {
    toast("浏览器没有允许复制，请选中文字后自己复制");
  }
}
