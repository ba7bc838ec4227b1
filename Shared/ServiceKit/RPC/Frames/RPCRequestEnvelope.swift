import JSONCodec
import Wire

/// What travels with a call.
struct RPCRequestEnvelope: Sendable, Hashable, JSONMessage {
    /// Names the call within its body.
    var id: UInt32
    var method: String
    var remainingMilliseconds: Int64
    var traceParent: String
    var principal: Principal?
    var clientAddress: String?

    init(
        id: UInt32, method: String, remainingMilliseconds: Int64, traceParent: String, principal: Principal?,
        clientAddress: String?
    ) {
        self.id = id
        self.method = method
        self.remainingMilliseconds = remainingMilliseconds
        self.traceParent = traceParent
        self.principal = principal
        self.clientAddress = clientAddress
    }

    init(json reader: inout JSONReader) throws(JSONError) {
        var id: UInt32?
        var method: String?
        var remaining: Int64?
        var trace: String?
        var userID: String?
        var accessKeyID: String?
        var clientAddress: String?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "i": id = try reader.integer()
            case "m": method = try reader.string()
            case "d": remaining = try reader.integer()
            case "t": trace = try reader.string()
            case "u": userID = try reader.string()
            case "k": accessKeyID = try reader.string()
            case "a": clientAddress = try reader.string()
            default: try reader.skipValue()
            }
        }
        guard let id, let method, let remaining, let trace else { throw reader.error("envelope is incomplete") }
        self.init(
            id: id, method: method, remainingMilliseconds: remaining, traceParent: trace,
            principal: userID.map { Principal(userID: $0, accessKeyID: accessKeyID) }, clientAddress: clientAddress)
    }

    func write(json writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("i")
            writer.value(id)
            writer.key("m")
            writer.value(method)
            writer.key("d")
            writer.value(remainingMilliseconds)
            writer.key("t")
            writer.value(traceParent)
            if let principal {
                writer.key("u")
                writer.value(principal.userID)
                if let accessKeyID = principal.accessKeyID {
                    writer.key("k")
                    writer.value(accessKeyID)
                }
            }
            if let clientAddress {
                writer.key("a")
                writer.value(clientAddress)
            }
        }
    }
}
