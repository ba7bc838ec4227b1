import JSONCodec
import Wire

/// What travels with an answer: the call it answers, and its error if it has one.
struct RPCResponseEnvelope: Sendable, Hashable, JSONMessage {
    var id: UInt32
    /// Nil where the frame's message is the response.
    var error: RPCError?

    init(id: UInt32, error: RPCError? = nil) {
        self.id = id
        self.error = error
    }

    init(json reader: inout JSONReader) throws(JSONError) {
        var id: UInt32?
        var code: String?
        var subject = ""
        var message = ""
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "i": id = try reader.integer()
            case "e": code = try reader.string()
            case "s": subject = try reader.string()
            case "m": message = try reader.string()
            default: try reader.skipValue()
            }
        }
        guard let id else { throw reader.error("envelope is incomplete") }
        // A code of a newer peer is an error still.
        let error = code.map { RPCError(RPCError.Code(rawValue: $0) ?? .internal, subject: subject, message) }
        self.init(id: id, error: error)
    }

    func write(json writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("i")
            writer.value(id)
            guard let error else { return }
            writer.key("e")
            writer.value(error.code.rawValue)
            if !error.subject.isEmpty {
                writer.key("s")
                writer.value(error.subject)
            }
            writer.key("m")
            writer.value(String(decoding: error.message.utf8.prefix(RPCLimits.maxErrorTextBytes), as: UTF8.self))
        }
    }
}
