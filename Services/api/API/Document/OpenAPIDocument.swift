import JSONCodec
import NIOHTTP1
import Policy

/// The OpenAPI 3.0 document of the protocol, written from the routes themselves.
struct OpenAPIDocument {
    let routes: [Route]

    func json() -> [UInt8] {
        var writer = JSONWriter(reservingBytes: 256 * 1024)
        writer.object { writer in
            writer.member("openapi", "3.0.3")
            writer.key("info")
            writer.object { writer in
                writer.member("title", "Tarn")
                writer.member(
                    "description",
                    "Version control for the objects of a data lake. The protocol is lakeFS's REST API v1, so its clients work."
                )
                writer.member("version", APIVersion.current)
                writer.key("license")
                writer.object { writer in
                    writer.member("name", "Apache 2.0")
                    writer.member("url", "https://www.apache.org/licenses/LICENSE-2.0.html")
                }
            }
            writer.key("servers")
            writer.array { $0.object { $0.member("url", "/" + Dispatcher.basePath.joined(separator: "/")) } }
            writer.key("security")
            writer.array { writer in
                for scheme in Self.schemes { writer.object { Self.requirement(scheme, &$0) } }
            }
            writer.key("tags")
            writer.array { writer in
                for area in Area.allCases { writer.object { $0.member("name", area.rawValue) } }
            }
            writer.key("paths")
            writePaths(&writer)
            writer.key("components")
            writeComponents(&writer)
        }
        return writer.bytes
    }

    // MARK: Paths

    private func writePaths(_ writer: inout JSONWriter) {
        var templates: [PathTemplate] = []
        for route in routes where !templates.contains(route.template) { templates.append(route.template) }
        writer.object { writer in
            for template in templates {
                writer.key(text: template.description)
                writer.object { writer in
                    for route in routes where route.template == template {
                        writer.key(text: route.method.rawValue.lowercased())
                        write(route, &writer)
                    }
                }
            }
        }
    }

    private func write(_ route: Route, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("operationId", route.operation)
            writer.key("tags")
            writer.array { $0.value(route.area.rawValue) }
            writer.member("summary", route.summary)
            if case .open = route.access {
                writer.key("security")
                writer.array { _ in }
            }
            let needs = route.access.needs.map(\.action.rawValue)
            if !needs.isEmpty { writer.member("description", "Needs \(needs.joined(separator: " and ")).") }
            if !route.template.parameters.isEmpty || !route.parameters.isEmpty {
                writer.key("parameters")
                writer.array { writer in
                    for name in route.template.parameters { Self.writePathParameter(name, &writer) }
                    for parameter in route.parameters { Self.write(parameter, &writer) }
                }
            }
            Self.write(route.body, &writer)
            writer.key("responses")
            Self.writeReplies(of: route, &writer)
        }
    }

    private static func writePathParameter(_ name: String, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("in", "path")
            writer.member("required", true)
            writer.key("schema")
            Parameter.pathSchema(name).write(document: &writer)
        }
    }

    private static func write(_ parameter: Parameter, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", parameter.name)
            writer.member("in", parameter.location.rawValue)
            writer.member("description", parameter.summary)
            if parameter.isRequired { writer.member("required", true) }
            if parameter.allowsEmpty { writer.member("allowEmptyValue", true) }
            writer.key("schema")
            parameter.documentSchema.writeDefinition(document: &writer, defaultJSON: parameter.defaultJSON)
        }
    }

    private static func write(_ body: BodyRule, _ writer: inout JSONWriter) {
        switch body {
        case .none: return
        case .json(let schema, let isRequired):
            writer.key("requestBody")
            writer.object { writer in
                if isRequired { writer.member("required", true) }
                writer.key("content")
                writer.object { writeContent("application/json", schema, &$0) }
            }
        case .object:
            writer.key("requestBody")
            writer.object { writer in
                writer.key("content")
                writer.object { writer in
                    writeContent(
                        "multipart/form-data", .object([.required("content", .binary, "The object's bytes.")]), &writer)
                    writeContent("application/octet-stream", .binary, &writer)
                }
            }
        }
    }

    private static func writeContent(_ type: String, _ schema: Schema, _ writer: inout JSONWriter) {
        writer.key(text: type)
        writer.object { writer in
            writer.key("schema")
            schema.write(document: &writer)
        }
    }

    // MARK: Responses

    private static func writeReplies(of route: Route, _ writer: inout JSONWriter) {
        writer.object { writer in
            for reply in route.replies {
                writer.key(text: String(reply.status))
                writer.object { writer in
                    writer.member("description", reply.summary)
                    if let schema = reply.schema, let type = reply.contentType {
                        writer.key("content")
                        writer.object { writeContent(type, schema, &$0) }
                    }
                }
            }
            for (status, summary) in failures(of: route) where !route.replies.contains(where: { $0.key == status }) {
                writer.key(text: status)
                writer.object { writer in
                    writer.member("description", summary)
                    guard route.method != .HEAD else { return }
                    writer.key("content")
                    writer.object { writeContent("application/json", Schemas.error, &$0) }
                }
            }
        }
    }

    /// The failures of an operation that have a status of their own, and all others.
    static func failures(of route: Route) -> [(status: String, summary: String)] {
        var failures = [("400", "The request breaks a rule.")]
        if case .open = route.access {
        } else {
            failures.append(("401", "No or wrong credentials, or no permission."))
        }
        if !route.template.parameters.isEmpty { failures.append(("404", "Something named is not there.")) }
        if route.handler == nil { failures.append(("501", "Not implemented yet.")) }
        failures.append(("default", "Any other failure."))
        return failures
    }

    // MARK: Components

    private static let schemes = ["basic_auth", "jwt_token", "cookie_auth"]

    private static func requirement(_ scheme: String, _ writer: inout JSONWriter) {
        writer.key(text: scheme)
        writer.array { _ in }
    }

    private func writeComponents(_ writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("securitySchemes")
            writer.object { writer in
                writer.key("basic_auth")
                writer.object { writer in
                    writer.member("type", "http")
                    writer.member("scheme", "basic")
                    writer.member("description", "Access key id and secret.")
                }
                writer.key("jwt_token")
                writer.object { writer in
                    writer.member("type", "http")
                    writer.member("scheme", "bearer")
                    writer.member("bearerFormat", "JWT")
                }
                writer.key("cookie_auth")
                writer.object { writer in
                    writer.member("type", "apiKey")
                    writer.member("in", "cookie")
                    writer.member("name", PresentedCredential.cookieName)
                }
            }
            writer.key("schemas")
            writer.object { writer in
                for (name, schema) in schemas.sorted(by: { $0.key < $1.key }) {
                    writer.key(text: name)
                    schema.writeDefinition(document: &writer)
                }
            }
        }
    }

    /// Every named schema that some operation uses.
    var schemas: [String: Schema] {
        var schemas: [String: Schema] = [:]
        Schemas.error.collectNames(into: &schemas)
        for route in routes {
            if case .json(let schema, _) = route.body { schema.collectNames(into: &schemas) }
            for parameter in route.parameters { parameter.schema.collectNames(into: &schemas) }
            for reply in route.replies { reply.schema?.collectNames(into: &schemas) }
        }
        return schemas
    }
}

extension Reply {
    fileprivate var key: String { String(status) }
}
