/* [data-hours-total]: the month's total follows what is typed, and « 0 h, pourquoi » is asked only at 0 h. */

const read = (input) => {
  const typed = input.value.replace(/[\s\u00a0\u202f]/g, "").replace(/h$/i, "").replace(",", ".");
  return /^\d+(\.\d*)?$/.test(typed) ? Number(typed) : null;
};

const written = (cents) =>
  `${(cents / 100).toLocaleString("fr-FR", { minimumFractionDigits: cents % 100 ? 2 : 0 })}\u00a0h`;

const refresh = (form) => {
  const inputs = [...form.querySelectorAll("[data-hours]")];
  const cents = inputs.reduce((sum, input) => sum + Math.round((read(input) ?? 0) * 100), 0);
  form.querySelector("[data-hours-sum]").value = written(cents);
  form.querySelectorAll("[data-hours-row]").forEach((row) => {
    const [work, training] = ["work", "training"].map((kind) => read(row.querySelector(`[data-hours="${kind}"]`)));
    row.querySelector("[data-hours-reason]").classList.toggle("is-idle", work !== 0 || Boolean(training));
  });
};

document.querySelectorAll("[data-hours-total]").forEach((form) => {
  refresh(form);
  form.addEventListener("input", () => refresh(form));
});
