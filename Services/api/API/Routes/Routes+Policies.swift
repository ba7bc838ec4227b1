import NIOHTTP1

extension Routes {
    static let policies: [Route] = [
        Route(
            "listPolicies", .GET, "/auth/policies", .auth, "Lists policies by id.", parameters: Parameter.page,
            replies: [.json(200, Schemas.policyList, "A page of policies.")], access: .signedIn),
        Route(
            "createPolicy", .POST, "/auth/policies", .auth, "Makes a policy.", body: .json(Schemas.policy),
            replies: [.json(201, Schemas.policy, "The policy.")], access: .signedIn),
        Route(
            "getPolicy", .GET, "/auth/policies/{policyId}", .auth, "Shows a policy.",
            replies: [.json(200, Schemas.policy, "The policy.")], access: .signedIn),
        Route(
            "updatePolicy", .PUT, "/auth/policies/{policyId}", .auth, "Replaces a policy.",
            body: .json(Schemas.policy), replies: [.json(200, Schemas.policy, "The policy.")], access: .signedIn),
        Route(
            "deletePolicy", .DELETE, "/auth/policies/{policyId}", .auth, "Deletes a policy.",
            replies: [.empty(204, "Deleted.")], access: .signedIn),
    ]

    static let credentials: [Route] = [
        Route(
            "listUserCredentials", .GET, "/auth/users/{userId}/credentials", .auth, "Lists a user's access keys.",
            parameters: Parameter.page, replies: [.json(200, Schemas.credentialsList, "A page of access keys.")],
            access: .signedIn),
        Route(
            "createCredentials", .POST, "/auth/users/{userId}/credentials", .auth, "Makes an access key for a user.",
            replies: [.json(201, Schemas.credentialsWithSecret, "The key with its secret.")], access: .signedIn),
        Route(
            "getCredentials", .GET, "/auth/users/{userId}/credentials/{accessKeyId}", .auth, "Shows an access key.",
            replies: [.json(200, Schemas.credentials, "The key without its secret.")], access: .signedIn),
        Route(
            "deleteCredentials", .DELETE, "/auth/users/{userId}/credentials/{accessKeyId}", .auth,
            "Deletes an access key.", replies: [.empty(204, "Deleted.")], access: .signedIn),
    ]

    private static let principal = Parameter.required("principalId", .string, "The identity in the other system.")

    static let external: [Route] = [
        Route(
            "createUserExternalPrincipal", .POST, "/auth/users/{userId}/external/principals", .external,
            "Ties an identity of another system to a user.", parameters: [principal],
            body: .json(Schemas.externalPrincipalCreation, isRequired: false), replies: [.empty(201, "Tied.")],
            access: .signedIn),
        Route(
            "deleteUserExternalPrincipal", .DELETE, "/auth/users/{userId}/external/principals", .external,
            "Unties an identity from a user.", parameters: [principal], replies: [.empty(204, "Untied.")],
            access: .signedIn),
        Route(
            "listUserExternalPrincipals", .GET, "/auth/users/{userId}/external/principals/ls", .external,
            "Lists the identities tied to a user.", parameters: Parameter.page,
            replies: [.json(200, Schemas.externalPrincipalList, "A page of identities.")], access: .signedIn),
        Route(
            "getExternalPrincipal", .GET, "/auth/external/principals", .external,
            "Tells the user an identity is tied to.", parameters: [principal],
            replies: [.json(200, Schemas.externalPrincipal, "The identity.")], access: .signedIn),
    ]
}
