import JSONCodec
import Testing

@testable import API

@Suite("A request body is checked against its schema")
struct SchemaTests {
    private func refusal(_ schema: Schema, _ json: String) -> String? {
        do {
            try schema.check(Array(json.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "what fits is taken, unknown members too",
        arguments: [
            (Schemas.branchCreation, #"{"name":"a","source":"main"}"#),
            (Schemas.branchCreation, #"{"name":"a","source":"main","hidden":true,"more":{"deep":[1,null]}}"#),
            (Schemas.commitCreation, #"{"message":"","metadata":{"a_b":"c"},"date":-1}"#),
            (Schemas.merge, "{}"), (Schemas.pathList, #"{"paths":[]}"#),
            (Schemas.underlyingProperties, #"{"storage_class":null}"#),
            (.array(Schemas.protectionRule), #"[{"pattern":"*"}]"#),
            (Schemas.repositoryCreation, #"{"name":"abc","storage_namespace":"mem://x"}"#),
        ])
    func taken(schema: Schema, json: String) {
        #expect(refusal(schema, json) == nil)
    }

    @Test(
        "what does not fit is refused by the name of the field",
        arguments: [
            (Schemas.branchCreation, #"{"name":"a"}"#, "'source' is missing"),
            (Schemas.branchCreation, #"{"name":1,"source":"b"}"#, "'name' must be a string"),
            (Schemas.branchCreation, #"{"name":null,"source":"b"}"#, "'name' must be a string"),
            (Schemas.branchCreation, #"{"name":"a","source":"b","hidden":"yes"}"#, "'hidden' must be true or false"),
            (Schemas.branchCreation, #"{"name":"a","name":"b","source":"c"}"#, "'name' is given twice"),
            (Schemas.branchCreation, "[]", "the body must be an object"),
            (Schemas.branchCreation, "null", "the body must be an object"),
            (Schemas.commitCreation, #"{"message":"m","metadata":{"a":1}}"#, "'metadata.a' must be a string"),
            (Schemas.commitCreation, #"{"message":"m","metadata":["a"]}"#, "'metadata' must be an object"),
            (Schemas.commitCreation, #"{"message":"m","date":1.5}"#, "'date' must be a whole number of 64 bits"),
            (
                Schemas.commitCreation, #"{"message":"m","date":9223372036854775808}"#,
                "'date' must be a whole number of 64 bits"
            ),
            (Schemas.pathList, #"{"paths":["a",2]}"#, "'paths[1]' must be a string"),
            (Schemas.pathList, #"{"paths":"a"}"#, "'paths' must be an array"),
            (
                Schemas.resetCreation, #"{"type":"all"}"#,
                "'type' must be one of object, common_prefix, reset"
            ),
            (Schemas.setup, #"{"username":""}"#, "'username' may not be empty"),
            (Schemas.setup, #"{"username":"a","key":{}}"#, "'key.access_key_id' is missing"),
            (
                Schemas.statistics, #"{"events":[{"class":"a","name":"b","count":-1}]}"#,
                "'events[0].count' must be 0 to 9223372036854775807"
            ),
            (
                Schemas.repositoryCreation, #"{"name":"A","storage_namespace":"s3://b"}"#,
                "'name' must match ^[a-z0-9][a-z0-9-]{2,62}$"
            ),
            (
                Schemas.repositoryCreation, #"{"name":"abc","storage_namespace":"ftp://b"}"#,
                "'storage_namespace' must match ^(s3|gs|https?|mem|local|transient)://.*$"
            ),
            (Schemas.policy, #"{"id":"a","statement":[]}"#, "'statement' must have at least 1 elements"),
        ])
    func refused(schema: Schema, json: String, reason: String) {
        #expect(refusal(schema, json) == reason)
    }

    @Test(
        "what is no JSON is refused", arguments: ["", "{", #"{"name":"a","source":"b"} x"#, #"{"name":tru}"#, "\u{0}"])
    func noJSON(json: String) {
        #expect(refusal(Schemas.branchCreation, json) != nil)
    }
}

@Suite("A parameter of the query is checked against its schema")
struct ParameterTests {
    @Test(
        "what fits is taken",
        arguments: [
            (Parameter.amount, "0"), (.amount, "-1"), (.amount, "1000"), (.prefix, ""), (.delimiter, ""),
            (.force, "true"), (.force, "False"), (.path, "a"),
            (.query("since", Schemas.timestamp, ""), "2024-01-02T03:04:05+0000"),
        ])
    func taken(parameter: Parameter, text: String) {
        #expect(parameter.refusal(of: text) == nil)
    }

    @Test(
        "what does not fit is refused",
        arguments: [
            (Parameter.amount, "1001"), (.amount, "-2"), (.amount, "x"), (.amount, ""), (.amount, "1.0"),
            (.amount, "+1"), (.force, "1"), (.force, "TRUE"), (.force, ""), (.path, ""),
            (.query("type", .oneOf("two_dot", "three_dot"), ""), "four_dot"),
            (.query("since", Schemas.timestamp, ""), "yesterday"),
            (.header("Range", Schemas.rangeHeader, ""), "bytes=a-b"),
        ])
    func refused(parameter: Parameter, text: String) {
        #expect(parameter.refusal(of: text) != nil)
    }
}
