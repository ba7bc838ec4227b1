-- Replays requests from a file, in order, each once, and prints what it saw as JSON.
-- The file: for each request its length as 8 decimal digits, then its bytes. Environment: REPLAY_FILE, REPLAY_COUNT.
local requests, granted, sent, answered, total = {}, 0, 0, 0, tonumber(os.getenv("REPLAY_COUNT"))

function init()
    local file = assert(io.open(os.getenv("REPLAY_FILE"), "rb"))
    while true do
        local length = file:read(8)
        if not length then break end
        requests[#requests + 1] = file:read(tonumber(length))
    end
    file:close()
end

-- A connection whose turn comes after the last request waits, in milliseconds.
function delay()
    granted = granted + 1
    return granted > total and 3600000 or 0
end

function request()
    sent = sent + 1
    return requests[(sent - 1) % #requests + 1]
end

-- wrk runs for as long as it was told, but an interrupt ends it in good order. It ignores one while it waits for a command.
function response()
    answered = answered + 1
    if answered == total then
        wrk.thread:stop()
        os.execute("(sleep 0.01; kill -INT $PPID; sleep 1; kill -INT $PPID) >/dev/null 2>&1 &")
    end
end

function done(summary, latency)
    io.write(string.format(
        '{"requests": %d, "seconds": %.6f, "p50_ms": %.4f, "p99_ms": %.4f, "failed": %d, "broken": %d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
