-- wrk sends the requests of a file in turn. They are whole, and each ends with a line of "====".
-- Arguments: the file, and whether it begins again at its end ("again") or stops there ("once").
local plan, again, at = {}, false, 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local text = file:read("*a")
  file:close()
  again = args[2] == "again"
  local from = 1
  while true do
    local first, last = text:find("\n====\n", from, true)
    if not first then break end
    plan[#plan + 1] = text:sub(from, first - 1)
    from = last + 1
  end
end

function request()
  at = at + 1
  if at > #plan then
    if again then at = 1 else wrk.thread:stop() at = #plan end
  end
  return plan[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answers": %d, "seconds": %.6f, "ms_50": %.3f, "ms_95": %.3f, "ms_99": %.3f, "refused": %d, "lost": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
