/* A form with data-passkey asks the browser for a passkey before it leaves: "create" makes one, "get" uses one.
   The questions of the server lie in the JSON of the page, or are fetched from the form's address when it has none. */

const NEEDED = { residentKey: "required", requireResidentKey: true, userVerification: "required" };

const TROUBLES = {
  InvalidStateError: "Cet appareil a déjà une clé d’accès pour ce compte.",
  NotAllowedError: "La clé d’accès n’a pas été donnée. Recommencez, ou choisissez un autre moyen.",
  QuotaExceededError: "Trop d’essais en peu de temps. Attendez une minute, puis recommencez.",
  SecurityError: "Les clés d’accès ne marchent pas à cette adresse.",
};

const questions = async (form) => {
  const written = document.getElementById("passkey-questions");
  if (written) return JSON.parse(written.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (answer.status === 429) throw new DOMException("", "QuotaExceededError");
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

const make = (options) => {
  Object.assign(options.publicKey.authenticatorSelection, NEEDED);
  return window.webauthnJSON.create(options);
};

const ask = async (form) => {
  const asked = await questions(form);
  const given = form.dataset.passkey === "create"
    ? await make(asked.creation_options)
    : await window.webauthnJSON.get(asked.request_options);
  form.elements.namedItem("credential").value = JSON.stringify(given);
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-passkey]")) return;
  event.preventDefault();
  if (form.hasAttribute("aria-busy")) return;
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.textContent = "";
  form.setAttribute("aria-busy", "true");
  try {
    await ask(form);
    form.submit();
  } catch (error) {
    trouble.textContent = TROUBLES[error.name] ?? "La clé d’accès n’a pas pu être lue. Rechargez la page, puis recommencez.";
    form.removeAttribute("aria-busy");
  }
});

// Without scripts, or with a browser that knows no passkey, the form stays hidden and its words stay shown.
if (window.webauthnJSON?.supported()) {
  document.querySelectorAll("[data-passkey]").forEach((form) => { form.hidden = false; });
  document.querySelectorAll("[data-passkey-none]").forEach((words) => { words.hidden = true; });
}
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-passkey]").forEach((form) => form.removeAttribute("aria-busy"));
});
