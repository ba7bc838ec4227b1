import Domain
import NIOHTTP1
import ObjectStore
import Seeded
import Testing

@testable import API

@Suite("URLs of Tarn's own")
struct SignedRequestTests {
    private static let expires: Int64 = 1_700_000_900
    private let key = PresigningKey(number: 7, bytes: Array(0..<32), verifiesUntil: .max)

    private static func get() throws -> SignedRequest {
        SignedRequest(
            work: .get, address: try ObjectAddress(uri: "local://repo/data/h/a,b c"), expires: expires, maxBytes: 0,
            headers: [
                .init(name: "etag", value: "\"5d\""), .init(name: "content-type", value: "text/plain; x=é"),
            ])
    }

    private static func put(_ work: SignedRequest.Work = .put) throws -> SignedRequest {
        SignedRequest(
            work: work, address: try ObjectAddress(uri: "local://repo/data/h/id"), expires: expires,
            maxBytes: SignedRequest.maxPutBytes, headers: [])
    }

    private func claim(_ method: HTTPMethod, _ target: String) throws -> SignedRequest.Claim? {
        SignedRequest.Claim(method, try RequestTarget(target), scheme: .local)
    }

    @Test("are signed as the written rule says")
    func golden() throws {
        #expect(
            try Self.get().target(signedWith: key)
                == "/_presigned/repo/data/h/a%2Cb%20c?expires=1700000900&key=7&max-bytes=0&header=etag%3A%225d%22"
                + "&header=content-type%3Atext%2Fplain%3B%20x%3D%C3%A9"
                + "&signature=8a008d54fcda78050a57c176d8e9faf4634b1fc73a2bd58b486d164ce0df5b99")
        #expect(
            try Self.put().target(signedWith: key)
                == "/_presigned/repo/data/h/id?expires=1700000900&key=7&max-bytes=5368709120"
                + "&signature=ddd02f212015f12dfc18e7af0d272ff4288b80d72a05a691c36674d0642c14ef")
        #expect(
            try Self.put(.part(UploadID("up"), number: 3)).target(signedWith: key)
                == "/_presigned/repo/data/h/id?expires=1700000900&key=7&max-bytes=5368709120&upload=up&part=3"
                + "&signature=9f1062c5b53b21594206b5bc53b4729302ccef3bee8608f0ccc46c997dcc3dec")
    }

    @Test("say what they were signed for, and are taken with that method only")
    func roundTrip() throws {
        for (request, methods) in [
            (try Self.get(), [HTTPMethod.GET, .HEAD]), (try Self.put(), [.PUT]),
            (try Self.put(.part(UploadID("a&b=c"), number: 10_000)), [.PUT]),
        ] {
            let target = request.target(signedWith: key)
            for method in [HTTPMethod.GET, .HEAD, .PUT, .POST, .DELETE, .OPTIONS] {
                let claim = try claim(method, target)
                let isSigned = claim?.isSigned(with: key) ?? false
                #expect(isSigned == methods.contains(method), "\(method) \(target)")
                guard isSigned, let claim else { continue }
                #expect(claim.keyNumber == 7)
                #expect(claim.request.work == request.work && claim.request.address == request.address)
                #expect(claim.request.expires == request.expires && claim.request.maxBytes == request.maxBytes)
                #expect(claim.request.headers == request.headers)
            }
        }
    }

    @Test("are refused with any one character changed, left out or doubled")
    func tampering() throws {
        for (method, request) in [
            (HTTPMethod.GET, try Self.get()), (.PUT, try Self.put()),
            (.PUT, try Self.put(.part(UploadID("up"), number: 3))),
        ] {
            let characters = Array(request.target(signedWith: key))
            for index in characters.indices.dropFirst(SignedRequest.pathPrefix.count) {
                var (changed, shorter, longer) = (characters, characters, characters)
                changed[index] = characters[index] == "0" ? "1" : "0"
                shorter.remove(at: index)
                longer.insert(characters[index], at: index)
                for other in [changed, shorter, longer] where other != characters {
                    guard let target = try? RequestTarget(String(other)),
                        let claim = SignedRequest.Claim(method, target, scheme: .local)
                    else { continue }
                    let isSame =
                        claim.request.address == request.address && claim.request.headers == request.headers
                        && claim.request.expires == request.expires && claim.keyNumber == 7
                        && claim.request.maxBytes == request.maxBytes && claim.request.work == request.work
                    #expect(!claim.isSigned(with: key) || isSame, "\(String(other))")
                }
            }
        }
    }

    @Test(
        "are refused with parameters that nobody signed",
        arguments: [
            "&x=1", "&expires=1700000900", "&signature=00", "&header=nocolon", "&upload=up", "&part=1", "&key=+7",
        ])
    func more(suffix: String) throws {
        for (method, request) in [(HTTPMethod.GET, try Self.get()), (.PUT, try Self.put())] {
            let claim = try claim(method, request.target(signedWith: key) + suffix)
            #expect(claim?.isSigned(with: key) != true)
        }
        let doubled = try claim(.GET, Self.get().target(signedWith: key) + "&header=etag%3A%225d%22")
        #expect(doubled?.isSigned(with: key) == false)
    }

    @Test("that nobody signed are never taken for signed, however they are changed", arguments: Fuzz.seeds)
    func fuzz(seed: UInt64) throws {
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let targets = try [Self.get(), Self.put(), Self.put(.part(UploadID("up"), number: 3))].map {
            $0.target(signedWith: key)
        }
        let pieces = ["&", "=", "%", "%2F", "%00", "/", "header=", "a:b", "part=1", "upload=", "key=7", "é", ".."]
        for _ in 0..<(1_000 * Fuzz.factor) {
            let bytes = random.mutated(Array((targets.randomElement(using: &random) ?? "").utf8), pieces)
            guard let text = String(validating: bytes, as: UTF8.self), let target = try? RequestTarget(text),
                let claim = SignedRequest.Claim(Bool.random(using: &random) ? .GET : .PUT, target, scheme: .local),
                claim.isSigned(with: key)
            else { continue }
            // Another spelling of what was signed is no other request.
            #expect(targets.contains(claim.request.target(signedWith: key)), "\(text)")
        }
    }

    @Test("are taken with the key of their number only")
    func keys() throws {
        let target = try Self.get().target(signedWith: key)
        let claim = try #require(try claim(.GET, target))
        #expect(claim.isSigned(with: key))
        #expect(!claim.isSigned(with: PresigningKey(number: 7, bytes: Array(1..<33), verifiesUntil: .max)))
        #expect(!claim.isSigned(with: PresigningKey(number: 8, bytes: Array(0..<32), verifiesUntil: .max)))
    }
}
