-- Replays requests from a file, in order, until it has sent as many as asked for, and prints what it saw as JSON.
-- The file: for each request its length as 8 decimal digits, then its bytes. Environment: REPLAY_FILE, REPLAY_COUNT.
local requests, sent, total = {}, 0, tonumber(os.getenv("REPLAY_COUNT"))

function init()
    local file = assert(io.open(os.getenv("REPLAY_FILE"), "rb"))
    while true do
        local length = file:read(8)
        if not length then break end
        requests[#requests + 1] = file:read(tonumber(length))
    end
    file:close()
end

function request()
    sent = sent + 1
    if sent > total then wrk.thread:stop() end
    return requests[(sent - 1) % #requests + 1]
end

function done(summary, latency)
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "p50_ms": %.4f, "p99_ms": %.4f, "failed": %d, "broken": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
