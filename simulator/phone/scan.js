/** Scanning a QR code (扫一扫): as the person who holds the phone, or as somebody new. */

import { act, sendAndClose } from "./actions.js";
import { api, qrPicture } from "./api.js";
import { button, el, toast } from "./dom.js";
import { closeSheet, showSheet } from "./sheet.js";
import { fan, known } from "./store.js";

export function showScan() {
  const asNew = el("input", { type: "checkbox", id: "scan-as-new" });
  const name = fan().name;
  const scenes = known.state.scenes.map(({ scene, title }) =>
    el(
      "li",
      {},
      button(
        [
          el("img", { src: qrPicture(scene), alt: "", width: 96, height: 96 }),
          el("strong", {}, title),
          el("small", {}, scene),
        ],
        () => scan(scene, asNew.checked),
        { class: "qr" },
      ),
    ),
  );
  showSheet(
    "扫一扫",
    el(
      "p",
      { class: "sheet__text" },
      fan().subscribed ? `点一个二维码，就当 ${name} 扫了它。` : `${name} 还没关注，扫码会先关注公众号。`,
    ),
    el("ul", { class: "qrs" }, scenes),
    el("label", { class: "check", for: "scan-as-new" }, asNew, "换一个从没关注过的新朋友来扫"),
  );
}

async function scan(scene, asNew) {
  if (asNew) return scanAsNewcomer(scene);
  await sendAndClose(fan().subscribed ? "scan" : "follow", { scene });
}

/** A newcomer's scan arrives as subscribe with qrscene_, not as SCAN: both must be easy to try. */
async function scanAsNewcomer(scene) {
  const count = known.state.cast.filter((one) => one.name.startsWith("新朋友")).length;
  try {
    const newcomer = await api.addFan({ name: `新朋友${count + 1}`, about: "扫码来的" });
    await act("follow", { scene }, newcomer.open_id);
    closeSheet();
    document.dispatchEvent(new CustomEvent("choose-fan", { detail: newcomer.open_id }));
  } catch (error) {
    toast(error.message);
  }
}
