// "/" goes to the search box, as readers of archives expect; "n" and "p" turn pages; "?" shows the keys
const go = (relation) => document.querySelector(`.pages a[rel=${relation}]`)?.click();
const keys = {
  "/": () => {
    const box = document.querySelector("[data-search]");
    box?.focus();
    box?.select();
  },
  n: () => go("next"),
  p: () => go("prev"),
  "?": () => document.getElementById("keys").showModal(),
};
document.addEventListener("keydown", (event) => {
  if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  keys[event.key]();
});

// a sentence that is selected in a text can be asked for its life: it goes into the form below the text
const form = document.querySelector("form[data-quote]");
document.addEventListener("selectionchange", () => {
  const chosen = document.getSelection();
  const text = document.querySelector(".text");
  if (!form || !text || !chosen || chosen.isCollapsed || !text.contains(chosen.anchorNode)) return;
  form.elements.q.value = chosen.toString().replace(/\s+/g, " ").trim().slice(0, 1000);
});
if (matchMedia("(hover: hover)").matches) document.getElementById("keys-hint").hidden = false;

// a button beside whatever may be copied; a page that is not on https or this computer has no clipboard
for (const one of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const { copyWord, copiedWord } = document.body.dataset;
  const button = Object.assign(document.createElement("button"), { className: "copy", type: "button", textContent: copyWord });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(one.textContent);
    button.textContent = copiedWord;
    setTimeout(() => { button.textContent = copyWord; }, 2000);
  });
  one.after(button);
}
