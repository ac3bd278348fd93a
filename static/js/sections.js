// Folded sections of a page: a link to one opens it, also where the browser does not do so by
// itself, and the section that was opened last is open again when its reader comes back.
(function () {
  "use strict";
  function open() {
    var body = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var fold = body && body.closest("details.section");
    if (!fold || fold.open) return;
    fold.open = true;
    body.scrollIntoView();
  }
  open();
  window.addEventListener("hashchange", open);
  document.addEventListener("toggle", function (event) {
    var body = event.target.querySelector(":scope > [id]");
    if (event.target.open && event.target.matches(".section") && body) {
      history.replaceState(history.state, "", "#" + body.id);
    }
  }, true);
})();
