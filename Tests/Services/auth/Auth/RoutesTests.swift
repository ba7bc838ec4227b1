import Database
import JSONCodec
import Logging
import ServiceKit
import Testing
import Wire

@testable import Auth

@Suite("The calls of auth")
struct RoutesTests {
    @Test("are answered to those who may make them")
    func callers() async throws {
        let (fixture, key) = try await Fixture.ready()
        let routes = AuthRoutes.routes(of: fixture.authority, fixture.audit)
        let (api, gateway) = (RPCDouble(as: .api, routes), RPCDouble(as: .gateway, routes))
        let context = Fixture.context()
        #expect(try await api.call(GetSetupState.self, Nothing(), context).isInitialized)
        let login = try await api.call(
            LogIn.self, .init(accessKeyID: key.accessKeyID, secretAccessKey: key.secretAccessKey), context)
        #expect(try await api.call(VerifyToken.self, .init(token: login.token), context).principal.userID == "admin")
        #expect(try await gateway.call(GetUser.self, .init(userID: "admin"), context).id == "admin")
        let scope = GetSigningKey.Request(
            accessKeyID: key.accessKeyID, date: "20260314", region: "us-east-1", service: "s3")
        #expect(try await gateway.call(GetSigningKey.self, scope, context).key.utf8.count == 64)
        let refused = await expectCode(.permissionDenied) {
            _ = try await api.call(GetSigningKey.self, scope, context)
        }
        #expect(refused?.subject == "caller")
        for caller in [ServiceName.storage, .index] {
            let error = await expectCode(.permissionDenied) {
                _ = try await RPCDouble(as: caller, routes).call(
                    VerifySecret.self, .init(accessKeyID: "a", secretAccessKey: "b"), context)
            }
            #expect(error?.subject == "caller")
        }
    }

    @Test("cover every method of auth")
    func coverage() throws {
        let names = AuthRoutes.routes(of: try Fixture().authority, AuditLog.forTests()).names
        #expect(
            names
                == [
                    AddGroupMember.name, AppendAudit.name, AttachPolicy.name, BeginOIDC.name, FinishOIDC.name,
                    CreateCredential.name,
                    CreateExternalPrincipal.name,
                    CreateGroup.name, CreatePolicy.name, CreateSession.name, CreateUser.name, DeleteCredential.name,
                    DeleteExternalPrincipal.name, DeleteGroup.name, DeletePolicy.name, DeleteUser.name,
                    DetachPolicy.name, EndSession.name, GetCredential.name, GetExternalPrincipal.name, GetGroup.name,
                    GetPolicy.name,
                    GetPurposeKeys.name, GetSetupState.name, GetSigningKey.name, GetUser.name, ListCredentials.name,
                    ListAudit.name, ListExternalPrincipals.name, ListGroupMembers.name, ListGroups.name,
                    ListPolicies.name, ListSessions.name,
                    ListUsers.name, LogIn.name, LogInWithPassword.name, LogOut.name, RemoveGroupMember.name,
                    RemovePassword.name, SetPassword.name, SetUp.name, UpdatePolicy.name,
                    VerifySecret.name, VerifySignatureV2.name, VerifyToken.name,
                ].sorted())
    }

    @Test("answer unavailable while the database is away, and never that a key is unknown")
    func unavailable() async throws {
        // Closed before it ever connected.
        let database = try Database(
            DatabaseConfiguration("host=127.0.0.1 port=1"),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await database.shutdown(deadline: .now + .seconds(5))
        let fixture = try Fixture()
        let authority = try Authority(
            store: PostgresAuthStore(database), keys: KeyRing(current: Fixture.masterKey), rules: AuthRules(),
            time: fixture.time.source, logger: fixture.log.logger())
        let routes = AuthRoutes.routes(of: authority, AuditLog.forTests())
        let (api, gateway) = (RPCDouble(as: .api, routes), RPCDouble(as: .gateway, routes))
        let context = Fixture.context()
        let scope = GetSigningKey.Request(accessKeyID: "AKIA1", date: "20260314", region: "us-east-1", service: "s3")
        for _ in 0..<2 {
            #expect(
                await expectCode(.unavailable) { _ = try await gateway.call(GetSigningKey.self, scope, context) } != nil
            )
        }
        let secret = VerifySecret.Request(accessKeyID: "AKIA1", secretAccessKey: "x")
        #expect(await expectCode(.unavailable) { _ = try await api.call(VerifySecret.self, secret, context) } != nil)
        #expect(
            await expectCode(.unavailable) { _ = try await api.call(GetSetupState.self, Nothing(), context) } != nil)
    }
}
