/** The cast (角色): who holds the phone; choosing one shows that person's own chat. */

import { api } from "./api.js";
import { el, find, toast } from "./dom.js";
import { fanAvatar } from "./faces.js";
import { known, on } from "./store.js";
import { refreshState } from "./stream.js";

export function startCast(onChoose) {
  on("state", () => drawCast(onChoose));
  on("chosen", () => drawCast(onChoose));
  find("newcomer-form").addEventListener("submit", (event) => {
    event.preventDefault();
    addFan(event.target, onChoose);
  });
}

function drawCast(onChoose) {
  const focused = document.activeElement?.dataset?.fan;
  find("cast").replaceChildren(...known.state.cast.map((one) => el("li", {}, fanButton(one, onChoose))));
  if (focused)
    find("cast")
      .querySelector(`[data-fan="${CSS.escape(focused)}"]`)
      ?.focus();
}

function fanButton(one, onChoose) {
  const isCurrent = one.open_id === known.current;
  const unread = !isCurrent && one.unread > 0;
  const age = one.age ? `${one.age} 岁` : "";
  const face = el(
    "span",
    { class: "fan__face" },
    fanAvatar(one),
    unread ? el("span", { class: "dot" }, el("span", { class: "sr" }, `${one.unread} 条未读`)) : null,
  );
  const facts = el(
    "span",
    { class: "fan__facts" },
    el(
      "span",
      { class: "fan__name" },
      el("strong", {}, one.name),
      el("small", {}, age),
      one.subscribed ? null : el("small", { class: "badge" }, "未关注"),
    ),
    el("small", { class: "fan__about" }, one.about || ""),
  );
  return el(
    "button",
    {
      type: "button",
      class: "fan",
      title: one.name,
      data: { fan: one.open_id },
      "aria-current": isCurrent ? "true" : null,
      on: { click: () => onChoose(one.open_id) },
    },
    face,
    facts,
  );
}

async function addFan(form, onChoose) {
  const { name, age, about } = Object.fromEntries(new FormData(form));
  try {
    const one = await api.addFan({
      name: name.trim(),
      ...(age && { age: Number(age) }),
      ...(about.trim() && { about: about.trim() }),
    });
    await refreshState();
    form.reset();
    find("newcomer").open = false;
    onChoose(one.open_id);
  } catch (error) {
    toast(error.message);
  }
}
