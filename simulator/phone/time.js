/** The platform's clock (模拟时钟), ticking on this page between two answers of the simulator. */

import { on } from "./store.js";

let heard = { platform: Date.now(), local: performance.now(), frozen: false };

export function startClock(onTick) {
  on("state", ({ clock }) => {
    heard = { platform: new Date(clock.now).getTime(), local: performance.now(), frozen: clock.frozen };
    onTick(now());
  });
  setInterval(() => onTick(now()), 1000);
}

export function now() {
  return new Date(heard.platform + (heard.frozen ? 0 : performance.now() - heard.local));
}
