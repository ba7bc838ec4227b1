import Cryptography
import Testing
import Wire

@testable import Auth

@Suite("A SigV2 signature")
struct SignatureV2Tests {
    @Test("is verified here, so that the secret need not leave")
    func verify() async throws {
        let (fixture, key) = try await Fixture.ready()
        let text = "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/repo/main/é"
        let signature = HMACSHA1(key.secretAccessKey).code(text)
        let request = VerifySignatureV2.Request(
            accessKeyID: key.accessKeyID, stringToSign: text, signature: signature.base64)
        #expect(
            try await fixture.authority.verifyV2(request, Fixture.context()).principal
                == Principal(userID: "admin", accessKeyID: key.accessKeyID))
    }

    @Test("is refused for another string, another secret, or when it is none")
    func refused() async throws {
        let (fixture, key) = try await Fixture.ready()
        let right = HMACSHA1(key.secretAccessKey).code("text").base64
        let wrong = HMACSHA1("another").code("text").base64
        for (text, signature) in [("texu", right), ("text", wrong), ("text", "abc"), ("text", ""), ("", right)] {
            let request = VerifySignatureV2.Request(
                accessKeyID: key.accessKeyID, stringToSign: text, signature: signature)
            let error = await expectCode(.unauthenticated) {
                _ = try await fixture.authority.verifyV2(request, Fixture.context())
            }
            #expect(error != nil)
        }
        let unknown = await expectCode(.notFound) {
            _ = try await fixture.authority.verifyV2(
                .init(accessKeyID: "AKIAOTHER", stringToSign: "text", signature: right), Fixture.context())
        }
        #expect(unknown?.subject == "credential")
        let long = await expectCode(.invalidArgument) {
            let text = String(repeating: "a", count: 64 * 1024 + 1)
            _ = try await fixture.authority.verifyV2(
                .init(accessKeyID: key.accessKeyID, stringToSign: text, signature: right), Fixture.context())
        }
        #expect(long != nil)
    }
}
