/* An input with data-file-field (the largest size, in bytes) refuses a file too large before it is sent. */

const megabytes = (bytes) => (bytes / 1048576).toLocaleString("fr-FR", { maximumFractionDigits: 1 });

const check = (input) => {
  const limit = Number(input.dataset.fileField);
  const large = [...input.files].find((file) => file.size > limit);
  input.setCustomValidity(
    large ? `« ${large.name} » pèse ${megabytes(large.size)} Mo : la limite est de ${megabytes(limit)} Mo.` : "",
  );
  input.reportValidity();
};

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-file-field]")) check(event.target);
});
