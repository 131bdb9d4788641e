/* A press copies a text. Where the browser refuses, the text is selected so that the keyboard can. */

function select(element) {
  const selection = window.getSelection();
  selection.removeAllRanges();
  const range = document.createRange();
  range.selectNodeContents(element);
  selection.addRange(range);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[data-copy-status]");
  try {
    await navigator.clipboard.writeText(text.innerText.trim());
    status.textContent = button.dataset.copied;
  } catch {
    select(text);
    status.textContent = button.dataset.selected;
  }
});
