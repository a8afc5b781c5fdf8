// The little the console needs beyond Tabler and htmx. Everything works without it.
"use strict";

// A dangerous button asks first: <form data-confirm="…">.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// The first field with an error is where one goes on.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".is-invalid")?.focus();
});
