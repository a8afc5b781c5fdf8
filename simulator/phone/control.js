/** One operator's action (控制): do it, then show the platform as it now is. */

import { toast } from "./dom.js";
import { refreshState } from "./stream.js";

export async function turn(run) {
  try {
    await run();
    await refreshState();
  } catch (error) {
    toast(error.message);
  }
}
