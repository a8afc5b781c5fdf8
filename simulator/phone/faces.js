/** Faces (头像): an emoji when the cast gives one, else the first character on a colour. */

import { el } from "./dom.js";
import { known } from "./store.js";

const IS_EMOJI = /^\p{Extended_Pictographic}/u;
const ACCOUNT_COLOUR = "#06803f";
let emojiFont = null;

/** A steady colour per name, so the same person or card looks the same everywhere. */
export function tint(text) {
  let sum = 0;
  for (const char of text || "") sum = (sum * 31 + char.codePointAt(0)) % 9973;
  return `tint-${sum % 8}`;
}

export function fanAvatar({ name, avatar }) {
  return el(
    "span",
    { class: `avatar ${tint(name)}`, "aria-hidden": "true" },
    isShowable(avatar) ? avatar : initial(name),
  );
}

export function accountAvatar() {
  const { name } = known.state.account;
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, initial(name));
  face.style.backgroundColor = ACCOUNT_COLOUR;
  return face;
}

const initial = (name) => [...name.replace(/^[^\p{L}\p{N}]+/u, "")][0] || "?";

const isShowable = (text) => IS_EMOJI.test(text || "") && hasEmojiFont();

/** Without an emoji font every emoji is the same empty box. */
function hasEmojiFont() {
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
