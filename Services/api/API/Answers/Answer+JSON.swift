import JSONCodec

extension Answer {
    /// An object that `members` writes.
    static func object(_ status: Int = 200, _ members: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        writer.object(members)
        return .json(status, writer.bytes)
    }

    static func failure(_ error: APIError) -> Answer {
        var answer = Answer.object(error.status) { writer in writer.member("message", error.message) }
        for (name, value) in error.headers { answer.headers.append((name, value)) }
        return answer
    }

    /// A page of a list. All four members of `pagination` are always there.
    ///
    /// - Parameters:
    ///   - offset: what the next page begins behind, asked of the last row.
    ///   - members: writes further members of the answer.
    static func page<Rows: RandomAccessCollection>(
        _ rows: Rows, hasMore: Bool, members: (inout JSONWriter) -> Void = { _ in },
        offset: (Rows.Element) -> [UInt8], write: (inout JSONWriter, Rows.Element) -> Void
    ) -> Answer {
        page(rows, next: hasMore ? rows.last.map(offset) ?? [] : nil, members: members, write: write)
    }

    /// - Parameter next: behind what the next page begins; nil at the end.
    static func page<Rows: RandomAccessCollection>(
        _ rows: Rows, next: [UInt8]?, members: (inout JSONWriter) -> Void = { _ in },
        write: (inout JSONWriter, Rows.Element) -> Void
    ) -> Answer {
        var writer = JSONWriter(reservingBytes: 256 + rows.count * 256)
        writer.object { writer in
            writer.key("pagination")
            writer.object { writer in
                writer.member("has_more", next != nil)
                writer.key("next_offset")
                writer.value(utf8: next ?? [])
                writer.member("results", rows.count)
                writer.member("max_per_page", 1_000)
            }
            members(&writer)
            writer.key("results")
            writer.array { writer in
                for row in rows { write(&writer, row) }
            }
        }
        return .json(200, writer.bytes)
    }
}

extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        self.value(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        self.value(value)
    }

    mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        key(name)
        self.value(value)
    }

    mutating func member(_ name: StaticString, _ value: [String: String]) {
        key(name)
        self.value(value)
    }
}

extension Answer {
    /// One value that `write` writes.
    static func one(_ status: Int = 200, _ write: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        write(&writer)
        return .json(status, writer.bytes)
    }
}
