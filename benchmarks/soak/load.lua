-- What one wrk of ./dev soak sends, and what it thinks of the answers: see benchmarks/soak/load.py.
-- Arguments: the file of requests, seconds that somebody reads a page, a seed, accepted encoding.
-- A line of the file: method, path, further headers (a: b; c: d), body; with tabs between.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  requests = {}
  for line in io.lines(args[1]) do
    local method, path, more, body = line:match("^(%u+)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = {["User-Agent"] = "Mozilla/5.0 MicroMessenger"}
    if args[4] then headers["Accept-Encoding"] = args[4] end
    for name, value in more:gmatch("([%w-]+): ([^;]+)") do headers[name] = value end
    table.insert(requests, wrk.format(method, path, headers, body ~= "" and body or nil))
  end
  reading = tonumber(args[2]) * 1000
  math.randomseed(tonumber(args[3]) + number)
  fine, kind, bare, example = 0, 0, 0, ""
end

function request()
  return requests[math.random(#requests)]
end

function delay()
  return math.random(0, math.floor(2 * reading))
end

-- Kind is what tells people in Chinese what to do: a page with the hotline, or errors as JSON.
function response(status, headers, body)
  if status < 400 or status == 422 then
    fine = fine + 1
  elseif body:find("024%-12345") or body:find('"errors"') then
    kind = kind + 1
  else
    bare = bare + 1
    example = status .. " " .. body:sub(1, 200):gsub("%s+", " ")
  end
end

function done(summary, latency)
  local told = {fine = 0, kind = 0, bare = 0}
  local example = ""
  for _, thread in ipairs(threads) do
    for name in pairs(told) do told[name] = told[name] + thread:get(name) end
    if thread:get("example") ~= "" then example = thread:get("example") end
  end
  local errors = summary.errors
  io.write(string.format(
    '\nTOLD {"fine": %d, "kind": %d, "bare": %d, "broken": %d, "p50": %.1f, "p99": %.1f, "seconds": %.2f}\n',
    told.fine, told.kind, told.bare, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.duration / 1e6))
  io.write("EXAMPLE " .. example .. "\n")
end
