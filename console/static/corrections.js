// A topic belongs to counseling alone: shown only then. Without this script the field is always there.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const intent = document.getElementById("intent");
  const risk = document.getElementById("risk");
  const topic = document.getElementById("topic-field");
  const show = () => { topic.hidden = intent.value !== "counseling"; };
  // Whoever names a risk means counseling.
  risk.addEventListener("change", () => {
    if (risk.value !== "none") intent.value = "counseling";
    show();
  });
  intent.addEventListener("change", show);
  show();
});
