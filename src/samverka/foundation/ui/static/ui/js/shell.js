/* What every page does a little better with JavaScript. Nothing depends on it. */

/** Menus close with Escape (focus goes back to what opened them) and with a press beside them. */
function closeMenus() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

/** A region that fits needs no stop for the keyboard. */
function tabOnlyWhereItScrolls(root) {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const region of root.querySelectorAll(".table-region")) observer.observe(region);
}

/** After a refused form the reader starts at what is wrong. */
function focusErrors(root) {
  root.querySelector(".error-summary")?.focus();
}

/** A form is sent once, however many times the button is pressed; coming back to the page opens it again.
    A form that answers with a file is marked data-repeatable: its page stays. */
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || "repeatable" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });
}

/** Text that has been typed in a form marked data-guard is not lost by a slip. */
function guardTyped() {
  let typed = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-guard]")) typed = true;
  });
  document.addEventListener("submit", () => (typed = false));
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}

/** When a fragment cannot be fetched, say so, once, at the top of the page. */
function tellFailures() {
  const tell = () => {
    if (document.querySelector("[data-request-failed]")) return;
    const notice = document.getElementById("request-failed").content.firstElementChild.cloneNode(true);
    notice.dataset.requestFailed = "";
    document.querySelector("#main .wrap").prepend(notice);
  };
  document.addEventListener("htmx:sendError", tell);
  document.addEventListener("htmx:responseError", tell);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.querySelector("[data-request-failed]")?.remove();
  });
}

/** A part that fetches itself again and again does not take away the button that is being pressed: its next answer will
    do. */
function keepWhatIsPressed() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target } = event.detail;
    if (target.matches("[hx-trigger^=every]") && target.querySelector(":active")) event.detail.shouldSwap = false;
  });
}

/** A passkey that is refused or forgotten is no dead end: say so beside the button. */
function tellPasskeyFailures() {
  document.addEventListener("allauth.error", () => {
    const template = document.getElementById("passkey-failed");
    if (!template || document.querySelector("[data-passkey-failed]")) return;
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.dataset.passkeyFailed = "";
    document.querySelector(".page__main").append(notice);
  });
}

document.documentElement.classList.add("js");
closeMenus();
tellPasskeyFailures();
sendOnce();
guardTyped();
tellFailures();
keepWhatIsPressed();
tabOnlyWhereItScrolls(document);
focusErrors(document);
document.addEventListener("htmx:load", (event) => tabOnlyWhereItScrolls(event.target));
