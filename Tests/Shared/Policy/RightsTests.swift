import Domain
import Policy
import Seeded
import Testing

@Suite("What policies allow")
struct RightsTests {
    private static func rights(_ statements: [(String, [String], String)], userID: String = "ada") -> Rights {
        let document = PolicyDocument(
            id: "p", statement: statements.map { PolicyStatement(effect: $0.0, action: $0.1, resource: $0.2) })
        return Rights([document], userID: userID)
    }

    private func decide(
        _ rights: Rights, _ action: Action, _ resource: Resource, from address: String? = nil
    ) -> Rights.Decision {
        rights.decide(Permission(action, on: resource), Circumstances(address: address))
    }

    private let lake = Result { try RepositoryName("lake") }
    private let pond = Result { try RepositoryName("pond") }

    @Test("nothing is allowed that no statement allows")
    func defaultDeny() throws {
        #expect(decide(.none, .readObject, .repository(try lake.get())) == .unmentioned)
        let rights = Self.rights([("allow", ["fs:Read*"], "arn:lakefs:fs:::repository/lake")])
        #expect(decide(rights, .readRepository, .repository(try lake.get())) == .allowed)
        #expect(decide(rights, .readRepository, .repository(try pond.get())) == .unmentioned)
        #expect(decide(rights, .deleteRepository, .repository(try lake.get())) == .unmentioned)
        #expect(
            decide(rights, .readObject, .object(try lake.get(), try ObjectKey("a"))) == .unmentioned,
            "a repository's ARN is not that of its objects")
    }

    @Test("deny wins, whatever the order")
    func denyWins() throws {
        let allow = ("allow", ["fs:*"], "*")
        let deny = ("deny", ["fs:DeleteObject"], "arn:lakefs:fs:::repository/lake/object/keep/*")
        for statements in [[allow, deny], [deny, allow]] {
            let rights = Self.rights(statements)
            #expect(decide(rights, .deleteObject, .object(try lake.get(), try ObjectKey("keep/a"))) == .denied)
            #expect(decide(rights, .deleteObject, .object(try lake.get(), try ObjectKey("a"))) == .allowed)
            #expect(decide(rights, .readObject, .object(try lake.get(), try ObjectKey("keep/a"))) == .allowed)
        }
    }

    @Test(
        "a stored statement that cannot be read denies everything, or allows nothing",
        arguments: [
            "arn:lakefs:fs:::", "arn:lakefs:fs", "lake", "", "[", "[]", #"["lake"]"#,
            #"["arn:lakefs:fs:::repository/pond","lake"]"#,
        ])
    func unreadable(resource: String) throws {
        let allow = ("allow", ["*"], "*")
        for (statements, decision) in [
            ([allow, ("deny", ["fs:ReadRepository"], resource)], Rights.Decision.denied),
            ([("allow", ["*"], resource)], .unmentioned), ([allow, ("allow", ["*"], resource)], .allowed),
        ] {
            let rights = Self.rights(statements)
            #expect(decide(rights, .readRepository, .repository(try lake.get())) == decision)
            let expected = decision == .denied ? .allowed : decision
            #expect(decide(rights, .readBranch, .repository(try lake.get())) == expected, "another action")
        }
    }

    @Test(
        "an ARN matches by service, partition, account and resource",
        arguments: [
            ("*", true), ("arn:lakefs:fs:::repository/lake/object/a/*", true),
            ("arn:lakefs:fs:::repository/*", true), ("arn:lakefs:fs:::repository/lake/object/a/b", true),
            ("arn:lakefs:fs:::repository/lake/object/?/b", true), ("arn:lakefs:fs:::*", true),
            ("arn:lakefs:fs:eu-west-1::repository/*", true), ("arn:lakefs:fs:::repository/lake/object/a", false),
            ("arn:lakefs:fs:::repository/lake/branch/*", false), ("arn:lakefs:auth:::*", false),
            ("arn:lakefs:*:::*", false), ("arn:aws:fs:::*", false), ("arn:lakefs:fs::123:*", false),
            (#"["arn:lakefs:fs:::repository/pond","arn:lakefs:fs:::repository/lake/object/a/*"]"#, true),
            (#"["arn:lakefs:fs:::repository/pond","arn:lakefs:fs:::repository/lake"]"#, false), ("[", false),
        ])
    func arns(resource: String, isAllowed: Bool) throws {
        let rights = Self.rights([("allow", ["fs:ReadObject"], resource)])
        let decision = decide(rights, .readObject, .object(try lake.get(), try ObjectKey("a/b")))
        #expect((decision == .allowed) == isAllowed)
    }

    @Test("a user called * is not everybody")
    func literalUser() {
        let own = ("allow", ["auth:*Credentials"], "arn:lakefs:auth:::user/${user}")
        let rights = Self.rights([own], userID: "*")
        #expect(decide(rights, .createCredentials, .user("*")) == .allowed)
        #expect(decide(rights, .createCredentials, .user("bob")) == .unmentioned)
        let ada = Self.rights([own], userID: "ada")
        #expect(decide(ada, .createCredentials, .user("ada")) == .allowed)
        #expect(decide(ada, .createCredentials, .user("ada2")) == .unmentioned)
        #expect(decide(ada, .readUser, .user("ada")) == .unmentioned)
    }

    @Test(
        "a listing needs its whole prefix",
        arguments: [
            ("arn:lakefs:fs:::repository/lake", "", true), ("arn:lakefs:fs:::repository/lake", "a/", true),
            ("arn:lakefs:fs:::repository/lake/object/*", "", true),
            ("arn:lakefs:fs:::repository/lake/object/a/*", "a/", true),
            ("arn:lakefs:fs:::repository/lake/object/a/*", "a/b", true),
            ("arn:lakefs:fs:::repository/lake/object/a/*", "a", false),
            ("arn:lakefs:fs:::repository/lake/object/a/*", "", false),
            ("arn:lakefs:fs:::repository/lake/object/a/*", "b/", false),
            ("arn:lakefs:fs:::repository/lake/object/a/b", "a/b", false),
            ("arn:lakefs:fs:::repository/lake/object/*/x/*", "a/x/", true),
            ("arn:lakefs:fs:::repository/lake/object/*/x/*", "a/", false),
            ("arn:lakefs:fs:::repository/lake/object/*.csv", "a", false),
            ("arn:lakefs:fs:::repository/pond", "", false), ("*", "", true),
        ])
    func listings(resource: String, prefix: String, isAllowed: Bool) throws {
        let rights = Self.rights([("allow", ["fs:ListObjects"], resource)])
        let listing = Resource.listing(try lake.get(), prefix: Array(prefix.utf8))
        #expect((decide(rights, .listObjects, listing) == .allowed) == isAllowed)
    }

    @Test(
        "a listing is refused where anything it may show is denied",
        arguments: [
            ("arn:lakefs:fs:::repository/lake/object/secret/*", "", false),
            ("arn:lakefs:fs:::repository/lake/object/secret/*", "s", false),
            ("arn:lakefs:fs:::repository/lake/object/secret/*", "secret/a/", false),
            ("arn:lakefs:fs:::repository/lake/object/secret/*", "public/", true),
            ("arn:lakefs:fs:::repository/lake/object/*.key", "public/", false),
            ("arn:lakefs:fs:::repository/lake/object/secret", "sec", false),
            ("arn:lakefs:fs:::repository/lake/object/secret", "secret/", true),
            ("arn:lakefs:fs:::repository/pond*", "", true), ("arn:lakefs:fs:::repository/lake", "a/", false),
        ])
    func deniedListings(resource: String, prefix: String, isAllowed: Bool) throws {
        let rights = Self.rights([("allow", ["fs:*"], "*"), ("deny", ["fs:ListObjects"], resource)])
        let listing = Resource.listing(try lake.get(), prefix: Array(prefix.utf8))
        #expect(decide(rights, .listObjects, listing) == (isAllowed ? .allowed : .denied))
    }

    @Test("what is done to every object needs a rule for every object")
    func everyObject() throws {
        let every = Resource.objects(try lake.get(), prefix: [])
        for (resource, isAllowed) in [
            ("arn:lakefs:fs:::repository/lake/object/*", true), ("arn:lakefs:fs:::repository/lake/object/?", false),
            ("arn:lakefs:fs:::repository/lake", false), ("arn:lakefs:fs:::repository/lake/*", true),
        ] {
            let rights = Self.rights([("allow", ["fs:WriteObject"], resource)])
            #expect((decide(rights, .writeObject, every) == .allowed) == isAllowed, "\(resource)")
        }
    }

    @Test("a list of everything needs *, one whose rows are asked for needs anything")
    func lists() throws {
        let some = Self.rights([("allow", ["fs:ListRepositories"], "arn:lakefs:fs:::repository/lake")])
        #expect(decide(some, .listRepositories, .all) == .unmentioned)
        #expect(decide(some, .listRepositories, .some) == .allowed)
        #expect(decide(some, .listUsers, .some) == .unmentioned)
        let all = Self.rights([("allow", ["auth:*"], "*"), ("deny", ["auth:ListUsers"], "arn:lakefs:auth:::user/x")])
        #expect(decide(all, .listUsers, .all) == .allowed)
        let none = Self.rights([("allow", ["*"], "*"), ("deny", ["fs:ListRepositories"], "*")])
        #expect(decide(none, .listRepositories, .some) == .denied)
    }

    @Test("are cut down by bounds, each of which must allow as well")
    func bounds() throws {
        func document(_ effect: String, _ action: String, _ resource: String = "*") -> PolicyDocument {
            PolicyDocument(id: "", statement: [PolicyStatement(effect: effect, action: [action], resource: resource)])
        }
        let object = Resource.object(try lake.get(), try ObjectKey("a/b"))
        let (all, reads) = (document("allow", "*"), document("allow", "fs:Read*"))
        let below = document("allow", "fs:*", "arn:lakefs:fs:::repository/lake/object/a/*")
        let own = document("allow", "fs:*", "arn:lakefs:fs:::repository/${user}/*")
        let denied = document("deny", "fs:ReadObject")
        for (policies, bounds, action, expected) in [
            ([all], [], Action.readObject, Rights.Decision.allowed), ([all], [[reads]], .readObject, .allowed),
            ([all], [[reads]], .writeObject, .unmentioned), ([all], [[]], .readObject, .unmentioned),
            ([], [[all]], .readObject, .unmentioned), ([all], [[reads], [below]], .readObject, .allowed),
            ([all], [[below], [reads]], .writeObject, .unmentioned), ([all], [[all, denied]], .readObject, .denied),
            ([denied], [[all]], .readObject, .denied), ([all], [[all], [denied]], .readObject, .denied),
            ([reads], [[below]], .writeObject, .unmentioned), ([all], [[own]], .readObject, .unmentioned),
        ] as [([PolicyDocument], [[PolicyDocument]], Action, Rights.Decision)] {
            #expect(decide(Rights(policies, userID: "ada", bounds: bounds), action, object) == expected)
        }
        let cache = RightsCache()
        #expect(decide(cache.rights(of: "ada", [all]), .writeObject, object) == .allowed)
        #expect(decide(cache.rights(of: "ada", [all], bounds: [[reads]]), .writeObject, object) == .unmentioned)
        #expect(decide(cache.rights(of: "lake", [all], bounds: [[own]]), .writeObject, object) == .allowed)
        #expect(decide(cache.rights(of: "ada", [all], bounds: [[own]]), .writeObject, object) == .unmentioned)
        #expect(cache.count == 4)
    }

    @Test("random policies mean what the slow reference says", arguments: Fuzz.seeds)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let actions = [
            "*", "fs:*", "fs:Read*", "fs:ReadObject", "fs:?eadObject", "auth:*", "auth:ReadUser", "fs:WriteObject",
        ]
        let pieces = ["*", "?", "repository/", "lake", "pond", "/object/", "a", "b/", "user/", "ada"]
        var allowed = 0
        for _ in 0..<(1_500 * Fuzz.factor) {
            let policies = (0..<3).map { index in
                PolicyDocument(
                    id: "\(index)",
                    statement: (0...generator.below(3)).map { _ in
                        let path = (0...generator.below(5)).map { _ in pieces[generator.below(pieces.count)] }.joined()
                        let service = ["fs", "fs", "auth"][generator.below(3)]
                        return PolicyStatement(
                            effect: generator.below(4) == 0 ? "deny" : "allow",
                            action: (0...generator.below(2)).map { _ in actions[generator.below(actions.count)] },
                            resource: generator.below(6) == 0 ? "*" : "arn:lakefs:\(service):::\(path)")
                    })
            }
            let isBounded = generator.below(3) == 0
            let rights =
                isBounded
                ? Rights([policies[0]], userID: "ada", bounds: [[policies[1]], [policies[2]]])
                : Rights(policies, userID: "ada")
            let name = try [lake, pond][generator.below(2)].get()
            for (action, resource) in [
                (Action.readObject, Resource.object(name, try ObjectKey(["a", "b/a", "ab/"][generator.below(3)]))),
                (.writeObject, .object(name, try ObjectKey("b/b"))), (.readRepository, .repository(name)),
                (.readUser, .user("ada")),
            ] {
                let arn = resource.description
                let expected =
                    isBounded
                    ? policies.allSatisfy { Reference.allows([$0], action.rawValue, on: arn) }
                    : Reference.allows(policies, action.rawValue, on: arn)
                let isAllowed = decide(rights, action, resource) == .allowed
                #expect(isAllowed == expected, "seed \(seed): \(action) on \(resource) by \(policies)")
                if isAllowed { allowed += 1 }
            }
        }
        #expect(allowed > 100, "the policies allow too little to tell")
    }
}
