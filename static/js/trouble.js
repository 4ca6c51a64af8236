/* [data-trouble] says that a part of the page could not be refreshed, and empties itself when one could. */

const box = document.querySelector("[data-trouble]");
const say = (text) => { box.textContent = text; };

const REFUSED = {
  401: "Votre session s’est fermée. Envoyez la page : ce que vous avez saisi est gardé le temps de vous reconnecter.",
};

document.addEventListener("htmx:responseError", (event) => say(REFUSED[event.detail.xhr.status] ?? "Cette partie de la page n’a pas pu être mise à jour. Rechargez la page."));
document.addEventListener("htmx:sendError", () => say("Le serveur ne répond pas. Vérifiez votre connexion, puis rechargez la page."));
document.addEventListener("htmx:afterSwap", () => say(""));
