import FoundationEssentials

extension PolicyDocument {
    /// Reads a policy that comes with a request, as JSON with the member `statement`, and checks it.
    ///
    /// - Throws: `InvalidPolicy`, with the reason for its author.
    package init(id: String, json: String) throws(InvalidPolicy) {
        struct Body: Decodable { var statement: [PolicyStatement] }
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(json.utf8)) else {
            throw InvalidPolicy(
                #"a policy has the form {"statement":[{"effect":"allow","action":["fs:ReadObject"],"#
                    + #""resource":"arn:lakefs:fs:::repository/…"}]}"#)
        }
        self.init(id: id, statement: body.statement)
        try check()
    }
}
