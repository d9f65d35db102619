// "/" goes to the search box, as readers of archives expect
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
  const box = document.querySelector("[data-search]");
  if (box) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});

// a sentence that is selected in a text can be asked for its life: it goes into the form below the text
const form = document.querySelector("form[data-quote]");
document.addEventListener("selectionchange", () => {
  const chosen = document.getSelection();
  const text = document.querySelector(".text");
  if (!form || !text || !chosen || chosen.isCollapsed || !text.contains(chosen.anchorNode)) return;
  form.elements.q.value = chosen.toString().replace(/\s+/g, " ").trim().slice(0, 1000);
});
