import FoundationEssentials
import JSONCodec
import NIOHTTP1
import Testing

@testable import API

@Suite("The served document is the routes")
struct OpenAPIDocumentTests {
    private struct Document: Decodable {
        struct Operation: Decodable {
            struct Parameter: Decodable {
                let name: String
                let `in`: String
                let required: Bool?
            }
            struct Body: Decodable {
                let required: Bool?
            }
            struct Nothing: Decodable {}

            let operationId: String
            let parameters: [Parameter]?
            let requestBody: Body?
            let responses: [String: Nothing]
            let security: [Nothing]?
        }
        struct Components: Decodable {
            struct Nothing: Decodable {}
            let schemas: [String: Nothing]
        }

        let openapi: String
        let paths: [String: [String: Operation]]
        let components: Components
    }

    private func read() throws -> (Document, text: String) {
        let json = OpenAPIDocument(routes: Routes.all).json()
        return (try JSONDecoder().decode(Document.self, from: Data(json)), String(decoding: json, as: UTF8.self))
    }

    @Test("every route is in it, with its parameters, body and answers, and nothing else is")
    func routes() throws {
        let (document, _) = try read()
        #expect(document.openapi == "3.0.3")
        #expect(document.paths.values.map(\.count).reduce(0, +) == Routes.all.count)
        for route in Routes.all {
            let operation = try #require(
                document.paths[route.template.description]?[route.method.rawValue.lowercased()], "\(route.operation)")
            #expect(operation.operationId == route.operation)
            let names = operation.parameters?.map { "\($0.in) \($0.name)" } ?? []
            #expect(
                names == route.template.parameters.map { "path \($0)" }
                    + route.parameters.map { "\($0.location.rawValue) \($0.name)" }, "\(route.operation)")
            for reply in route.replies { #expect(operation.responses[String(reply.status)] != nil) }
            #expect(operation.responses["default"] != nil)
            if case .none = route.body {
                #expect(operation.requestBody == nil)
            } else {
                #expect(operation.requestBody != nil)
            }
            if case .open = route.access {
                #expect(operation.security?.isEmpty == true)
            } else {
                #expect(operation.security == nil)
            }
        }
    }

    @Test("every reference leads to a schema, and every schema is referred to")
    func references() throws {
        let (document, text) = try read()
        let referred = Set(
            text.split(separator: "\"#/components/schemas/").dropFirst().map { String($0.prefix { $0 != "\"" }) })
        #expect(referred == Set(document.components.schemas.keys))
    }

    @Test("a name stands for one schema")
    func names() throws {
        var found: [String: String] = [:]
        func visit(_ schema: Schema) {
            switch schema {
            case .named(let name, let inner):
                var writer = JSONWriter()
                inner.writeDefinition(document: &writer)
                let text = String(decoding: writer.bytes, as: UTF8.self)
                #expect(found[name] == nil || found[name] == text, "\(name)")
                found[name] = text
                visit(inner)
            case .nullable(let schema), .array(let schema, _), .map(let schema): visit(schema)
            case .object(let fields): for field in fields { visit(field.schema) }
            default: break
            }
        }
        for route in Routes.all {
            if case .json(let schema, _) = route.body { visit(schema) }
            for reply in route.replies { if let schema = reply.schema { visit(schema) } }
        }
        #expect(found.count > 50)
    }
}
