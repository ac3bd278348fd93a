// Beside each [data-copy] a button that copies its words. Without JavaScript there is no button.
(function () {
  "use strict";
  // Older WebViews, and pages that are not served over TLS, have no clipboard to ask for.
  function copyOldWay(text) {
    var box = document.createElement("textarea");
    box.value = text;
    box.readOnly = true; // no keyboard pops up
    box.className = "skip";
    document.body.appendChild(box);
    box.focus();
    box.setSelectionRange(0, text.length);
    var done = false;
    try {
      done = document.execCommand("copy");
    } catch (error) {
      // Said below.
    }
    box.remove();
    return done;
  }
  function copy(text) {
    if (navigator.clipboard && navigator.clipboard.writeText) {
      return navigator.clipboard.writeText(text).then(
        function () { return true; },
        function () { return copyOldWay(text); }
      );
    }
    return Promise.resolve(copyOldWay(text));
  }
  // form.js runs this again where a fold with such words is opened after a new answer.
  document.querySelectorAll("[data-copy]:not([data-offered])").forEach(function (words) {
    words.dataset.offered = "";
    var button = document.createElement("button");
    var said = document.createElement("span");
    button.type = "button";
    button.className = "button second";
    button.textContent = words.dataset.copy;
    said.setAttribute("role", "status");
    button.addEventListener("click", function () {
      copy(words.textContent).then(function (done) {
        said.textContent = done ? "已复制" : "请长按上面的字来复制";
        button.focus();
      });
    });
    var tools = words.parentNode.querySelector(".tools") || words.parentNode;
    tools.appendChild(button);
    tools.appendChild(said);
  });
})();
