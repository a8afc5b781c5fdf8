/** The “+” panel (更多): location, picture, voice, a shared link, and the way to scanning. */

import { sendAndClose } from "./actions.js";
import { button, el, icon, toast } from "./dom.js";
import { openMini } from "./mini.js";
import { showScan } from "./scan.js";
import { showSheet } from "./sheet.js";
import { known } from "./store.js";

const LARGEST_SIDE = 1024;

const TILES = [
  ["place", "位置", showLocation],
  ["picture", "图片", showPicture],
  ["voice", "语音", showVoice],
  ["scan", "扫一扫", showScan],
  ["link", "链接", showLink],
  ["mini", "小程序", openMini],
];

export function plusPanel() {
  return TILES.map(([name, label, open]) =>
    button([el("span", { class: "plus__icon" }, icon(name)), label], open, { class: "plus__tile" }),
  );
}

function form(onSubmit, ...content) {
  const submit = (event) => {
    event.preventDefault();
    onSubmit(Object.fromEntries(new FormData(event.target)));
  };
  return el(
    "form",
    { class: "form", on: { submit } },
    ...content,
    el("button", { class: "button button--primary" }, "发送"),
  );
}

export function showLocation() {
  const places = known.state.places.map((place) =>
    el(
      "li",
      {},
      button([icon("place"), el("span", {}, place.label)], () => sendAndClose("location", place), {
        class: "pick",
      }),
    ),
  );
  const typed = ({ label, latitude, longitude }) =>
    sendAndClose("location", { label, latitude: Number(latitude), longitude: Number(longitude) });
  showSheet(
    "发送位置",
    el("ul", { class: "picks" }, places),
    el(
      "details",
      { class: "fold" },
      el("summary", {}, "自己填经纬度"),
      form(
        typed,
        el("label", {}, "地点名", el("input", { name: "label", value: "我的位置", maxlength: 64 })),
        el(
          "label",
          {},
          "纬度",
          el("input", {
            name: "latitude",
            type: "number",
            step: "any",
            min: -90,
            max: 90,
            required: true,
            placeholder: "34.75",
          }),
        ),
        el(
          "label",
          {},
          "经度",
          el("input", {
            name: "longitude",
            type: "number",
            step: "any",
            min: -180,
            max: 180,
            required: true,
            placeholder: "113.66",
          }),
        ),
      ),
    ),
  );
}

export function showPicture() {
  const file = el("input", { type: "file", accept: "image/*", class: "sr", id: "picture-file" });
  file.addEventListener("change", async () => {
    try {
      await sendAndClose("image", { data_url: await shrink(file.files[0]) });
    } catch {
      toast("这张图片读不出来，换一张试试");
    }
  });
  showSheet(
    "发送图片",
    el(
      "div",
      { class: "sheet__row" },
      button("发一张示例图片", () => sendAndClose("image", {}), { class: "button button--primary" }),
      file,
      el("label", { class: "button", for: "picture-file" }, "从电脑里选"),
    ),
  );
}

/** A phone never sends a 20 MB original either. */
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = el("canvas", {
    width: Math.max(1, Math.round(bitmap.width * scale)),
    height: Math.max(1, Math.round(bitmap.height * scale)),
  });
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.85);
}

function showVoice() {
  showSheet(
    "发送语音",
    form(
      ({ recognition }) => sendAndClose("voice", { recognition }),
      el(
        "label",
        {},
        "语音里说的话（微信会把它识别成文字）",
        el("textarea", { name: "recognition", rows: 3, required: true, maxlength: 600 }),
      ),
    ),
  );
}

function showLink() {
  showSheet(
    "分享链接",
    form(
      (link) => sendAndClose("link", link),
      el("label", {}, "标题", el("input", { name: "title", required: true, maxlength: 64 })),
      el("label", {}, "简介（可不填）", el("input", { name: "description", maxlength: 120 })),
      el("label", {}, "网址", el("input", { name: "url", type: "url", required: true, placeholder: "https://" })),
    ),
  );
}
