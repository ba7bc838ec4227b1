import Domain
import NIOHTTP1
import Policy
import Testing

@testable import Gateway

@Suite("Requests name operations")
struct S3OperationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let method: HTTPMethod
        let scope: S3Operation.Scope
        let query: String
        var isCopy = false
        let operation: S3Operation

        var testDescription: String { "\(method) \(scope) ?\(query)\(isCopy ? " copy" : "") is \(operation.rawValue)" }
    }

    @Test(
        "by method, scope and parameters",
        arguments: [
            Case(method: .GET, scope: .service, query: "", operation: .listBuckets),
            Case(method: .GET, scope: .bucket, query: "", operation: .listObjects),
            Case(method: .GET, scope: .bucket, query: "prefix=a&marker=b", operation: .listObjects),
            Case(method: .GET, scope: .bucket, query: "list-type=1", operation: .listObjects),
            Case(method: .GET, scope: .bucket, query: "list-type=2&prefix=a", operation: .listObjectsV2),
            Case(method: .GET, scope: .bucket, query: "location", operation: .getBucketLocation),
            Case(method: .GET, scope: .bucket, query: "location=", operation: .getBucketLocation),
            Case(method: .GET, scope: .bucket, query: "versioning", operation: .getBucketVersioning),
            Case(method: .GET, scope: .bucket, query: "versions&prefix=a", operation: .listObjectVersions),
            Case(method: .GET, scope: .bucket, query: "uploads", operation: .listMultipartUploads),
            Case(method: .GET, scope: .bucket, query: "analytics", operation: .listBucketAnalyticsConfigurations),
            Case(method: .GET, scope: .bucket, query: "analytics&id=1", operation: .getBucketAnalyticsConfiguration),
            Case(method: .HEAD, scope: .bucket, query: "", operation: .headBucket),
            Case(method: .PUT, scope: .bucket, query: "", operation: .createBucket),
            Case(method: .PUT, scope: .bucket, query: "policy", operation: .putBucketPolicy),
            Case(method: .DELETE, scope: .bucket, query: "", operation: .deleteBucket),
            Case(method: .DELETE, scope: .bucket, query: "cors", operation: .deleteBucketCors),
            Case(method: .POST, scope: .bucket, query: "delete", operation: .deleteObjects),
            Case(method: .POST, scope: .bucket, query: "", operation: .postObject),
            Case(method: .OPTIONS, scope: .object, query: "", operation: .corsPreflight),
            Case(method: .GET, scope: .object, query: "", operation: .getObject),
            Case(method: .GET, scope: .object, query: "response-expires=x&versionId=null", operation: .getObject),
            Case(method: .GET, scope: .object, query: "partNumber=1", operation: .getObject),
            Case(method: .GET, scope: .object, query: "tagging", operation: .getObjectTagging),
            Case(method: .GET, scope: .object, query: "uploadId=u&max-parts=2", operation: .listParts),
            Case(method: .HEAD, scope: .object, query: "", operation: .headObject),
            Case(method: .PUT, scope: .object, query: "", operation: .putObject),
            Case(method: .PUT, scope: .object, query: "x-id=PutObject", operation: .putObject),
            Case(method: .PUT, scope: .object, query: "", isCopy: true, operation: .copyObject),
            Case(method: .PUT, scope: .object, query: "partNumber=1&uploadId=u", operation: .uploadPart),
            Case(
                method: .PUT, scope: .object, query: "partNumber=1&uploadId=u", isCopy: true, operation: .uploadPartCopy
            ),
            Case(method: .DELETE, scope: .object, query: "", operation: .deleteObject),
            Case(method: .DELETE, scope: .object, query: "uploadId=u", operation: .abortMultipartUpload),
            Case(method: .POST, scope: .object, query: "uploads", operation: .createMultipartUpload),
            Case(method: .POST, scope: .object, query: "uploadId=u", operation: .completeMultipartUpload),
            Case(method: .POST, scope: .object, query: "select&select-type=2", operation: .selectObjectContent),
        ])
    func named(_ example: Case) throws {
        let query = try QueryItems(example.query)
        let operation = try S3Operation(example.method, example.scope, query, isCopy: example.isCopy)
        #expect(operation == example.operation)
    }

    @Test("every operation is reached by some request")
    func reachable() throws {
        var reached: Set<S3Operation> = []
        let methods: [HTTPMethod] = [.GET, .HEAD, .PUT, .DELETE, .POST, .OPTIONS]
        for method in methods {
            for scope in S3Operation.Scope.allCases {
                var queries = ["", "list-type=2"]
                for route in S3Operation.routes(method, scope) {
                    queries.append(route.also.map { "\(route.parameter)&\($0)=1" } ?? route.parameter)
                }
                for query in queries {
                    for isCopy in [false, true] {
                        if let found = try? S3Operation(method, scope, QueryItems(query), isCopy: isCopy) {
                            reached.insert(found)
                        }
                    }
                }
            }
        }
        #expect(Set(S3Operation.allCases).subtracting(reached).isEmpty)
    }

    @Test(
        "what no operation has is MethodNotAllowed",
        arguments: [
            (HTTPMethod.POST, S3Operation.Scope.service), (.PUT, .service), (.PATCH, .object), (.TRACE, .bucket),
            (.POST, .object),
        ])
    func notAllowed(_ method: HTTPMethod, _ scope: S3Operation.Scope) {
        let error = #expect(throws: S3Error.self) { try S3Operation(method, scope, QueryItems()) }
        #expect(error?.code == .methodNotAllowed)
    }

    @Test("each operation names the permission on what it is about")
    func permissions() throws {
        let repository = try RepositoryName("data")
        let path = try ObjectKey("a/b")
        #expect(S3Operation.listBuckets.permission(nil) == Permission(.listRepositories, on: .some))
        #expect(
            S3Operation.listObjectsV2.permission(repository, listing: "main/a/b")
                == Permission(.listObjects, on: .listing(repository, prefix: Array("a/b".utf8))))
        for prefix in ["", "main", "main/"] {
            #expect(
                S3Operation.listMultipartUploads.permission(repository, listing: prefix)
                    == Permission(.listObjects, on: .listing(repository, prefix: [])))
        }
        #expect(
            S3Operation.getObject.permission(repository, path)
                == Permission(.readObject, on: .object(repository, path)))
        #expect(
            S3Operation.uploadPart.permission(repository, path)
                == Permission(.writeObject, on: .object(repository, path)))
        #expect(
            S3Operation.deleteObject.permission(repository, path)
                == Permission(.deleteObject, on: .object(repository, path)))
    }
}
