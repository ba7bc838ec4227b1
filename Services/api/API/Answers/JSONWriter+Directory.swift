import JSONCodec
import Policy
import Wire

extension JSONWriter {
    mutating func row(_ user: User) {
        object { writer in
            writer.member("id", user.id)
            writer.member("creation_date", user.created)
            if let name = user.friendlyName { writer.member("friendly_name", name) }
            if let email = user.email { writer.member("email", email) }
        }
    }

    mutating func row(_ group: Group) {
        object { writer in
            writer.member("id", group.id)
            // Clients show the name, which is the id.
            writer.member("name", group.id)
            if let description = group.description { writer.member("description", description) }
            writer.member("creation_date", group.created)
        }
    }

    mutating func row(_ policy: KeptPolicy) {
        object { writer in
            writer.member("id", policy.document.id)
            writer.member("creation_date", policy.created)
            writer.key("statement")
            writer.array { writer in
                for statement in policy.document.statement { writer.row(statement) }
            }
        }
    }

    private mutating func row(_ statement: PolicyStatement) {
        object { writer in
            writer.member("effect", statement.effect)
            writer.member("resource", statement.resource)
            writer.key("action")
            writer.list(statement.action)
            guard let condition = statement.condition else { return }
            writer.key("condition")
            writer.object { writer in
                for (name, fields) in condition.sorted(by: { $0.key < $1.key }) {
                    writer.key(text: name)
                    writer.object { writer in
                        for (field, values) in fields.sorted(by: { $0.key < $1.key }) {
                            writer.key(text: field)
                            writer.list(values)
                        }
                    }
                }
            }
        }
    }

    private mutating func list(_ texts: [String]) {
        array { writer in
            for text in texts { writer.value(text) }
        }
    }

    mutating func row(_ credential: Credential) {
        object { writer in
            writer.member("access_key_id", credential.accessKeyID)
            writer.member("creation_date", credential.created)
            if let name = credential.name { writer.member("name", name) }
            if let expires = credential.expires { writer.member("expiration_date", expires) }
            if let used = credential.lastUsed { writer.member("last_used_date", used) }
        }
    }

    mutating func row(_ key: AccessKey) {
        object { writer in
            writer.member("access_key_id", key.accessKeyID)
            writer.member("secret_access_key", key.secretAccessKey)
            writer.member("creation_date", key.created)
        }
    }

    mutating func row(_ principal: ExternalPrincipal) {
        object { writer in
            writer.member("id", principal.id)
            writer.member("user_id", principal.userID)
            guard let settings = principal.settings else { return }
            writer.key("settings")
            writer.raw(settings.utf8)
        }
    }
}

extension Answer {
    static func page(_ list: Listed<User>) -> Answer { page(list, \.id) { $0.row($1) } }

    static func page(_ list: Listed<Group>) -> Answer { page(list, \.id) { $0.row($1) } }

    static func page(_ list: Listed<KeptPolicy>) -> Answer { page(list, \.document.id) { $0.row($1) } }

    static func page(_ list: Listed<Credential>) -> Answer { page(list, \.accessKeyID) { $0.row($1) } }

    static func page(_ list: Listed<ExternalPrincipal>) -> Answer { page(list, \.id) { $0.row($1) } }

    private static func page<Row>(
        _ list: Listed<Row>, _ id: (Row) -> String, write: (inout JSONWriter, Row) -> Void
    ) -> Answer {
        page(list.results, hasMore: list.hasMore, offset: { Array(id($0).utf8) }, write: write)
    }
}
