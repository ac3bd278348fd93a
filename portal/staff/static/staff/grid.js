// Makes the grid of a table quicker to fill: a block copied from a spreadsheet fills cells from the
// focused one on, Enter and the arrow keys move. Everything works without it, too.
(() => {
  const form = document.querySelector(".desk-grid-form");
  const alert = document.getElementById("problems");
  if (alert) alert.focus();
  if (!form) return;

  const rowsOf = (table) => [...table.tBodies];
  const cellsOf = (body) =>
    [...body.rows[0].cells].map((cell) => cell.querySelector("input[type=text], select"))
      .filter(Boolean);
  const plain = (text) => text.normalize("NFKC").trim();

  // Where a control stands: its table, and the number of its row and column.
  function placeOf(control) {
    const table = control.closest("table[data-sheet]");
    if (!table) return null;
    const body = control.closest("tbody");
    return { table, row: rowsOf(table).indexOf(body), column: cellsOf(body).indexOf(control) };
  }

  function put(control, text) {
    if (control.tagName === "SELECT") {
      const option = [...control.options].find((each) => plain(each.value) === plain(text));
      // What no choice says stays to be seen; the server says what may stand there.
      control.append(...(option ? [] : [new Option(text, text)]));
      control.value = option ? option.value : text;
    } else {
      control.value = text.trim();
    }
  }

  // One more empty row, made from the last one.
  function grow(table) {
    const bodies = rowsOf(table);
    const sheet = table.dataset.sheet;
    const all = form.querySelectorAll("table[data-sheet] > tbody").length;
    if (all >= Number(form.dataset.mostRows)) return null;
    const made = bodies[bodies.length - 1].cloneNode(true);
    const was = `${sheet}-${bodies.length - 1}-`;
    const now = `${sheet}-${bodies.length}-`;
    made.className = "";
    [...made.rows].slice(1).forEach((row) => row.remove());
    made.querySelectorAll(".desk-problem, .desk-was, .desk-theirs").forEach((told) => told.remove());
    made.querySelectorAll("td").forEach((cell) => cell.classList.remove("desk-changed"));
    made.querySelectorAll("[for], [id], [name]").forEach((part) => {
      for (const name of ["for", "id", "name"]) {
        const value = part.getAttribute(name);
        if (value) part.setAttribute(name, value.replace(was, now));
      }
      part.removeAttribute("aria-invalid");
      part.removeAttribute("aria-describedby");
      if (part.type === "checkbox") part.checked = false;
      else if (part.tagName === "SELECT" || part.tagName === "INPUT") part.value = "";
    });
    made.querySelectorAll(".desk-hidden").forEach((words) => { words.textContent = "新的一行："; });
    table.append(made);
    form.elements[`${sheet}-rows`].value = String(bodies.length + 1);
    return made;
  }

  form.addEventListener("paste", (event) => {
    const place = placeOf(event.target);
    const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!place || place.column < 0 || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
    event.preventDefault();
    const block = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
    block.forEach((line, down) => {
      const body = rowsOf(place.table)[place.row + down] || grow(place.table);
      if (!body) return;
      const cells = cellsOf(body);
      line.forEach((cell, right) => {
        if (cells[place.column + right]) put(cells[place.column + right], cell);
      });
    });
  });

  function step(place, down, right) {
    const body = rowsOf(place.table)[place.row + down];
    const next = body && cellsOf(body)[place.column + right];
    if (!next) return false;
    next.focus();
    if (next.select) next.select();
    return true;
  }

  const atEdge = (input, right) =>
    input.selectionStart === input.selectionEnd &&
    input.selectionStart === (right > 0 ? input.value.length : 0);

  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const place = placeOf(event.target);
    if (!place || place.column < 0) return;
    const isText = event.target.tagName === "INPUT";
    const keys = { Enter: [event.shiftKey ? -1 : 1, 0] };
    // A list of suggestions, and a choice, use the arrows up and down themselves.
    if (isText && !event.target.list) Object.assign(keys, { ArrowUp: [-1, 0], ArrowDown: [1, 0] });
    if (isText && atEdge(event.target, 1)) keys.ArrowRight = [0, 1];
    if (isText && atEdge(event.target, -1)) keys.ArrowLeft = [0, -1];
    const move = keys[event.key];
    if (!move) return;
    if (step(place, ...move) || event.key === "Enter") event.preventDefault();
  });
})();
