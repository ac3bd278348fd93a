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
  function on(name, run, early) {
    document.addEventListener(name, run, early);
  }

  // htmx is half of all bytes: it comes when somebody begins to answer. What it would have heard in
  // the meantime is said again; where it is late, the form is sent without it.
  var htmxAt = (document.currentScript || document.body).dataset.htmx;
  var heard; // while htmx is on its way: what to do again
  function arrived() {
    var again = heard || [];
    heard = htmxAt = null;
    again.forEach(function (say) { say(); });
  }
  function bring(event) {
    if (!htmxAt || heard || !event.target.closest("form")) return;
    if (document.readyState !== "complete") return; // it would wait for what has passed
    heard = [];
    var script = document.createElement("script");
    script.src = htmxAt;
    script.onload = script.onerror = arrived;
    setTimeout(arrived, 3e3);
    document.head.appendChild(script);
  }
  ["pointerdown", "keydown", "focusin"].forEach(function (name) { on(name, bring); });
  on("change", function (event) {
    var box = event.target;
    if (heard) heard.push(function () { box.dispatchEvent(new Event("change", { bubbles: true })); });
  });

  // An answer on its way, and one that does not come.
  var SLOW = "网络有点慢，请稍等。";
  var LATE = "等了很久没有回音，您填的都还在，请再试一次。";
  var OFFLINE = "现在连不上网络，您填的都还在，请等一等再试。";
  var AWAY = "网站出了点问题，不是您填错了。您填的都还在，请等一等再试。";
  var waiting = new Map(); // forms, with what was sent
  function tell(form, button, words, again) {
    var said = form.querySelector(".told");
    if (!said) {
      said = document.createElement("div"); // empty, before it says something
      said.className = "told";
      said.setAttribute("role", "status");
      (button.closest(".actions") || button).after(said);
    }
    said.textContent = "";
    if (!words) return;
    var note = said.appendChild(document.createElement("div"));
    note.className = "notice";
    note.appendChild(document.createElement("p")).textContent = words;
    if (!again) return;
    var retry = note.appendChild(document.createElement("button"));
    retry.className = "button second";
    retry.textContent = "再试一次";
    retry.name = button.name;
    retry.value = button.value;
    retry.first = button;
  }
  function settle(form) {
    var sent = waiting.get(form);
    if (!sent) return;
    waiting.delete(form);
    sent.timers.forEach(clearTimeout);
    sent.button.removeAttribute("aria-busy");
    sent.button.textContent = sent.label;
    sent.button.style.minWidth = "";
    tell(form, sent.button, "");
  }
  function fail(form, words) {
    var sent = waiting.get(form);
    settle(form);
    if (sent) tell(form, sent.button, words, true);
  }
  function wait(form, button, typed) {
    settle(form);
    tell(form, button, "");
    function show() {
      button.style.minWidth = button.offsetWidth + "px";
      button.textContent = form.dataset.busy || "请稍等…";
      button.setAttribute("aria-busy", "true");
    }
    waiting.set(form, { button, typed, label: button.textContent, timers: [
      setTimeout(show, 400),
      setTimeout(tell, 8e3, form, button, SLOW),
      setTimeout(fail, 2e4, form, LATE)
    ] });
  }
  on("submit", function (event) {
    var form = event.target;
    var pressed = event.submitter || form.querySelector("button");
    if (heard) {
      event.preventDefault();
      heard.push(function () { pressed.click(); });
      return;
    }
    var button = pressed.first || pressed;
    var typed = new URLSearchParams(new FormData(form)) + "&" + button.name + "=" + button.value;
    var sent = waiting.get(form);
    var twice = sent && sent.typed === typed;
    if (pressed.first) button.focus({ preventScroll: true });
    if (!twice) wait(form, button, typed);
    if (!twice && navigator.onLine !== false) return;
    event.preventDefault();
    event.stopPropagation();
    if (!twice) fail(form, OFFLINE);
  }, true); // before htmx sends it
  function asking(event) {
    return event.detail.requestConfig.elt;
  }
  on("htmx:beforeSend", function (event) {
    var sent = waiting.get(asking(event));
    if (sent) sent.xhr = event.detail.xhr;
  });
  [["sendError", OFFLINE], ["timeout", LATE], ["responseError", AWAY]].forEach(function (wrong) {
    on("htmx:" + wrong[0], function (event) {
      fail(asking(event), wrong[1]);
    });
  });
  on("htmx:sendAbort", function (event) {
    var sent = waiting.get(asking(event));
    if (sent && sent.xhr === event.detail.xhr) settle(asking(event));
  });
  function qr() {
    return document.querySelector(".page-qr img");
  }
  on("htmx:beforeSwap", function (event) {
    if (!event.detail.shouldSwap) return;
    settle(asking(event));
    var code = qr(); // Chrome fetches what it had put off when it is taken away
    if (code) code.removeAttribute("src");
  });
  // Back from a result, the form is as it was sent.
  on("htmx:beforeHistoryUpdate", function (event) {
    var form = asking(event);
    if (event.detail.history.type !== "push" || form.closest("details")) return;
    var typed = new URLSearchParams(new FormData(form));
    history.replaceState(history.state, "", "?" + typed + "&ask=1");
  });
  // Without htmx forward and back may change the address alone: nobody else hears it.
  function follow() {
    var loaded = performance.getEntriesByType("navigation")[0];
    var from = loaded ? loaded.name.split("#")[0] : "";
    // Browsers of 2017 name no address there.
    if (/^http/.test(from) && from !== location.href.split("#")[0]) location.reload();
  }
  on("DOMContentLoaded", follow);
  window.addEventListener("popstate", function () { if (!window.htmx) follow(); });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) waiting.forEach(function (sent, form) { settle(form); });
  });

  on("input", function (event) {
    var said = document.querySelector('output[for="' + event.target.id + '"]');
    if (said) said.textContent = inWords(event.target.value);
  });
  on("htmx:oobBeforeSwap", function (event) {
    var old = event.detail.target;
    // A question that stays is left alone: somebody may be typing in it.
    if (old.matches(".when") && old.firstElementChild && event.detail.fragment.firstElementChild) {
      event.detail.shouldSwap = false;
    }
  });
  // What only an opened fold needs is loaded when it is opened: copying.
  on("toggle", function (event) {
    var fold = event.target;
    if (!fold.open || !fold.dataset.script) return;
    var script = document.createElement("script");
    script.src = fold.dataset.script;
    delete fold.dataset.script;
    document.head.appendChild(script);
  }, true);
  // Paper shows the code of the link, if it is there when this returns. Without a network `send`
  // throws, and paper goes without.
  window.addEventListener("beforeprint", function () {
    var code = qr();
    if (!code) return;
    var request = new XMLHttpRequest();
    request.open("GET", code.src, false);
    request.send();
    code.replaceWith(request.responseXML.documentElement);
  });
  on("htmx:afterSettle", function (event) {
    var answer = event.detail.target;
    if (asking(event).tagName !== "FORM" || answer.contains(document.activeElement)) return;
    answer.scrollIntoView();
    answer.focus({ preventScroll: true });
  });
})();
