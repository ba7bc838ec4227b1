import ArgumentParser
import Index
import ServiceKit

@main
struct TarnIndex: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tarn-index", abstract: "Repositories, branches, commits and staged changes of Tarn.",
        subcommands: [Serve.self, Migrate.self], defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serve until told to stop.")

        func run() async { ServiceRunner.end(await App.serve()) }
    }

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Bring the database's schema to this version.")

        func run() async { ServiceRunner.end(await App.migrate()) }
    }
}
