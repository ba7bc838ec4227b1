import Policy
import Wire

/// Who makes a request, and what they may do.
struct Caller: Sendable {
    let principal: Principal
    let rights: Rights
}
