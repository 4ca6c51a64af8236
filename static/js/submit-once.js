/* A form with data-submit-once leaves once: a second press does nothing until an answer has come. */

const buttons = (form) => [...form.elements].filter((element) => element.type === "submit");

const hold = (form) => {
  form.dataset.submitOnce = "sent";
  form.setAttribute("aria-busy", "true");
  // After the event, so that the name and value of the pressed button still leave with the form.
  setTimeout(() => buttons(form).forEach((button) => button.setAttribute("aria-disabled", "true")));
};

const release = (form) => {
  form.dataset.submitOnce = "";
  form.removeAttribute("aria-busy");
  buttons(form).forEach((button) => button.removeAttribute("aria-disabled"));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]")) return;
  if (form.dataset.submitOnce === "sent") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  hold(form);
}, true);

// Back from the next page, or after an answer by htmx, the form can leave again.
window.addEventListener("pageshow", () => document.querySelectorAll('[data-submit-once="sent"]').forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches('[data-submit-once="sent"]')) release(event.target);
});
