/// Every operation of the protocol and of Tarn's own, in the order of the document.
enum Routes {
    static let all: [Route] =
        setup + signIn + oidc + passwords + users + groups + members + policies + attachments + credentials + sessions
        + external
        + configuration + repositories + repositorySettings + dumps + branches + tags + commits + merges + branchTasks
        + objects + objectWrites + staging + imports + actions + metadata + collection + protection + pulls
        + overviews + rewrites + refLog + audit + decisions + health
}
