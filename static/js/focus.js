/* [data-focus] takes the focus when it appears: the summary of a form's errors. */

const focus = (root) => root.querySelector("[data-focus]")?.focus();

focus(document);
document.addEventListener("htmx:afterSettle", (event) => focus(event.target));
