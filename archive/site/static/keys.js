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
