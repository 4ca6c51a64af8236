/* A link with data-dialog leads to a page that asks for a confirmation: its [data-confirm] is shown above this page.
   Anything unexpected follows the link as usual. */

const show = (form) => {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const title = form.querySelector(".confirm-title");
  title.id = "dialog-title";
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(document.importNode(form, true));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
};

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(page.querySelector("[data-confirm]"));
  } catch {
    window.location.assign(link.href);
  }
});
