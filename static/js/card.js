// 「保存成图片」: draws the lines of the text for the family as a slip of paper, and shows it as a
// plain picture for a long press. Loaded when its fold is opened; it computes nothing itself.
(function () {
  "use strict";
  var WIDTH = 360, EDGE = 14, LEFT = 32, RIGHT = WIDTH - LEFT, ROOM = RIGHT - LEFT;
  // The light tokens of portal.css: a picture is looked at on any ground.
  var PAPER = "#faf6ee", SHEET = "#fffdf9", INK = "#23201a", QUIET = "#5d564a", DOTS = "#b5ab9c",
    RULE = "#ddd4c3", PRESS = "#0b5f6b", SEAL = "#ac3320", SEAL_TINT = "#fdf1ec",
    AMBER = "#7a4d00", AMBER_TINT = "#fcefd0", AMBER_EDGE = "#b27a16";
  var NO_CODE = "长按图片保存或转发。网络没有通，图上少了二维码；再点一次，重新画。";
  // A bracket stays with what it opens, a stop with what it ends, a number and its unit together.
  var PIECES = /[（《“「]*(?:(?:\d+[年月日])+|[\w.,:%−-]+(?: 元| 个月)?|[^])[，。；：、？！）》”」]*/gu;

  function slip(lines, code) {
    var canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    var family = getComputedStyle(document.body).fontFamily;
    var sharp = window.devicePixelRatio > 2 ? 3 : 2; // whole, so that the code's modules are
    var strokes = [], said = [], y = 66, before = "", link = null;

    function font(size, weight) {
      pen.font = (weight || 400) + " " + size + "px " + family;
    }
    function wide(text, size, weight) {
      font(size, weight);
      return pen.measureText(text).width;
    }
    function later(draw) {
      strokes.push(draw);
    }
    function write(text, size, colour, weight, x, base) {
      later(function () {
        font(size, weight);
        pen.fillStyle = colour;
        pen.fillText(text, x, base);
      });
    }
    // Digits stand under each other whatever font the phone has: each in a cell of its own.
    function figure(text, size, colour, weight, right, base) {
      later(function () {
        font(size, weight);
        pen.fillStyle = colour;
        var cell = pen.measureText("0").width, x = right;
        text.split("").reverse().forEach(function (sign) {
          var own = pen.measureText(sign).width;
          x -= /\d/.test(sign) ? cell : own;
          pen.fillText(sign, x + (/\d/.test(sign) ? (cell - own) / 2 : 0), base);
        });
      });
    }
    // Text in as many rows as it needs. Returns the end of the last row.
    function block(text, size, colour, weight, left, room) {
      var row = "";
      function end() {
        y += size * 1.55;
        write(row, size, colour, weight, left, y - size * 0.4);
      }
      (text.match(PIECES) || []).forEach(function (piece) {
        if (row && wide(row + piece.trim(), size, weight) > room) {
          end();
          row = "";
        }
        row += row ? piece : piece.trim();
      });
      end();
      return left + wide(row, size, weight);
    }
    function dashed(pattern, from, to, at) {
      pen.setLineDash(pattern);
      pen.beginPath();
      pen.moveTo(from, at);
      pen.lineTo(to, at);
      pen.stroke();
      pen.setLineDash([]);
    }
    // 「统筹基金支付 ……… 17,072.00 元」; the value goes below where there is no room for both.
    function entry(line, size, weight) {
      var gap = wide(line.value, size, weight), label = wide(line.text, size, weight);
      if (label + gap + 24 > ROOM) {
        block(line.text, size, QUIET, 400, LEFT, ROOM);
        block(line.value, size, INK, weight, LEFT, ROOM);
        y += 4;
        return;
      }
      var from = block(line.text, size, INK, weight, LEFT, ROOM) + 6, base = y - size * 0.4;
      figure(line.value, size, INK, weight, RIGHT, base);
      later(function () {
        pen.strokeStyle = DOTS;
        pen.lineWidth = 1.8;
        pen.lineCap = "round";
        dashed([0.01, 4.5], RIGHT - gap - 9, from, base - 3);
        pen.lineCap = "butt";
      });
    }
    function headline(line) {
      var unit = / 元$/.test(line.value) ? " 元" : "", value = line.value.slice(0, -unit.length || undefined);
      var most = ROOM - wide(unit, 17), size = Math.min(46, 46 * most / wide(value, 46, 700));
      y += 10;
      block(line.text, 17, INK, 500, LEFT, ROOM);
      y += 50;
      write(value, size, INK, 700, LEFT, y - 8);
      write(unit, 17, INK, 400, LEFT + wide(value, size, 700), y - 8);
      y += 10;
    }
    function seals(codes) {
      var x = LEFT + wide("依据 ", 14) + 4;
      y += 10;
      write("依据", 14, QUIET, 400, LEFT, y + 16);
      codes.forEach(function (code) {
        var width = wide(code, 13, 500) + 14, at = y;
        if (x + width > RIGHT) {
          x = LEFT;
          at = y += 30;
        }
        var left = x;
        later(function () {
          pen.fillStyle = SEAL_TINT;
          pen.fillRect(left, at, width, 22);
          pen.strokeStyle = SEAL;
          pen.lineWidth = 1;
          pen.strokeRect(left + 0.5, at + 0.5, width - 1, 21);
          pen.strokeRect(left + 2.5, at + 2.5, width - 5, 17);
        });
        write(code, 13, SEAL, 500, left + 7, at + 15.5);
        x += width + 8;
      });
      y += 30;
    }
    function caution(text) {
      var top = y + 8, first = strokes.length;
      y += 13;
      text.match(/[^。]+。/g).forEach(function (sentence, at) {
        block(sentence, 15, AMBER, at ? 400 : 700, LEFT + 14, ROOM - 20);
      });
      var height = y + 6 - top;
      strokes.splice(first, 0, function () {
        pen.fillStyle = AMBER_TINT;
        pen.fillRect(LEFT, top, ROOM, height);
        pen.fillStyle = AMBER_EDGE;
        pen.fillRect(LEFT, top, 4, height);
      });
      y += 14;
    }
    function picture(line) {
      var modules = +code.getAttribute("viewBox").split(" ")[2], top = y = Math.ceil(y);
      var path = new Path2D(code.querySelector("path").getAttribute("d"));
      // Whole pixels for each module; the sheet is its quiet zone.
      var module = Math.max(2, Math.round(126 * sharp / modules)) / sharp, side = module * (modules - 4);
      later(function () {
        pen.save();
        pen.translate(LEFT - 4 * module, top);
        pen.scale(module, module);
        pen.strokeStyle = "#000";
        pen.lineWidth = 1;
        pen.stroke(path);
        pen.restore();
      });
      y += 4 * module;
      block("长按识别", 17, INK, 700, LEFT + side + 12, ROOM - side - 12);
      block(line.text.replace("：", ""), 15, QUIET, 400, LEFT + side + 12, ROOM - side - 12);
      y = Math.max(y, top + side);
    }
    function tear() {
      var at = y += 14;
      later(function () {
        pen.strokeStyle = RULE;
        pen.lineWidth = 2;
        dashed([6, 5], EDGE + 14, WIDTH - EDGE - 14, at);
        pen.fillStyle = PAPER;
        [EDGE, WIDTH - EDGE].forEach(function (x) {
          pen.beginPath();
          pen.arc(x, at, 8, 0, 7);
          pen.fill();
        });
      });
      y += 10;
    }
    // The sheet that was written on, torn off at its lower edge, with the name of the site above.
    function ground(height) {
      var foot = height - EDGE - 8;
      pen.fillStyle = PAPER;
      pen.fillRect(0, 0, WIDTH, height);
      pen.shadowColor = "rgba(70, 52, 20, .2)";
      pen.shadowBlur = 12 * canvas.width / WIDTH;
      pen.shadowOffsetY = 3;
      pen.fillStyle = SHEET;
      pen.beginPath();
      pen.moveTo(EDGE, 54);
      pen.lineTo(WIDTH - EDGE, 54);
      for (var tooth = 0; tooth <= 40; tooth += 1) {
        pen.lineTo(WIDTH - EDGE - tooth * (WIDTH - 2 * EDGE) / 40, tooth % 2 ? foot : foot - 8);
      }
      pen.fill();
      pen.shadowColor = "transparent";
      pen.save();
      pen.translate(EDGE, 14);
      pen.scale(0.8, 0.8);
      pen.fillStyle = PRESS;
      pen.fill(new Path2D("M7 0h18a7 7 0 0 1 7 7v18a7 7 0 0 1-7 7H7a7 7 0 0 1-7-7V7a7 7 0 0 1 7-7z"));
      pen.fillStyle = SHEET;
      pen.fill(new Path2D("M8 5h16v22l-2.7-2-2.6 2-2.7-2-2.7 2-2.6-2L8 27z"));
      pen.strokeStyle = PRESS;
      pen.lineWidth = 2;
      pen.stroke(new Path2D("M12 11h8M12 15.5h8M15 20h5"));
      pen.restore();
    }
    var draws = {
      title: function (line) {
        var parts = /^(.*?)(?:（(.*)）)?$/.exec(line.text);
        block(parts[1], 21, INK, 700, LEFT, ROOM);
        if (parts[2]) block(parts[2], 15, QUIET, 400, LEFT, ROOM);
      },
      headline: headline,
      payer: function (line) { entry(line, 17); },
      own: function (line) { entry(line, 17, 700); },
      total: function (line) {
        var at = y += 9;
        later(function () {
          pen.strokeStyle = INK;
          pen.lineWidth = 1;
          dashed([], LEFT, RIGHT, at);
          dashed([], LEFT, RIGHT, at + 3);
        });
        y += 6;
        entry(line, 19, 700);
      },
      figure: function (line) { entry(line, 16); },
      fact: function (line) { block(line.all, 15, QUIET, 400, LEFT, ROOM); },
      note: function (line) {
        y += 6;
        block(line.text, 15, INK, 400, LEFT, ROOM);
      },
      rules: function (line) { tear(); block(line.text, 15, INK, 700, LEFT, ROOM); },
      caution: function (line) { caution(line.text); },
      link: function (line) { link = line; }
    };
    lines.forEach(function (line) {
      if (line.kind === "fact" && before !== "fact") y += 8;
      draws[before = line.kind](line);
      if (line.kind !== "link") said.push(line.all);
      if (line.kind === "rules" && lines.clauses.length) {
        seals(lines.clauses);
        said.push("依据 " + lines.clauses.join(" "));
      }
    });
    if (code) picture(link);
    write("沈阳医保服务门户", 17, INK, 700, EDGE + 34, 33);
    write(location.host, 13, QUIET, 400, LEFT, (y += 26));
    var height = Math.ceil(y + 46);
    sharp = Math.min(sharp, Math.sqrt(16e6 / (WIDTH * height))); // what iOS can hold
    canvas.width = Math.round(WIDTH * sharp);
    canvas.height = Math.round(height * sharp);
    pen.scale(sharp, sharp);
    ground(height);
    strokes.forEach(function (draw) { draw(); });
    var image = new Image();
    image.src = canvas.toDataURL();
    image.alt = said.concat("沈阳医保服务门户").join("\n");
    image.className = "drawn";
    return image;
  }

  function linesOf(message) {
    var lines = [].map.call(message.querySelectorAll("[data-line]"), function (line) {
      var value = line.querySelector("b");
      return {
        kind: line.dataset.line,
        text: line.firstChild.data.trim(),
        value: value ? value.textContent : "",
        all: line.textContent
      };
    });
    // The clauses of the steps tell which steps there were: they stand where the amounts stand.
    var withAmounts = lines.some(function (line) { return line.kind === "headline"; });
    var seals = withAmounts ? document.querySelectorAll("#result .steps .seal") : [];
    lines.clauses = [].map.call(seals, function (seal) {
      return seal.getAttribute("href").split("/").pop().split("?")[0];
    }).filter(function (code, at, all) { return all.indexOf(code) === at; });
    return lines;
  }

  // The code of a link, which the server draws; nothing where the network does not bring it.
  var codes = {};
  function bring(address, go) {
    if (!address || codes[address]) return go(codes[address]);
    var request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = 8e3;
    request.onloadend = function () {
      var drawn = request.status === 200 && request.response;
      go(codes[address] = drawn && drawn.querySelector("svg"));
    };
    request.send();
  }
  function put(fold, name, className) {
    var made = document.createElement(name);
    made.className = className;
    return fold.appendChild(made);
  }
  // form.js runs this again where such a fold is opened after a new answer.
  document.querySelectorAll(".draws").forEach(function (words) {
    var fold = words.parentNode, tools = put(fold, "p", "tools"), said = put(fold, "p", ""), shown, last;
    words.className = "";
    words.textContent = "画成一张图，再长按保存或转发。";
    said.setAttribute("role", "status");
    document.querySelectorAll("[data-card]").forEach(function (message) {
      var button = put(tools, "button", "button second");
      button.type = "button";
      button.textContent = message.dataset.card;
      button.addEventListener("click", function () {
        if (shown) shown.remove();
        shown = null;
        last = button;
        said.textContent = "正在画…";
        var address = message.dataset.code;
        bring(address, function (code) {
          if (last !== button || shown) return; // another one was asked for since
          try {
            shown = fold.appendChild(slip(linesOf(message), code));
            said.textContent = code || !address ? "长按图片保存或转发" : NO_CODE;
          } catch (error) {
            said.textContent = "这部手机画不出图来，请给这一页截屏。";
          }
        });
      });
    });
  });
})();
