import CZlib
import Foundation

/// Writes a ZIP archive from front to back (PKWARE APPNOTE 6.3.10). Files are stored as they are:
/// nearly all of their bytes are compressed already. Past 4 GB the directory is written in the
/// ZIP64 form.
struct ZipArchive {
    private static let utf8Names: UInt16 = 0x0800
    private static let version: UInt16 = 45
    private static let most32 = UInt64(UInt32.max)

    private struct Entry {
        let name: Data
        let count: ByteCount
        let time: UInt32
        let offset: UInt64
    }

    private var entries: [Entry] = []
    private var offset: UInt64 = 0

    /// What stands before a file's bytes, which have to follow.
    /// - Parameters:
    ///   - name: its path in the archive, with slashes.
    ///   - count: what will follow.
    mutating func begin(_ name: String, _ count: ByteCount, at date: Date) -> Data {
        let entry = Entry(
            name: Data(name.utf8), count: count, time: Self.dosTime(date), offset: offset)
        entries.append(entry)
        var data = Data()
        data.append(little: UInt32(0x0403_4b50))
        append(entry, to: &data)
        data.append(little: UInt16(entry.name.count))
        data.append(little: UInt16(0))
        data.append(entry.name)
        offset += UInt64(data.count) + UInt64(count.bytes)
        return data
    }

    /// The directory, which ends the archive.
    func end() -> Data {
        var directory = Data()
        for entry in entries { appendDirectory(entry, to: &directory) }
        let size = UInt64(directory.count)
        let isLarge = offset > Self.most32 || entries.count > Int(UInt16.max)
        if isLarge { appendLargeEnd(size, to: &directory) }
        directory.append(little: UInt32(0x0605_4b50))
        directory.append(little: UInt32(0))
        let count = UInt16(clamping: entries.count)
        directory.append(little: count)
        directory.append(little: count)
        directory.append(little: UInt32(clamping: size))
        directory.append(little: UInt32(clamping: offset))
        directory.append(little: UInt16(0))
        return directory
    }

    /// The fields that a file's header and the directory have in common.
    private func append(_ entry: Entry, to data: inout Data) {
        data.append(little: Self.version)
        data.append(little: Self.utf8Names)
        data.append(little: UInt16(0))  // stored
        data.append(little: entry.time)
        data.append(little: entry.count.checksum)
        data.append(little: entry.count.bytes)
        data.append(little: entry.count.bytes)
    }

    private func appendDirectory(_ entry: Entry, to data: inout Data) {
        let isFar = entry.offset >= Self.most32
        data.append(little: UInt32(0x0201_4b50))
        data.append(little: Self.version)
        append(entry, to: &data)
        data.append(little: UInt16(entry.name.count))
        data.append(little: UInt16(isFar ? 12 : 0))
        data.append(Data(count: 10))  // comment, disk, attributes
        data.append(little: UInt32(clamping: entry.offset))
        data.append(entry.name)
        guard isFar else { return }
        data.append(little: UInt16(1))
        data.append(little: UInt16(8))
        data.append(little: entry.offset)
    }

    private func appendLargeEnd(_ size: UInt64, to data: inout Data) {
        let place = offset + size
        data.append(little: UInt32(0x0606_4b50))
        data.append(little: UInt64(44))
        data.append(little: Self.version)
        data.append(little: Self.version)
        data.append(Data(count: 8))  // disks
        data.append(little: UInt64(entries.count))
        data.append(little: UInt64(entries.count))
        data.append(little: size)
        data.append(little: offset)
        data.append(little: UInt32(0x0706_4b50))
        data.append(little: UInt32(0))
        data.append(little: place)
        data.append(little: UInt32(1))
    }

    /// MS-DOS date and time, to two seconds, in UTC.
    private static func dosTime(_ date: Date) -> UInt32 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second], from: date)
        let day =
            max(0, (parts.year ?? 1980) - 1980) << 9 | (parts.month ?? 1) << 5
            | (parts.day ?? 1)
        let time = (parts.hour ?? 0) << 11 | (parts.minute ?? 0) << 5 | (parts.second ?? 0) / 2
        return UInt32(day << 16 | time)
    }
}

/// How many bytes a file in an archive has, and their CRC-32.
struct ByteCount {
    private static let chunk = 1 << 20

    private(set) var bytes: UInt32 = 0
    private(set) var checksum: UInt32 = 0

    init(_ data: Data) { add(data) }

    init(file: URL) throws {
        let handle = try FileHandle(forReadingFrom: file)
        while let piece = try handle.read(upToCount: Self.chunk), !piece.isEmpty { add(piece) }
        try handle.close()
    }

    private mutating func add(_ data: Data) {
        bytes += UInt32(data.count)
        checksum = data.withUnsafeBytes { piece in
            UInt32(
                truncatingIfNeeded: crc32_z(
                    UInt(checksum), piece.bindMemory(to: UInt8.self).baseAddress, piece.count))
        }
    }
}

extension Data {
    fileprivate mutating func append<Number: FixedWidthInteger>(little number: Number) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}
