// What a form does beyond plain HTML. Without it everything works, one page at a time.
(function () {
  "use strict";
  var units = { "万": 1e4, "千": 1e3, "百": 100 };
  // 「2 万元」 as it is typed, in the words of calculators/fields.py.
  function inWords(typed) {
    var tidy = typed.normalize("NFKC").replace(/[\s,、¥￥元圆块]|人民币/g, "");
    var match = /^(\d{1,20}(?:\.\d{1,6})?|\.\d{1,6})([万千百]?)$/.exec(tidy);
    var amount = match ? Math.round(match[1] * (units[match[2]] || 1) * 100) / 100 : 0;
    if (!amount || amount >= 1e8) return "";
    var myriads = Math.floor(amount / 1e4);
    var rest = Math.round((amount - myriads * 1e4) * 100) / 100;
    var said = rest.toFixed(rest % 1 ? 2 : 0).replace(/^\d(?=\d{3}\b)/, "$&,") + " 元";
    if (!myriads) return said;
    myriads = String(myriads).replace(/^\d(?=\d{3}$)/, "$&,") + " 万";
    return rest ? myriads + (rest < 1e3 ? "零 " : " ") + said : myriads + "元";
  }
  function on(name, run) {
    document.addEventListener(name, run);
  }
  function say(event) {
    var away = event.detail.elt.querySelector(".away");
    if (away) away.hidden = event.type === "htmx:beforeRequest";
  }
  on("input", function (event) {
    var said = document.querySelector('output[for="' + event.target.id + '"]');
    if (said) said.textContent = inWords(event.target.value);
  });
  on("htmx:beforeRequest", say);
  on("htmx:sendError", say);
  on("htmx:timeout", say);
  on("htmx:responseError", say);
  on("htmx:oobBeforeSwap", function (event) {
    var old = event.detail.target;
    // A question that stays is left alone: somebody may be typing in it.
    if (old.matches(".when") && old.firstElementChild && event.detail.fragment.firstElementChild) {
      event.detail.shouldSwap = false;
    }
  });
  // What only an opened fold needs is loaded when it is opened: copying.
  document.addEventListener("toggle", function (event) {
    var fold = event.target;
    if (!fold.open || !fold.dataset.script) return;
    var script = document.createElement("script");
    script.src = fold.dataset.script;
    delete fold.dataset.script;
    document.head.appendChild(script);
  }, true);
  on("htmx:afterSettle", function (event) {
    var answer = event.detail.target;
    var asked = event.detail.requestConfig.elt.tagName === "FORM";
    if (!asked || answer.contains(document.activeElement)) return;
    answer.scrollIntoView();
    answer.focus({ preventScroll: true });
  });
})();
