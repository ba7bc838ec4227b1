package import Domain

/// An entry within a message that Foundation codes.
extension Entry: Codable {
    private enum CodingKeys: String, CodingKey {
        case data, uri, size, checksum, modified, type, metadata, attributes
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let address: PhysicalAddress =
            if let path = try values.decodeIfPresent(String.self, forKey: .data) { .relative(path) } else {
                .full(try values.decode(String.self, forKey: .uri))
            }
        self.init(
            address: address,
            size: try values.decode(Int64.self, forKey: .size),
            checksum: try values.decode(String.self, forKey: .checksum),
            modified: try values.decode(Int64.self, forKey: .modified),
            contentType: try values.decodeIfPresent(String.self, forKey: .type) ?? Entry.defaultContentType,
            userMetadata: try values.decodeIfPresent([String: String].self, forKey: .metadata) ?? [:],
            attributes: try values.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:])
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch address {
        case .relative(let path): try values.encode(path, forKey: .data)
        case .full(let uri): try values.encode(uri, forKey: .uri)
        }
        try values.encode(size, forKey: .size)
        try values.encode(checksum, forKey: .checksum)
        try values.encode(modified, forKey: .modified)
        if contentType != Entry.defaultContentType { try values.encode(contentType, forKey: .type) }
        if !userMetadata.isEmpty { try values.encode(userMetadata, forKey: .metadata) }
        if !attributes.isEmpty { try values.encode(attributes, forKey: .attributes) }
    }
}
