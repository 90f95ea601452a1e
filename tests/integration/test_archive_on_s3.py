"""The archive on S3: a bucket whose default encryption is a key of KMS encrypts every object that Tradewind writes.

`s3fs` is no dependency of Tradewind: where it is not installed, this is skipped by name (docs/tenants.md).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from pipelines.landing.archive.store import Archive

pytest.importorskip("s3fs", reason="s3fs is not installed: the archive on S3 is not tried")

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port)
    server.start()
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}"),
    ):
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}")
    client.create_bucket(Bucket="documents")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    client.put_bucket_encryption(
        Bucket="documents", ServerSideEncryptionConfiguration={"Rules": [{**rule, "BucketKeyEnabled": True}]}
    )
    yield client
    server.stop()


def test_documents_and_manifests_are_encrypted_by_the_bucket_s_key_and_can_be_read_and_removed(s3):
    archive = Archive("s3://documents/tradewind")
    made = archive.put([b"sku\tunits\n", b"LAMP\t1\n"])
    archive.write("ledger/seen.json", b"{}")
    assert archive.open(made.path).read() == b"sku\tunits\nLAMP\t1\n"
    assert archive.find() == sorted([made.path, "ledger/seen.json"])
    for path in archive.find():
        head = s3.head_object(Bucket="documents", Key=f"tradewind/{path}")
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", KEY)
    archive.remove([made.path, "ab/not-there.zst"])
    assert archive.find() == ["ledger/seen.json"]
    with pytest.raises(FileNotFoundError):
        archive.open(made.path)
