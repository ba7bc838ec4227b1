package import Domain
package import JSONCodec

extension JSONReader {
    /// A string that must be a valid name.
    package mutating func name<Name>(_ make: (String) throws(InvalidName) -> Name) throws(JSONError) -> Name {
        let string = try string()
        do {
            return try make(string)
        } catch {
            throw self.error(error.description)
        }
    }

    /// An object's path, kept as bytes.
    package mutating func key() throws(JSONError) -> ObjectKey {
        let bytes = try utf8String()
        do {
            return try ObjectKey(bytes)
        } catch {
            throw self.error(error.description)
        }
    }
}
