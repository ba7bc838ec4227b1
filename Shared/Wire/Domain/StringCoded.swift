package import Domain

/// A validated name that crosses between services as its string, checked again on arrival.
package protocol StringCoded: Codable {
    var string: String { get }
    init(_ string: String) throws(InvalidName)
}

extension StringCoded {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as InvalidName {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}

extension RepositoryName: StringCoded {}
extension BranchName: StringCoded {}
extension TagName: StringCoded {}
extension CommitID: StringCoded {}
extension PullRequestID: StringCoded {}
extension ObjectKey: StringCoded {}
extension StorageNamespace: StringCoded {}
extension RefExpression: StringCoded {
    package var string: String { description }
}
