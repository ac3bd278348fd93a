// What every page does inside WeChat; anywhere else it changes nothing.
(function () {
  "use strict";
  // On Android it has its own text size, which a page follows only when it is told to.
  function follow() {
    try {
      var percent = Number(JSON.parse(window.__wxWebEnv.getEnv()).fontScale);
      if (percent >= 50 && percent <= 300) {
        document.body.style.setProperty("-webkit-text-size-adjust", percent + "%");
        document.body.style.setProperty("text-size-adjust", percent + "%");
        // What is as wide as the phone stays so.
        document.body.style.setProperty("--zoom", percent / 100);
      }
    } catch (error) {
      // Not in WeChat: the browser's own text size is already in force.
    }
  }
  follow();
  document.addEventListener("WeixinJSBridgeReady", function () {
    window.WeixinJSBridge.on("menu:setfont", follow);
  });
  // A page that comes back from memory after ten minutes may be out of date; what was typed stays.
  var left = 0;
  function changed(box) {
    return box.value !== box.defaultValue || box.checked !== box.defaultChecked;
  }
  window.addEventListener("pagehide", function () {
    left = Date.now();
  });
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted || Date.now() - left < 6e5) return;
    var boxes = Array.from(document.querySelectorAll("input, textarea"));
    if (!boxes.some(changed)) location.reload();
  });
  // The card of a shared page, where it is configured: once the page is there, and only here.
  window.addEventListener("load", function () {
    var card = document.querySelector('meta[name="wechat-share"]');
    if (!card || window !== window.top || !/MicroMessenger(?!.*miniProgram)/.test(navigator.userAgent)) return;
    var script = document.createElement("script");
    script.src = card.content;
    document.head.appendChild(script);
  });
})();
