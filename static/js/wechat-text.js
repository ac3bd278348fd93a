// WeChat on Android has its own text size, which a page follows only when it is told to.
(function () {
  "use strict";
  function follow() {
    try {
      var percent = Number(JSON.parse(window.__wxWebEnv.getEnv()).fontScale);
      if (percent >= 50 && percent <= 300) {
        document.body.style.setProperty("-webkit-text-size-adjust", percent + "%");
        document.body.style.setProperty("text-size-adjust", percent + "%");
      }
    } catch (error) {
      // Not in WeChat: the browser's own text size is already in force.
    }
  }
  follow();
  document.addEventListener("WeixinJSBridgeReady", function () {
    window.WeixinJSBridge.on("menu:setfont", follow);
  });
})();
