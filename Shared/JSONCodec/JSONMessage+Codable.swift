import FoundationEssentials

extension JSONMessage where Self: Codable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        let text = try reader.rawValue()
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(text))
        } catch let DecodingError.dataCorrupted(context) {
            throw JSONError(Self.describe(context), at: start)
        } catch let DecodingError.keyNotFound(key, context) {
            throw JSONError("'\(Self.path(context.codingPath + [key]))' is missing", at: start)
        } catch let DecodingError.typeMismatch(_, context) {
            throw JSONError("'\(Self.path(context.codingPath))' has the wrong type", at: start)
        } catch let DecodingError.valueNotFound(_, context) {
            throw JSONError("'\(Self.path(context.codingPath))' may not be null", at: start)
        } catch {
            throw JSONError("is not a \(Self.self)", at: start)
        }
    }

    package func write(json writer: inout JSONWriter) throws(JSONError) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            writer.raw(Array(try encoder.encode(self)))
        } catch {
            throw JSONError("\(Self.self) has a value without a JSON form")
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.map { key in key.intValue.map(String.init) ?? key.stringValue }.joined(separator: ".")
    }

    private static func describe(_ context: DecodingError.Context) -> String {
        let path = path(context.codingPath)
        return path.isEmpty ? "cannot be read" : "'\(path)' cannot be read"
    }
}
