// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

let asyncAlgorithms = product("AsyncAlgorithms", "swift-async-algorithms")
let crypto = product("Crypto", "swift-crypto")
let hummingbird = product("Hummingbird", "hummingbird")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let log = product("Logging", "swift-log")
let metrics = product("Metrics", "swift-metrics")
let nio = product("NIOCore", "swift-nio")
let nioFoundation = product("NIOFoundationCompat", "swift-nio")
let nioHTTP = product("NIOHTTP1", "swift-nio")
let nioPosix = product("NIOPosix", "swift-nio")
let subprocess = product("Subprocess", "swift-subprocess")
let systemPackage = product("SystemPackage", "swift-system")

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "placemint",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibPQ", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "CVips", pkgConfig: "vips",
            providers: [.apt(["libvips-dev"]), .brew(["vips"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        module("Prometheus", [product("CoreMetrics", "swift-metrics")]),
        module("Postgres", ["CLibPQ", log, metrics, subprocess, systemPackage]),
        module(
            "Outbound",
            [
                product("AsyncHTTPClient", "async-http-client"), nio, nioFoundation, nioHTTP,
                nioPosix,
            ]),
        module("Ledger", ["Postgres", metrics]),
        module(
            "Identity",
            ["Postgres", "Outbound", "CCurl", log, crypto, product("JWTKit", "jwt-kit")]),
        module("Payments", ["Postgres", "Ledger", "Outbound", log, crypto]),
        module("Media", ["CVips", log, subprocess, systemPackage]),
        module("Client", ["Outbound", crypto]),
        module("Webhooks", ["Postgres", "Outbound", log, metrics, crypto]),
        module("ObjectStorage", ["Outbound", crypto, nioPosix]),
        // Frames are drawn pixel by pixel: without optimization a clip takes five times as long.
        .target(
            name: "VideoModels", dependencies: ["Media", "Outbound", log, metrics, crypto],
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        module(
            "Studio",
            [
                "Postgres", "Ledger", "VideoModels", "ObjectStorage", "Media", log, metrics,
                lifecycle, crypto,
            ]),
        module(
            "App",
            [
                "Postgres", "Ledger", "Identity", "Payments", "Media", "ObjectStorage",
                "VideoModels", "Studio", "Webhooks", "Outbound", "Prometheus", "CZlib", crypto,
                asyncAlgorithms, hummingbird, lifecycle, log, metrics,
                nio, nioFoundation, systemPackage,
                product("Configuration", "swift-configuration"),
                product("HTTPTypes", "swift-http-types"),
            ]),
        .executableTarget(
            name: "placemint",
            dependencies: [
                "App", "Client", "Ledger", "Outbound", "Payments", "Postgres", "Media", "Studio",
                "VideoModels", "Prometheus", log, metrics, subprocess,
                systemPackage,
                product("ArgumentParser", "swift-argument-parser"),
            ], swiftSettings: strict),
        .target(
            name: "TestDatabase", dependencies: ["Postgres", log], path: "Tests/TestDatabase",
            swiftSettings: strict),
        tests("Tidy", []),
        tests("Prometheus", ["Prometheus", product("CoreMetrics", "swift-metrics")]),
        tests("Postgres", ["Postgres", "TestDatabase", log]),
        tests("Ledger", ["Ledger", "Postgres", "TestDatabase"]),
        tests(
            "Identity",
            [
                "Identity", "Postgres", "TestDatabase", log, crypto,
                product("CryptoExtras", "swift-crypto"),
            ]),
        tests("Media", ["Media", "CVips", subprocess, systemPackage], exclude: ["Fixtures"]),
        tests("Outbound", ["Outbound"]),
        tests(
            "VideoModels", ["VideoModels", "Media", "Outbound", crypto],
            exclude: ["Providers/Fixtures"]),
        tests("Client", ["Client"]),
        tests("Webhooks", ["Webhooks", "Postgres", "TestDatabase", "Studio", "Ledger"]),
        tests("ObjectStorage", ["ObjectStorage", "Outbound"], exclude: ["Fixtures"]),
        tests("Payments", ["Payments", "Ledger", "Postgres", "TestDatabase", log]),
        tests(
            "App",
            [
                "App", "Identity", "Ledger", "ObjectStorage", "Outbound", "Postgres", "Prometheus",
                "Studio", "TestDatabase", "VideoModels", log, crypto, hummingbird, nio,
                product("HTTPTypes", "swift-http-types"),
            ]),
        tests(
            "Simulation",
            ["App", "Ledger", "Payments", "Postgres", "Studio", "TestDatabase", "VideoModels", log]),
        tests(
            "Studio",
            [
                "Studio", "Ledger", "ObjectStorage", "Postgres", "TestDatabase", "VideoModels",
                "Media",
                log,
            ]),
    ]
)
