import ArgumentParser
import Auth
import ServiceKit

@main
struct TarnAuth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tarn-auth", abstract: "Users, access keys and login tokens of Tarn.",
        subcommands: [
            Serve.self, Migrate.self, CreateKey.self, MakeAdministrator.self, RotateSecrets.self, HashCredential.self,
        ],
        defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serve until told to stop.")

        func run() async { ServiceRunner.end(await App.serve()) }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring the database's schema to this version.")

        func run() async { ServiceRunner.end(await App.migrate()) }
    }

    struct CreateKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create-key",
            abstract: "Make another access key for a user, such as an administrator locked out.")

        @Argument(help: "The user's id.")
        var user: String

        func run() async { ServiceRunner.end(await App.createKey(userID: user)) }
    }

    struct MakeAdministrator: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make-administrator",
            abstract: "Give a user the rights of an administrator, where nobody has them any more.",
            discussion: "The group Admins and its policies become what they were at first; the user's own policies and "
                + "other memberships are dropped, as they might deny.")

        @Argument(help: "The user's id.")
        var user: String

        func run() async { ServiceRunner.end(await App.makeAdministrator(userID: user)) }
    }

    struct RotateSecrets: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-secrets",
            abstract: "Seal every secret with TARN_AUTH_ENCRYPTION_KEY that a former key sealed.",
            discussion:
                "Auth may run meanwhile with the same keys. It may be stopped and run again; when it has ended well, "
                + "TARN_AUTH_FORMER_ENCRYPTION_KEYS are needed for login tokens alone, for seven days.")

        func run() async { ServiceRunner.end(await App.rotateSecrets()) }
    }

    struct HashCredential: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hash-credential",
            abstract: "Read a service's RPC credential from standard input and print its digest for TARN_RPC_CALLERS.")

        /// Ends with 65 (`sysexits.h`: wrong input) when there is nothing to read.
        func run() throws {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else { throw ExitCode(65) }
            print(App.digest(ofCredential: line))
        }
    }
}
