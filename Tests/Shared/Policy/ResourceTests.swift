import Domain
import Policy
import Testing

@Suite("Resources are written as ARNs")
struct ResourceTests {
    @Test("each kind has its own form")
    func forms() throws {
        let name = try RepositoryName("lake")
        #expect(Resource.repository(name).description == "arn:lakefs:fs:::repository/lake")
        #expect(
            Resource.object(name, try ObjectKey("a/b")).description == "arn:lakefs:fs:::repository/lake/object/a/b")
        #expect(
            Resource.branch(name, try BranchName("main")).description == "arn:lakefs:fs:::repository/lake/branch/main")
        #expect(Resource.tag(name, try TagName("v1.0")).description == "arn:lakefs:fs:::repository/lake/tag/v1.0")
        #expect(
            Resource.namespace(try StorageNamespace("s3://b/p")).description == "arn:lakefs:fs:::namespace/s3://b/p")
        #expect(Resource.user("ada").description == "arn:lakefs:auth:::user/ada")
        #expect(Resource.all.description == "*")
    }

    @Test("users, groups and policies are of the service auth")
    func people() throws {
        #expect(Resource.group("Admins").description == "arn:lakefs:auth:::group/Admins")
        #expect(Resource.policy("P").description == "arn:lakefs:auth:::policy/P")
        #expect(Resource.externalPrincipal("x").description == "arn:lakefs:auth:::externalPrincipal/x")
    }

    @Test("a listing is of the repository or of what is below a prefix")
    func listings() throws {
        let name = try RepositoryName("lake")
        #expect(Resource.listing(name, prefix: []).description == "arn:lakefs:fs:::repository/lake")
        #expect(
            Resource.listing(name, prefix: Array("a/".utf8)).description
                == "arn:lakefs:fs:::repository/lake/object/a/*")
    }

    @Test("nobody is allowed nothing")
    func anonymous() {
        for action in Action.allCases {
            let decision = PolicyAuthorizer().decide(
                Permission(action, on: .some), by: .none, Circumstances(address: "10.0.0.1"))
            #expect(decision == .unmentioned)
        }
    }
}
