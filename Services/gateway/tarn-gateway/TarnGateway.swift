import ArgumentParser
import Gateway
import ServiceKit

/// The command line of the S3 gateway; its configuration comes from the environment.
@main
struct TarnGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tarn-gateway", abstract: "The S3 protocol of Tarn.", subcommands: [Serve.self],
        defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serve until told to stop.")

        func run() async { ServiceRunner.end(await App.run()) }
    }
}
