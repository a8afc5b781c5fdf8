/** What a follower can do (粉丝的动作); each becomes a push the wire panel then shows. */

import { api } from "./api.js";
import { toast } from "./dom.js";
import { closeSheet } from "./sheet.js";
import { chatOf, known, selectPush, takeBubbles } from "./store.js";

let unsent = 0;

export async function act(verb, body = {}, openId = known.current) {
  const answer = await api.act(openId, verb, body);
  if (answer.bubble) takeBubbles(openId, [answer.bubble]);
  if (openId === known.current && answer.push_id) selectPush(answer.push_id);
  return answer;
}

/** Does it and says so when it fails; true when the simulator took it. */
export async function tryAct(verb, body, openId) {
  try {
    await act(verb, body, openId);
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

/** Sends and closes the sheet; a refused form stays open with what was typed. */
export async function sendAndClose(verb, body) {
  if (await tryAct(verb, body)) closeSheet();
}

/** A text never gets lost: what could not be handed over stays in the chat with a red mark. */
export async function say(text, menuItemId) {
  const openId = known.current;
  const body = menuItemId ? { text, bizmsgmenuid: String(menuItemId) } : { text };
  try {
    await act("say", body, openId);
  } catch (error) {
    toast(error.message);
    keepUnsent(openId, text);
  }
}

function keepUnsent(openId, text) {
  unsent += 1;
  takeBubbles(openId, [
    {
      id: `unsent-${unsent}`,
      seq: 0,
      side: "fan",
      kind: "text",
      text,
      articles: [],
      at: new Date(known.state.clock.now).toISOString(),
      status: "failed",
      push_id: null,
      unsent: true,
    },
  ]);
}

export async function sayAgain(bubble) {
  if (bubble.unsent) {
    chatOf(known.current).bubbles.delete(bubble.id);
    document.querySelector(`[data-id="${bubble.id}"]`)?.remove();
  }
  await say(bubble.text);
}
