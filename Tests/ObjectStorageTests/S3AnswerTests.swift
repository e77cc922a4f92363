import Foundation
import Outbound
import Testing

@testable import ObjectStorage

@Suite struct S3AnswerTests {
    static func fault(_ status: Int, _ body: String = "") -> S3Fault {
        S3Fault(Transport.Answer(status: status, headers: [:], body: Data(body.utf8)))
    }

    static func xml(_ code: String) -> String {
        "<?xml version=\"1.0\"?>\n<Error><Code>\(code)</Code><Message>secret</Message></Error>"
    }

    @Test(arguments: [
        (500, "InternalError"), (503, "SlowDown"), (429, "SlowDown"), (400, "RequestTimeout"),
        (400, "BadDigest"), (400, "XAmzContentSHA256Mismatch"), (409, "OperationAborted"),
        (544, "DatabaseTimeout"), (522, ""), (408, ""),
    ])
    func `what passes is tried again`(status: Int, code: String) {
        #expect(Self.fault(status, Self.xml(code)).isPassing)
    }

    @Test(arguments: [
        (403, "AccessDenied"), (403, "RequestTimeTooSkewed"), (404, "NoSuchBucket"),
        (404, "NoSuchKey"), (400, "EntityTooLarge"), (501, "NotImplemented"),
        (507, "XMinioStorageFull"), (403, "QuotaExceeded"), (301, "PermanentRedirect"),
    ])
    func `what does not pass is not`(status: Int, code: String) {
        #expect(!Self.fault(status, Self.xml(code)).isPassing)
    }

    @Test(arguments: [
        (403, "AccessDenied", "policy"), (403, "", "policy"),
        (403, "InvalidAccessKeyId", "S3_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", "S3_SECRET_ACCESS_KEY"),
        (403, "RequestTimeTooSkewed", "clock"), (404, "NoSuchBucket", "S3_BUCKET"),
        (301, "PermanentRedirect", "S3_REGION"), (307, "", "S3_REGION"),
        (400, "AuthorizationHeaderMalformed", "S3_REGION"), (400, "EntityTooLarge", "larger"),
        (415, "InvalidMimeType", "type"), (503, "SlowDown", "busy"), (418, "", "understood"),
    ])
    func `operators read what to do, and never what the server wrote`(
        status: Int, code: String, word: String
    ) {
        let words = Self.fault(status, Self.xml(code)).error.description
        #expect(words.contains(word) && words.contains("\(status)"))
        #expect(code.isEmpty || words.contains(code))
        #expect(!words.contains("secret"))
    }

    @Test(arguments: [
        (507, "XMinioStorageFull"), (400, "XMinioAdminBucketQuotaExceeded"), (507, ""),
        (403, "QuotaExceeded"),
    ])
    func `a full bucket is told from a broken one`(status: Int, code: String) {
        guard case .full = Self.fault(status, Self.xml(code)).error else {
            Issue.record("\(Self.fault(status, Self.xml(code)).error)")
            return
        }
    }

    @Test func `an object that is not there is told from a bucket that is not`() {
        #expect(Self.fault(404, Self.xml("NoSuchKey")).error == .notFound)
        // To HEAD there is no body.
        #expect(Self.fault(404).error == .notFound)
        #expect(Self.fault(404, Self.xml("NoSuchBucket")).error != .notFound)
    }

    @Test(arguments: [
        ("", nil), ("<html>", nil), ("<Code>", nil), ("<Code></Code>", nil),
        ("<Code>a b</Code>", nil), ("<Code>\(String(repeating: "A", count: 65))</Code>", nil),
        ("<Error><Code>NoSuchKey</Code>", "NoSuchKey"),
        (#"{"statusCode":"404","code":"NoSuchKey"}"#, "NoSuchKey"), (#"{"code":"<b>"}"#, nil),
    ])
    func `codes are read from whatever comes`(body: String, code: String?) {
        #expect(Self.fault(400, body).code == code)
    }

    // MARK: Listings

    static let page = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>files</Name>
        <IsTruncated>true</IsTruncated><NextContinuationToken>1/a&amp;b==</NextContinuationToken>
        <Contents><Key>a/video/b.mp4</Key><LastModified>2026-11-25T08:15:03.250Z</LastModified>
        <ETag>&quot;e&quot;</ETag><Size>12</Size></Contents>
        <Contents><Key>&lt;a&gt; &amp;amp; &#252;&#xFC; &unknown; &</Key><Size>0</Size>
        <LastModified>2026-11-25T08:15:03Z</LastModified></Contents></ListBucketResult>
        """

    @Test func `a page of a listing is read`() throws {
        let listing = try #require(S3Listing(Data(Self.page.utf8)))
        #expect(listing.next == "1/a&b==")
        let time = Date(timeIntervalSince1970: 1_795_594_503)
        #expect(
            listing.objects == [
                StoredObject(
                    name: "a/video/b.mp4", bytes: 12, changedAt: time.addingTimeInterval(0.25)),
                StoredObject(name: "<a> &amp; üü &unknown; &", bytes: 0, changedAt: time),
            ])
    }

    @Test(arguments: [
        "", "<html></html>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
    ])
    func `what is no listing is none`(text: String) {
        #expect(S3Listing(Data(text.utf8)) == nil)
    }

    @Test func `the last page has no next`() throws {
        let text = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
        #expect(try #require(S3Listing(Data(text.utf8))).next == nil)
    }
}
