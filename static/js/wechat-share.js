// Tells WeChat what the card of this page shows. wechat-text.js loads it, after the page itself.
(function () {
  "use strict";
  var calls = ["updateAppMessageShareData", "updateTimelineShareData"];
  var tries = 3;
  function named(name) {
    var meta = document.querySelector('meta[property="og:' + name + '"]');
    return meta ? meta.content : "";
  }
  function offer() {
    var card = {
      title: named("title"), desc: named("description"), link: named("url"), imgUrl: named("image")
    };
    calls.forEach(function (call) { window.wx[call](card); });
  }
  function configure(signed) {
    signed.jsApiList = calls;
    window.wx.config(signed);
    window.wx.ready(function () {
      offer();
      document.addEventListener("htmx:afterSettle", offer); // another answer, another link
    });
  }
  function load(signed) {
    var script = document.createElement("script");
    script.src = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js";
    script.onload = function () { configure(signed); };
    document.head.appendChild(script);
  }
  function ask() {
    fetch("/wechat/signature?url=" + encodeURIComponent(location.href.split("#")[0]))
      .then(function (answer) {
        tries -= 1;
        if (answer.ok) return answer.json().then(load);
        if (answer.status === 503 && tries) setTimeout(ask, 3000); // the ticket is on its way
      })
      .catch(function () {
        // No connection: the page is passed on as WeChat does it by itself.
      });
  }
  ask();
})();
