import NIOHTTP1

/// One operation of the protocol: its name and place, what it takes, needs and answers, and who carries it out.
struct Route: Sendable {
    /// How long a call may take before the services behind give up.
    enum Patience: Sendable {
        /// Reads and single writes.
        case short
        /// Work that grows with the repository: commits, merges, logs.
        case long
    }

    /// The `operationId` of the protocol.
    let operation: String
    let method: HTTPMethod
    let template: PathTemplate
    let area: Area
    /// One sentence for people.
    let summary: String
    let parameters: [Parameter]
    let body: BodyRule
    let replies: [Reply]
    let access: Access
    let patience: Patience
    /// Whether it tells only at its end whose request it was: that is written down before the answer goes out.
    let isLogIn: Bool
    /// Nil where it is not built yet: answered 501.
    let handler: Handler?

    init(
        _ operation: String, _ method: HTTPMethod, _ path: String, _ area: Area, _ summary: String,
        parameters: [Parameter] = [], body: BodyRule = .none, replies: [Reply], access: Access,
        patience: Patience = .short, isLogIn: Bool = false, handler: Handler? = nil
    ) {
        self.operation = operation
        self.method = method
        template = PathTemplate(path)
        self.area = area
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.replies = replies
        self.access = access
        self.patience = patience
        self.isLogIn = isLogIn
        self.handler = handler
    }
}

/// Carries an operation out, its request checked, its caller known and permitted.
typealias Handler = @Sendable (Call) async throws -> Answer

/// The parts of the protocol, as the document groups them.
enum Area: String, Sendable, CaseIterable {
    case setup, auth, config, repositories, branches, tags, refs, commits, objects, staging, `import`, actions
    case pulls, metadata, `internal`, experimental, external, healthCheck
    /// What the protocol does not have.
    case tarn
}

/// What a request may carry as its body.
enum BodyRule: Sendable {
    /// Nothing; what comes all the same is not read.
    case none
    case json(Schema, isRequired: Bool = true)
    /// The bytes of an object, as they are or as the part `content` of a form.
    case object
}

/// One successful answer of an operation.
struct Reply: Sendable {
    let status: Int
    let summary: String
    let contentType: String?
    let schema: Schema?

    static func json(_ status: Int, _ schema: Schema, _ summary: String) -> Reply {
        Reply(status: status, summary: summary, contentType: "application/json", schema: schema)
    }

    static func empty(_ status: Int, _ summary: String) -> Reply {
        Reply(status: status, summary: summary, contentType: nil, schema: nil)
    }

    static func text(_ status: Int, _ summary: String) -> Reply {
        Reply(status: status, summary: summary, contentType: "text/plain", schema: .string)
    }

    static func bytes(_ status: Int, _ summary: String) -> Reply {
        Reply(status: status, summary: summary, contentType: "application/octet-stream", schema: .binary)
    }

    /// The bytes of an object, whose content type is its own.
    static func object(_ status: Int, _ summary: String) -> Reply {
        Reply(status: status, summary: summary, contentType: "*/*", schema: .binary)
    }
}
